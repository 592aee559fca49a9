/**
 * The limit on what the home may take: a run that would start above it is paused with a line that says so, and goes on by itself once
 * there is room. Runs that are going on are never stopped. Deliberately absent: freeing anything.
 */
import { type HomeUsage, homeUsage } from '../store/open/disk-usage.ts';
import type { Store } from '../store/store.ts';

const GIB = 2 ** 30;
/** How the line ends that a run is held back with: by it the run is known again, after a new start of the engine too. */
const PROMISE = 'the run then starts by itself.';
/** A measurement serves every run that starts within this time. */
const FRESH_MS = 10_000;

export interface DiskBudgetOptions {
  readonly limitGiB: () => number | null;
  readonly measure: () => Promise<HomeUsage>;
  /** Runs that are paused, and why. */
  readonly paused: () => readonly { readonly id: number; readonly reason: string | null }[];
  /** Starts paused runs again. */
  readonly goOn: (runIds: readonly number[]) => void;
}

/** The budget of a home: `goOn` starts runs again that were held by it. */
export function homeBudget(store: Store, limitGiB: () => number | null, goOn: DiskBudgetOptions['goOn']): DiskBudget {
  const paused = () => store.listRuns().filter(({ state, origin }) => state === 'paused' && origin === null);
  return new DiskBudget({ limitGiB, measure: () => homeUsage(store), paused, goOn });
}

export class DiskBudget {
  readonly #options: DiskBudgetOptions;
  #usage: Promise<HomeUsage> | undefined;
  #measuredAt = 0;

  constructor(options: DiskBudgetOptions) {
    this.#options = options;
  }

  /** Measured now, or a moment ago; several who ask share one measurement. */
  usage(fresh = true): Promise<HomeUsage> {
    if (this.#usage !== undefined && !fresh && performance.now() - this.#measuredAt < FRESH_MS) return this.#usage;
    this.#measuredAt = performance.now();
    this.#usage = this.#options.measure();
    this.#usage.catch(() => {
      this.#usage = undefined;
    });
    return this.#usage;
  }

  /** Why a run may not start now, or null. */
  refusal(): Promise<string | null> {
    return this.#line();
  }

  /** To be called when space was freed or the limit changed: what was held goes on where there is room now. */
  async recheck(): Promise<void> {
    this.#usage = undefined;
    const held = () => this.#options.paused().filter(({ reason }) => reason?.endsWith(PROMISE) === true);
    if (held().length === 0 || (await this.#line()) !== null) return;
    this.#options.goOn(held().map(({ id }) => id));
  }

  async #line(): Promise<string | null> {
    const limit = this.#options.limitGiB();
    if (limit === null) return null;
    const { total } = await this.usage(false);
    if (total <= limit * GIB) return null;
    const gib = (bytes: number) => (bytes / GIB).toFixed(bytes < GIB ? 3 : 1);
    return `The home uses ${gib(total)} GiB, above its limit of ${limit} GiB. Free space or raise the limit in Settings; ${PROMISE}`;
  }
}
