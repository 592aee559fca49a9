/** All runs of the home, for choosing; loaded when first needed, renewed as runs come and go. */
import { api, type Outputs } from '../api/client.ts';
import { live } from './live.svelte.ts';
import { Resource } from './resource.svelte.ts';
import { route } from './route.svelte.ts';

class RunList {
  readonly #resource = new Resource(() => api.runs.list.query({}));
  #followers = 0;
  #end: (() => void) | undefined;

  get runs(): Outputs['runs']['list'] {
    return this.#resource.value ?? [];
  }
  get isLoaded(): boolean {
    return this.#resource.value !== undefined;
  }

  /** The run that the address names, else the newest with a step; null: there is none. */
  get chosen(): number | null {
    return Number(route.current.query.run) || this.runs.find((run) => run.step > 0)?.id || null;
  }

  /** For an effect: puts a run that was chosen by default into the address, so that it stays while others begin and end. */
  keepChosen(): void {
    if (route.current.query.run === undefined && this.chosen !== null) route.setQuery({ run: this.chosen });
  }

  /** Reads the list again: after a change that no run says itself, such as a pin. */
  renew(): Promise<void> {
    return this.#resource.load();
  }

  /** Keeps the list fresh until the returned function is called. */
  follow(): () => void {
    if (this.#followers++ === 0) {
      void this.#resource.load();
      this.#end = live.follow({
        metrics: [],
        onBatch: (batch) => {
          if (batch.events.some((event) => event.kind === 'state' || event.kind === 'cut'))
            this.#resource.loadSoon(1000);
        },
      });
    }
    return () => {
      if (--this.#followers === 0) this.#end?.();
    };
  }
}

export const runList = new RunList();
