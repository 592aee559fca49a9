/** Something loaded from the engine: loading, there, or failed with words; loaded again on demand, at most one request at a time. */
import { type Problem, problemOf } from '../api/client.ts';

export class Resource<T> {
  value = $state.raw<T | undefined>(undefined);
  problem = $state<Problem | null>(null);
  loading = $state(false);
  readonly #load: () => Promise<T>;
  #busy = false; // not a state: an effect that loads must not run again because it has loaded
  #again = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(load: () => Promise<T>) {
    this.#load = load;
  }

  /** Loads (again). A call while one is on its way makes one more follow it. */
  async load(): Promise<void> {
    if (this.#busy) {
      this.#again = true;
      return;
    }
    this.#busy = true;
    this.loading = true;
    try {
      this.value = await this.#load();
      this.problem = null;
    } catch (error) {
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
