/**
 * Metrics of training as a table: variants x metrics, each the mean over a run's last steps, then mean and standard deviation over seeds,
 * and the difference to the baseline paired by seed. What accuracy cannot show (did the thinking get better? at what cost?) stands here.
 */

import { nearestName, SophiaError } from '../../../shared/errors.ts';
import { METRICS } from '../../../shared/run/metrics.ts';
import { registrationText } from '../../../shared/study/registration.ts';
import { ENOUGH_SEEDS } from '../../../shared/study/study.ts';
import { variantTitles } from '../../../shared/text/distinct-labels.ts';
import { halfInterval95 } from '../../../shared/values/student-t.ts';
import { summarize } from '../statistics/summary.ts';
import type { ReadStore } from '../store.ts';
import { FEW_SEEDS } from './results-table.ts';
import { checkVariant } from './table.ts';

/** One variant's figure of one metric, in the metric's own unit. Null: not measured, or too few seeds. */
export interface MetricCell {
  readonly mean: number | null;
  readonly std: number | null;
  readonly n: number; // finished seeds that have it
  /** Mean difference to the baseline over the seeds both have, with half its 95 % interval (Student's t); null for the baseline. */
  readonly versus: { readonly difference: number; readonly half: number | null; readonly n: number } | null;
}

/** The table: rows in the study's order, cells in the order of `metrics`. */
export interface MetricTable {
  readonly study: string;
  readonly studyHash: string;
  readonly baseline: string;
  readonly lastSteps: number;
  readonly metrics: readonly string[];
  readonly rows: readonly { readonly variant: string; readonly title: string; readonly cells: readonly MetricCell[] }[];
  readonly notes: readonly string[];
}

/**
 * Means over the last `lastSteps` steps (1 or more) of a study's finished runs. An unknown metric or baseline is a usage error; a step
 * where the metric does not apply counts for nothing, and a run without any value is left out of mean and n.
 */
export function metricTable(
  store: ReadStore,
  studyId: number,
  metrics: readonly string[],
  options: { readonly lastSteps: number; readonly baseline?: string | undefined },
): MetricTable {
  const { plan, hash } = store.study(studyId);
  const baseline = options.baseline ?? plan.baseline;
  checkVariant(plan, baseline);
  for (const metric of metrics) checkMetric(metric);
  const runs = store.studyMatrix(studyId, []).cells.filter((run) => run.state === 'finished');
  const bySeed = new Map(metrics.map((metric) => [metric, seedMeans(store, runs, metric, options.lastSteps)]));
  const titles = variantTitles(plan.variants);
  const rows = plan.variants.map(({ name }, i) => ({
    variant: name,
    title: titles[i] ?? name,
    cells: metrics.map((metric) => cellOf(bySeed.get(metric)!, name, baseline)),
  }));
  const table = { study: plan.name, studyHash: hash, baseline, lastSteps: options.lastSteps, metrics, rows };
  return { ...table, notes: [...notesOf(table), registrationText(store.registrationOf(studyId))] };
}

/** Variant -> seed -> mean over the run's last steps. */
type SeedMeans = ReadonlyMap<string, ReadonlyMap<number, number>>;

interface Run {
  readonly id: number;
  readonly variant: string;
  readonly seed: number;
  readonly totalSteps: number;
}

function seedMeans(store: ReadStore, runs: readonly Run[], metric: string, lastSteps: number): SeedMeans {
  const means = new Map<string, Map<number, number>>();
  for (const run of runs) {
    const [series] = store.metricSeries([run.id], metric, { sinceStep: run.totalSteps - lastSteps });
    const values = series!.values.filter((value) => value !== null);
    const { mean } = summarize(values);
    if (mean === null) continue;
    if (!means.has(run.variant)) means.set(run.variant, new Map());
    means.get(run.variant)!.set(run.seed, mean);
  }
  return means;
}

function cellOf(means: SeedMeans, variant: string, baseline: string): MetricCell {
  const own = means.get(variant) ?? new Map<number, number>();
  const base = means.get(baseline) ?? new Map<number, number>();
  const differences = [...own].flatMap(([seed, value]) => (base.has(seed) ? [value - base.get(seed)!] : []));
  const { mean, std, n } = summarize(differences);
  const versus =
    variant === baseline || mean === null
      ? null
      : { difference: mean, half: std === null ? null : halfInterval95(std, n), n };
  return { ...summarize([...own.values()]), versus };
}

function checkMetric(name: string): void {
  if (Object.hasOwn(METRICS, name)) return;
  const known = Object.keys(METRICS);
  const near = nearestName(name, known);
  const fix = near === undefined ? `Known: ${known.join(', ')}.` : `Did you mean "${near}"?`;
  throw new SophiaError('usage', `There is no metric "${name}".`, fix);
}

function notesOf(table: Omit<MetricTable, 'notes'>): string[] {
  const { title } = table.rows.find((row) => row.variant === table.baseline)!;
  const counts = table.rows.flatMap((row) => row.cells.flatMap((cell) => (cell.n > 0 ? [cell.n] : [])));
  return [
    `Mean over the last ${table.lastSteps} steps of each finished run; mean ± standard deviation over seeds. Differences to ${title} paired by seed, with the 95 % interval of Student's t. They are descriptive: nothing is marked.`,
    ...(counts.some((n) => n < ENOUGH_SEEDS) ? [FEW_SEEDS] : []),
    `Study ${table.study}, hash ${table.studyHash.slice(0, 16)}.`,
  ];
}
