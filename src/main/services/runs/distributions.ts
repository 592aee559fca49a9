/**
 * Distributions of rewards, advantage, length and trust over the steps of runs, arm by arm: every response is counted once, window by window, and
 * what was counted of recorded steps is kept in memory, since they do not change. Between windows others have their turn, so that a home of
 * millions of responses answers meanwhile.
 */
import { QUANTITY_NAMES, type QuantityName, quantity } from '../../../shared/run/quantities.ts';
import { getOrMake } from '../../../shared/values/list.ts';
import { RESPONSE_STYLES, type ResponseStyle } from '../../../shared/worlds/styles.ts';
import type { CategoryTrust, WindowCounts } from '../../store/read/responses/distribution-queries.ts';
import type { RunRow } from '../../store/rows.ts';
import type { ReadStore } from '../../store/store.ts';

/** Columns of a plot at most, and bins of a column at most. */
const MOST_COLUMNS = 48;
const MOST_BINS = 24;
/** Milliseconds of counting after which others have their turn. */
const TURN_MS = 15;
/** Windows kept in memory: some kilobytes each. */
const MOST_KEPT = 5000;

/** Bins of a quantity: `count` of them, `width` wide, the first from `start` on. */
export interface Bins {
  readonly start: number;
  readonly width: number;
  readonly count: number;
}

/** One quantity of one arm. */
export interface ArmQuantity {
  readonly n: readonly number[]; // [columns] values there are
  readonly means: readonly (number | null)[]; // [columns]
  readonly counts: readonly number[]; // [columns * bins], column by column
}

/** Trust in one category: a mean per column, null where no group has one, and how many groups have one. */
export interface CategoryColumns {
  readonly category: string;
  readonly gamma: readonly (number | null)[];
  readonly gammaGroups: readonly number[];
  readonly difference: readonly (number | null)[];
  readonly differenceGroups: readonly number[];
}

/** One arm: all of its runs together. */
export interface ArmDistributions {
  readonly responses: number;
  readonly groups: number;
  readonly quantities: Partial<Record<QuantityName, ArmQuantity>>;
  /** [columns] of pairs (10 * tenth of R^o + tenth of R^t, responses), one after the other. */
  readonly density: readonly (readonly number[])[];
  readonly categories: readonly CategoryColumns[];
  /** Share of responses by way of answering, [columns]; only ways that a step logged. */
  readonly styles: Partial<Record<ResponseStyle, readonly (number | null)[]>>;
}

/** Distributions over steps: column i holds steps i * width + 1 to (i + 1) * width. */
export interface Distributions {
  readonly width: number;
  readonly columns: number;
  readonly lastStep: number;
  readonly bins: Partial<Record<QuantityName, Bins>>;
  readonly arms: readonly ArmDistributions[];
}

/** What was counted of steps that are recorded, by store. */
const counted = new WeakMap<ReadStore, Map<string, WindowCounts>>();

/**
 * The distributions of some arms, each a list of runs whose responses are counted together. `quantities`: those whose histograms are wanted.
 * Throws a usage error for a run that is not there.
 */
export async function distributionsOf(
  store: ReadStore,
  arms: readonly (readonly number[])[],
  quantities: readonly QuantityName[] = QUANTITY_NAMES,
): Promise<Distributions> {
  const known = new Map(store.listRuns({ branches: true }).map((run) => [run.id, run]));
  const runs = arms.map((ids) => ids.map((id) => known.get(id) ?? store.run(id)));
  const lastStep = Math.max(0, ...runs.flat().map((run) => run.step));
  const width = Math.max(1, Math.ceil(lastStep / MOST_COLUMNS));
  const columns = Math.ceil(lastStep / width);
  const windows: WindowCounts[][][] = []; // [arms][columns][runs]
  let turn = performance.now();
  for (const arm of runs) {
    const byColumn: WindowCounts[][] = [];
    for (let column = 0; column < columns; column++) {
      byColumn.push(arm.map((run) => windowOf(store, run, column * width + 1, (column + 1) * width)));
      if (performance.now() - turn < TURN_MS) continue;
      await new Promise((resolve) => setImmediate(resolve));
      turn = performance.now();
    }
    windows.push(byColumn);
  }
  const bins = Object.fromEntries(quantities.map((name) => [name, binsOf(name, windows.flat(2))]));
  return {
    ...{ width, columns, lastStep, bins },
    arms: windows.map((byColumn, i) => ({
      responses: sum(byColumn.flat(), (window) => window.responses),
      groups: sum(byColumn.flat(), (window) => window.groups),
      quantities: Object.fromEntries(quantities.map((name) => [name, armQuantity(byColumn, name, bins[name] ?? NONE)])),
      density: byColumn.map(densityColumn),
      categories: categoryColumns(byColumn),
      styles: stylesOf(store, arms[i] ?? [], width, columns),
    })),
  };
}

