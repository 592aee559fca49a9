/**
 * Something loaded from the engine: loading, there, or failed with words; loaded again on demand, at most one request at a time. Where what is
 * asked changes (another run, step or setting), `question` names it: an answer to an earlier question is told apart, and is gone once the
 * next one cannot be had, so that no figure stands under a heading that it does not belong to.
 */
import { type Problem, problemOf } from '../api/client.ts';

export class Resource<T> {
  value = $state.raw<T | undefined>(undefined);
  problem = $state<Problem | null>(null);
  loading = $state(false);
  readonly #load: () => Promise<T>;
  readonly #question: () => string;
  #answered = $state('');
  #busy = false; // not a state: an effect that loads must not run again because it has loaded
  #again = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(load: () => Promise<T>, question: () => string = () => '') {
    this.#load = load;
    this.#question = question;
  }

  /** What is there answers an earlier question. */
  get isStale(): boolean {
    return this.value !== undefined && this.#answered !== this.#question();
  }

  /** Loads (again). A call while one is on its way makes one more follow it. */
  async load(): Promise<void> {
    if (this.#busy) {
      this.#again = true;
      return;
    }
    this.#busy = true;
    this.loading = true;
    const question = this.#question();
    try {
      this.value = await this.#load();
      this.#answered = question;
      this.problem = null;
    } catch (error) {
      if (this.#answered !== question) this.value = undefined;
      this.problem = problemOf(error);
    } finally {
      this.#busy = false;
      this.loading = false;
    }
    if (this.#again) {
      this.#again = false;
      await this.load();
    }
  }

  /** Loads soon; many calls within `ms` are one. */
  loadSoon(ms = 1000): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.load();
    }, ms);
  }
}
