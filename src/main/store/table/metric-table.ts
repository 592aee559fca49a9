/**
 * Metrics of training as a table: variants x metrics, each the mean over a run's last steps, then mean and standard deviation over seeds,
 * and the difference to the baseline paired by seed. What accuracy cannot show (did the thinking get better? at what cost?) stands here.
 */
import { nearestName, SophiaError } from '../../../shared/errors.ts';
import { METRICS, type MetricMeta, type MetricName } from '../../../shared/metrics.ts';
import { halfInterval95 } from '../../../shared/student-t.ts';
import { summarize } from '../statistics/summary.ts';
import type { ReadStore } from '../store.ts';
import { quoteCsv } from './format-csv.ts';
import { markdownGrid, markdownText } from './format-markdown.ts';
import { excludesZero, fixed, withSign } from './numbers.ts';
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
}

/**
 * Means over the last `lastSteps` steps (1 or more) of a study's finished runs. An unknown metric or baseline is a usage error; a step
 * where the metric does not apply counts for nothing, and a run without any value is left out of mean and n.
 */
export function metricTable(
  store: ReadStore,
  studyId: number,
  metrics: readonly string[],
  options: { readonly lastSteps: number; readonly baseline?: string },
): MetricTable {
  const { plan, hash } = store.study(studyId);
  const baseline = options.baseline ?? plan.baseline;
  checkVariant(plan, baseline);
  for (const metric of metrics) checkMetric(metric);
  const runs = store.studyMatrix(studyId, []).cells.filter((run) => run.state === 'finished');
  const bySeed = new Map(metrics.map((metric) => [metric, seedMeans(store, runs, metric, options.lastSteps)]));
  const rows = plan.variants.map(({ name, title }) => ({
    variant: name,
    title,
    cells: metrics.map((metric) => cellOf(bySeed.get(metric)!, name, baseline)),
  }));
  return { study: plan.name, studyHash: hash, baseline, lastSteps: options.lastSteps, metrics, rows };
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

/** A metric table as GitHub-flavoured Markdown: figures, differences, what they are. Three decimals. */
export function metricMarkdown(table: MetricTable): string {
  const titles = table.metrics.map((metric) => {
    const { title, unit } = METRICS[metric as MetricName] as MetricMeta; // two metrics may share a title, not a unit too
    return unit === undefined ? title : `${title}, ${unit}`;
  });
  const figure = ({ mean, std }: MetricCell) =>
    mean === null ? '—' : mean.toFixed(3) + (std === null ? '' : ` ± ${std.toFixed(3)}`);
  const signed = (value: number) => withSign(fixed(value, 3));
  const difference = ({ versus }: MetricCell) => {
    if (versus === null) return '—';
    const { difference: d, half, n } = versus;
    if (half === null) return signed(d);
    const [low, high] = [d - half, d + half];
    return `${signed(d)}${excludesZero({ low, high, n }) ? '\\*' : ''} [${signed(low)}, ${signed(high)}]`;
  };
  const others = table.rows.filter((row) => row.variant !== table.baseline);
  const baseline = table.rows.find((row) => row.variant === table.baseline)!.title;
  const rows = (chosen: MetricTable['rows'], text: (cell: MetricCell) => string) =>
    chosen.map((row) => [markdownText(row.title), ...row.cells.map(text)]);
  return [
    markdownGrid(['Variant', ...titles], rows(table.rows, figure)),
    markdownGrid([`Difference to ${markdownText(baseline)}`, ...titles], rows(others, difference)),
    `Mean over the last ${table.lastSteps} steps of each finished run; mean ± standard deviation over seeds. Differences paired by seed, with the 95 % interval of Student's t; \\* where it excludes 0.\n`,
    `Study ${markdownText(table.study)}, hash ${table.studyHash.slice(0, 16)}.\n`,
  ].join('\n');
}

/** A metric table as CSV (RFC 4180): a row per variant and metric, numbers in full; empty where there is none. */
export function metricCsv(table: MetricTable): string {
  const rows = table.rows.flatMap((row) =>
    row.cells.map((cell, i) => [
      quoteCsv(row.variant),
      table.metrics[i]!,
      ...[cell.mean, cell.std, cell.n, cell.versus?.difference, cell.versus?.half].map((value) =>
        value == null ? '' : String(value),
      ),
    ]),
  );
  const difference = quoteCsv(`difference to ${table.baseline}`);
  const head = ['variant', 'metric', 'mean', 'std', 'n', difference, 'half 95 % interval'];
  return [head, ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}
