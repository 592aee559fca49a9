/**
 * Counts what was sent and what the engine has committed; waiting on it is how a worker never runs ahead of the database.
 */

/** The worker's side of the acknowledgement protocol. */
export class Acknowledgements {
  #sent = 0;
  #committed = 0;
  #waiting: { seq: number; resolve: () => void }[] = [];

  /** The number of the next event. */
  next(): number {
    return ++this.#sent;
  }

  /** Every event up to `seq` is committed. */
  committed(seq: number): void {
    this.#committed = Math.max(this.#committed, seq);
    const ready = this.#waiting.filter((one) => one.seq <= this.#committed);
    this.#waiting = this.#waiting.filter((one) => one.seq > this.#committed);
    for (const one of ready) one.resolve();
  }

  /** Resolves when at most `behind` of the events sent so far are still uncommitted. */
  caughtUp(behind = 0): Promise<void> {
    const seq = this.#sent - behind;
    if (seq <= this.#committed) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ seq, resolve }));
  }
}
