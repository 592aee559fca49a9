/**
 * What a study can see: the smallest difference to its baseline that it finds with 80 % power, and the seeds that a given difference needs, from
 * the study's own variance between runs and between questions (crossed-effects.ts), for each average that its table tells by. Before a study
 * has run, the variance is that of an earlier one of the home.
 */
import { meanSimple } from 'simple-statistics';
import { detectableDifference, seedsNeeded, type VarianceComponents } from '../statistics/crossed-effects.ts';
import { tellingColumns } from './marks.ts';
import type { ResultsTable } from './results-table.ts';

/** Of one average. Differences are shares from 0 to 1; null: cannot be had. */
export interface ColumnPower {
  readonly column: string;
  readonly variants: number; // that the variance is averaged over
  readonly components: VarianceComponents;
  readonly seeds: number;
  readonly questions: number; // in the average
  readonly detectable: number | null;
  /** Seeds for the wanted difference, with the questions there are and with five times as many; null: over 1,000. */
  readonly seedsFor: number | null;
  readonly seedsWithMoreQuestions: number | null;
}

/** How many times more questions the second advice is for. */
export const MORE_QUESTIONS = 5;

/** How a study could be planned otherwise than it was run. */
export interface PowerPlan {
  readonly seeds?: number | undefined;
  readonly questions?: number | undefined; // per benchmark
}

/** The power of a table's averages for a difference of `effect` (a share); empty where no variant has two seeds beside the baseline. */
export function tablePower(table: ResultsTable, effect: number, plan: PowerPlan = {}): ColumnPower[] {
  return tellingColumns(table.columns).flatMap((c) => {
    const found = table.rows
      .flatMap((row) => row.cells[c]?.versus ?? [])
      .filter(({ components }) => components !== null);
    const column = table.columns[c];
    if (found.length === 0 || column === undefined) return [];
    const mean = (key: keyof VarianceComponents) => meanSimple(found.map(({ components }) => components?.[key] ?? 0));
    const components = { seed: mean('seed'), question: mean('question'), rest: mean('rest') };
    const seeds = plan.seeds ?? Math.max(...found.map(({ n }) => n));
    const measured = Math.max(...found.map(({ questions }) => questions));
    const questions = plan.questions === undefined ? measured : plan.questions * column.benchmarks.length;
    return [
      {
        column: column.title,
        variants: found.length,
        components,
        seeds,
        questions,
        detectable: detectableDifference(components, seeds, questions),
        seedsFor: seedsNeeded(components, effect, questions),
        seedsWithMoreQuestions: seedsNeeded(components, effect, questions * MORE_QUESTIONS),
      },
    ];
  });
}
