/**
 * What the responses of some steps of a run are like, counted in one pass along their index: histograms of every quantity in its smallest bins,
 * thinking against outcome reward in tenths, trust by category. Small whatever the number of responses; texts are not read.
 */
import type { Database } from 'better-sqlite3';
import { QUANTITY_NAMES, type QuantityName, quantity } from '../../../../shared/run/quantities.ts';
import { cellOf } from '../../../../shared/run/reward-density.ts';
import { getOrMake } from '../../../../shared/values/list.ts';

/** How often a quantity had which value: counts by smallest bin (floor of value / grain), with what a mean needs. */
export interface GrainCounts {
  readonly bins: Map<number, number>;
  n: number;
  sum: number;
}

/** Groups of one category. gamma and mu_c - mu_w each over the groups that have one. */
export interface CategoryTrust {
  readonly category: string;
  groups: number;
  gammas: number;
  gammaSum: number;
  differences: number;
  differenceSum: number;
}

/** Everything counted of some steps of a run. */
export interface WindowCounts {
  readonly responses: number;
  readonly groups: number;
  readonly quantities: Readonly<Record<QuantityName, GrainCounts>>;
  /** Responses by tenths of both rewards, by cell (shared/run/reward-density.ts). */
  readonly density: Map<number, number>;
  readonly categories: readonly CategoryTrust[];
}

/** Values beyond this many smallest bins from 0 are counted in the last one. */
const MOST_GRAINS = 100_000;
/** Added before flooring, so that 0.15 / 0.05 is 3. */
const ROUNDING = 1e-9;

type Row = [
  outcome: number | null,
  thinking: number | null,
  rubric: number | null,
  advantage: number | null,
  tokens: number,
];
type GroupRow = [gamma: number | null, difference: number | null, category: string | null];

/** The numbers of a window's responses. */
export const WINDOW = `SELECT outcome_reward, thinking_reward, rubric_score, advantage, tokens FROM responses
  WHERE run_id = ? AND step BETWEEN ? AND ?`;
/** Every response of a group carries the group's numbers. */
const GROUPS = `SELECT p.gamma, p.mu_c - p.mu_w, q.category FROM responses p JOIN questions q ON q.id = p.question_id
  WHERE p.run_id = ? AND p.step BETWEEN ? AND ? AND p.sample = 0`;
/** Shares of ways of answering, as logged with each step. */
const STYLES = `SELECT n.name AS name, CAST((m.step - 1) / @width AS INTEGER) AS "column", total(m.value) AS sum, count(m.value) AS n
  FROM json_each(@runs) j CROSS JOIN metric_names n ON n.name IN (SELECT value FROM json_each(@names))
  CROSS JOIN metrics m ON m.run_id = j.value AND m.metric_id = n.id WHERE m.step >= 1 GROUP BY 1, 2`;

/** A metric over some steps: the sum of its values, and how many there are. */
export interface ColumnSum {
  readonly name: string;
  readonly column: number;
  readonly sum: number;
  readonly n: number;
}

/** The smallest bin of a value. */
export function grainOf(name: QuantityName, value: number): number {
  const { grain, limits } = quantity(name);
  const bin = Math.floor(value / grain + ROUNDING);
  const low = limits === undefined ? -MOST_GRAINS : Math.round(limits[0] / grain);
  const high = limits === undefined ? MOST_GRAINS : Math.round(limits[1] / grain) - 1;
  return Math.min(high, Math.max(low, bin));
}

/** The reads over an open database. */
export function distributionQueries(db: Database) {
  const responses = db.prepare<[number, number, number], Row>(WINDOW).raw();
  const groups = db.prepare<[number, number, number], GroupRow>(GROUPS).raw();
  const styles = db.prepare<{ runs: string; names: string; width: number }, ColumnSum>(STYLES);
  return {
    /** Counts the responses of a run's steps `fromStep` to `toStep`, both included; zeros where there are none. */
    countWindow(runId: number, fromStep: number, toStep: number): WindowCounts {
      const quantities = Object.fromEntries(
        QUANTITY_NAMES.map((name): [QuantityName, GrainCounts] => [name, { bins: new Map(), n: 0, sum: 0 }]),
      ) as Record<QuantityName, GrainCounts>;
      const add = (name: QuantityName, value: number | null): void => {
        if (value === null) return;
        const counts = quantities[name];
        const bin = grainOf(name, value);
        counts.bins.set(bin, (counts.bins.get(bin) ?? 0) + 1);
        counts.n++;
        counts.sum += value;
      };
      const density = new Map<number, number>();
      const rows = responses.all(runId, fromStep, toStep);
      for (const [outcome, thinking, rubric, advantage, tokens] of rows) {
        add('outcome', outcome);
        add('thinking', thinking);
        add('rubric', rubric);
        add('advantage', advantage);
        add('length', tokens);
        if (outcome === null || thinking === null) continue;
        const cell = cellOf(outcome, thinking);
        density.set(cell, (density.get(cell) ?? 0) + 1);
      }
      const categories = new Map<string, CategoryTrust>();
      const heads = groups.all(runId, fromStep, toStep);
      for (const [gamma, difference, category] of heads) {
        add('gamma', gamma);
        add('muDifference', difference);
        if (category === null) continue;
        const trust = getOrMake(categories, category, () => ({
          ...{ category, groups: 0, gammas: 0, gammaSum: 0, differences: 0, differenceSum: 0 },
        }));
        trust.groups++;
        if (gamma !== null) trust.gammas++;
        trust.gammaSum += gamma ?? 0;
        if (difference !== null) trust.differences++;
        trust.differenceSum += difference ?? 0;
      }
      return {
        ...{ responses: rows.length, groups: heads.length, quantities, density },
        categories: [...categories.values()],
      };
    },

    /** Logged metrics of some runs, summed over stretches of `width` steps; column 0 begins with step 1. */
    metricsByColumn: (runIds: readonly number[], names: readonly string[], width: number): ColumnSum[] =>
      styles.all({ runs: JSON.stringify(runIds), names: JSON.stringify(names), width }),
  };
}
