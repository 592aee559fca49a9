/** Work that live updates ask for, at most once a second: ten runs of a step a second would otherwise have all charts drawn ten times. */

/** Milliseconds from one time to the next. */
const LEAST_MS = 1000;

/** Runs `work` at once where it did not run within the last second, else when that second is over; while nobody sees the page, when it is seen again. */
export class NowAndThen {
  readonly #work: () => void;
  #last = Number.NEGATIVE_INFINITY;
  #isDue = false;

  constructor(work: () => void) {
    this.#work = work;
  }

  /** There is something to do. */
  ask(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    const wait = this.#last + LEAST_MS - performance.now();
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
