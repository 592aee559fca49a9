/** All runs of the home, for choosing; loaded when first needed, renewed as runs come and go. */
import { SvelteMap } from 'svelte/reactivity';
import { api, type Outputs } from '../api/client.ts';
import { live } from './live.svelte.ts';
import { Resource } from './resource.svelte.ts';
import { route } from './route.svelte.ts';

/** Events after which a run stands differently in the list; its steps are taken as they come. */
const CHANGES: ReadonlySet<string> = new Set(['state', 'cut', 'finished']);

class RunList {
  readonly #resource = new Resource(() => api.runs.list.query({}));
  /** Steps that runs have said since the list was read. */
  readonly #steps = new SvelteMap<number, number>();
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
    return this.#chosenOf(this.runs);
  }

  /** The same, but a run with thinking rewards before all others, for what can say nothing of a run without. */
  get chosenThinking(): number | null {
    return this.#chosenOf([...this.runs].sort((a, b) => Number(b.hasThinking) - Number(a.hasThinking)));
  }

  #chosenOf(runs: Outputs['runs']['list']): number | null {
    return Number(route.current.query.run) || runs.find((run) => this.stepOf(run.id) > 0)?.id || null;
  }

  /** The last step of a run as far as is known, 0 for a run that is not in the list. */
  stepOf(id: number | null): number {
    if (id === null) return 0;
    return this.#steps.get(id) ?? this.runs.find((run) => run.id === id)?.step ?? 0;
  }

  /** For an effect: puts a run that was chosen by default into the address, so that it stays while others begin and end. */
  keepChosen(chosen = this.chosen): void {
    if (route.current.query.run === undefined && chosen !== null) route.setQuery({ run: chosen });
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
          for (const run of batch.runs) this.#steps.set(run.id, run.step);
          if (batch.events.some(({ kind }) => CHANGES.has(kind))) this.#resource.loadSoon(1000);
        },
      });
    }
    return () => {
      if (--this.#followers === 0) this.#end?.();
    };
  }
}

export const runList = new RunList();