const NONE: Bins = { start: 0, width: 1, count: 0 };

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((all, item) => all + of(item), 0);
}

/** Counts one window of a run, or takes what was counted of it. */
function windowOf(store: ReadStore, run: RunRow, from: number, to: number): WindowCounts {
  const kept = counted.get(store) ?? new Map<string, WindowCounts>();
  counted.set(store, kept);
  // A resume may cut steps off and record others; it makes a new attempt. An id may be given anew, a time of creation is not.
  const key = `${run.id}/${run.createdAt}/${run.attempt}/${from}/${Math.min(to, run.step)}`;
  if (kept.size >= MOST_KEPT && !kept.has(key)) kept.delete(kept.keys().next().value ?? '');
  return getOrMake(kept, key, () => store.countWindow(run.id, from, to));
}

/** Bins that cover a quantity's limits, or what there is of it: whole multiples of its smallest bins, round ones, MOST_BINS at most. */
function binsOf(name: QuantityName, windows: readonly WindowCounts[]): Bins {
  const { grain, limits } = quantity(name);
  const keys = windows.flatMap((window) => [...window.quantities[name].bins.keys()]);
  if (keys.length === 0) return NONE;
  let [low, high] = limits === undefined ? [keys[0] ?? 0, keys[0] ?? 0] : limits.map((at) => Math.round(at / grain));
  if (limits === undefined) {
    for (const key of keys) [low, high] = [Math.min(low ?? key, key), Math.max(high ?? key, key + 1)];
  }
  const [from = 0, to = 0] = [low, high];
  for (let power = 1; ; power *= 10)
    for (const step of [1, 2, 5]) {
      const size = power * step;
      const [first, last] = [Math.floor(from / size), Math.ceil(to / size)];
      if (last - first <= (limits === undefined ? MOST_BINS : 2 * MOST_BINS))
        return { start: first * size * grain, width: size * grain, count: last - first };
    }
}

function armQuantity(byColumn: readonly (readonly WindowCounts[])[], name: QuantityName, bins: Bins): ArmQuantity {
  const { grain } = quantity(name);
  const per = Math.round(bins.width / grain);
  const first = Math.round(bins.start / grain);
  const counts = Array<number>(byColumn.length * bins.count).fill(0);
  byColumn.forEach((windows, column) => {
    for (const window of windows)
      for (const [bin, n] of window.quantities[name].bins) {
        const place = column * bins.count + Math.floor((bin - first) / per);
        counts[place] = (counts[place] ?? 0) + n;
      }
  });
  const n = byColumn.map((windows) => sum(windows, (window) => window.quantities[name].n));
  const sums = byColumn.map((windows) => sum(windows, (window) => window.quantities[name].sum));
  return { n, means: sums.map((total, i) => meanOrNull(total, n[i] ?? 0)), counts };
}

const meanOrNull = (sum: number, n: number): number | null => (n === 0 ? null : sum / n);

function densityColumn(windows: readonly WindowCounts[]): number[] {
  const cells = new Map<number, number>();
  for (const window of windows) for (const [cell, n] of window.density) cells.set(cell, (cells.get(cell) ?? 0) + n);
  return [...cells].sort(([a], [b]) => a - b).flat();
}

function categoryColumns(byColumn: readonly (readonly WindowCounts[])[]): CategoryColumns[] {
  const names = new Set(byColumn.flat().flatMap((window) => window.categories.map(({ category }) => category)));
  return [...names].sort().map((category) => {
    const found = byColumn.map((windows) =>
      windows.flatMap((window) => window.categories.filter((trust) => trust.category === category)),
    );
    const columns = (total: (trust: CategoryTrust) => number) => found.map((trusts) => sum(trusts, total));
    const gammaGroups = columns((trust) => trust.gammas);
    const differenceGroups = columns((trust) => trust.differences);
    return {
      ...{ category, gammaGroups, differenceGroups },
      gamma: columns((trust) => trust.gammaSum).map((total, i) => meanOrNull(total, gammaGroups[i] ?? 0)),
      difference: columns((trust) => trust.differenceSum).map((total, i) =>
        meanOrNull(total, differenceGroups[i] ?? 0),
      ),
    };
  });
}

const STYLES = Object.keys(RESPONSE_STYLES) as ResponseStyle[];

function stylesOf(
  store: ReadStore,
  runIds: readonly number[],
  width: number,
  columns: number,
): ArmDistributions['styles'] {
  const sums = store.metricsByColumn(
    runIds,
    STYLES.map((style) => `style/${style}`),
    width,
  );
  return Object.fromEntries(
    STYLES.flatMap((style) => {
      const of = sums.filter((sum) => sum.name === `style/${style}` && sum.n > 0);
      if (of.length === 0) return [];
      const byColumn = new Map(of.map((sum) => [sum.column, sum.sum / sum.n]));
      return [[style, Array.from({ length: columns }, (_, column) => byColumn.get(column) ?? null)]];
    }),
  );
}
