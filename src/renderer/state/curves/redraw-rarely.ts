/** Work that live updates ask for, now and then: ten runs of a step a second would otherwise have all charts drawn ten times a second. */

/** Runs `work` at once where it did not run within the last `leastMs` milliseconds, else when they are over; while nobody sees the page, when it is seen again. */
export class NowAndThen {
  readonly #work: () => void;
  readonly #leastMs: () => number;
  #last = Number.NEGATIVE_INFINITY;
  #isDue = false;

  constructor(work: () => void, leastMs: () => number) {
    this.#work = work;
    this.#leastMs = leastMs;
  }

  /** There is something to do. */
  ask(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    const wait = this.#last + this.#leastMs() - performance.now();
    if (wait > 0) setTimeout(() => this.#whenSeen(), wait);
    else this.#whenSeen();
  }

  #whenSeen(): void {
    if (document.hidden) {
      document.addEventListener('visibilitychange', () => this.#whenSeen(), { once: true });
      return;
    }
    this.#isDue = false;
    this.#last = performance.now();
    this.#work();
  }
}
