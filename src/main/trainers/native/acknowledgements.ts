/**
 * Counts what was sent and what the engine has committed; waiting on it is how a worker never runs ahead of the database.
 */

/** The worker's side of the acknowledgement protocol. */
export class Acknowledgements {
  #sent = 0;
  #committed = 0;
  #waiting: { sequence: number; resolve: () => void }[] = [];

  /** The number of the next event. */
  next(): number {
    return ++this.#sent;
  }

  /** Every event up to `sequence` is committed. */
  committed(sequence: number): void {
    this.#committed = Math.max(this.#committed, sequence);
    const ready = this.#waiting.filter((waiter) => waiter.sequence <= this.#committed);
    this.#waiting = this.#waiting.filter((waiter) => waiter.sequence > this.#committed);
    for (const { resolve } of ready) resolve();
  }

  /** Resolves when at most `behind` of the events sent so far are still uncommitted. */
  caughtUp(behind = 0): Promise<void> {
    const sequence = this.#sent - behind;
    if (sequence <= this.#committed) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ sequence, resolve }));
  }
}
