/**
 * Tells live views that there is something new to read. Nothing is carried: whoever wakes asks the store for rows after its cursor, so
 * no update can be lost or sent twice, and many events in a moment cost one query.
 */

/** One bell for all live views. */
export class Changes {
  readonly #waiting = new Set<() => void>();
  readonly #leastMs: number;
  #timer: NodeJS.Timeout | undefined;

  /** Rings at most once per `leastMs`. */
  constructor(leastMs = 100) {
    this.#leastMs = leastMs;
  }

  /** How many wait for the next ring. */
  get listeners(): number {
    return this.#waiting.size;
  }

  /** Something was committed. */
  notify(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const waiting = [...this.#waiting];
      this.#waiting.clear();
      for (const wake of waiting) wake();
    }, this.#leastMs);
  }

  /** Resolves at the next ring, or when `signal` aborts. */
  next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      if (signal.aborted) return resolve();
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }
}
