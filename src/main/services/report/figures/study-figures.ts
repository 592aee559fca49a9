/** The figures of a report, as data: effects of the declared contrasts by measure, then curves by variant. Held-out accuracy comes first. */
import { METRICS, type MetricMeta, type MetricName } from '../../../../shared/run/metrics.ts';
import { densityCounts } from '../../../../shared/run/reward-density.ts';
import { accuracyCharts, accuracyCurve } from '../../../../shared/study/accuracy-curves.ts';
import { contrastWords } from '../../../../shared/study/contrasts.ts';
import type { Study } from '../../../../shared/study/study.ts';
import { variantTitles } from '../../../../shared/text/distinct-labels.ts';
import { type Curve, groupCurve, smooth } from '../../../../shared/values/curves.ts';
import { studyWorld, WORLDS } from '../../../../shared/worlds/worlds.ts';
import type { RunRow } from '../../../store/rows.ts';
import type { ReadStore } from '../../../store/store.ts';
import { effectSize } from '../../../store/verdict/sentences.ts';
import type { Verdict, VerdictContrast } from '../../../store/verdict/verdict.ts';
import { typographic } from '../number-words.ts';
import type { DensityChart } from './density-chart.ts';
import type { ForestChart } from './forest-chart.ts';
import type { ChartSeries, LineChart } from './line-chart.ts';

/** Metrics of training that a report draws, where any run has them. The total reward is not among them: an arm with more rewards has more of it. */
const CURVES: readonly MetricName[] = [
  ...(['rewards/outcome/mean', 'completions/exact', 'thinking/rubric/mean', 'rewards/thinking/mean'] as const),
  ...(['thinking/hacking_index', 'trust/gamma/mean', 'completions/mean_length', 'kl', 'entropy'] as const),
];
/** Exponential smoothing of metrics that are logged at each step. */
export const SMOOTHING = 0.8;
/** Points of a curve that a figure of this width can show. */
const MOST_POINTS = 400;

const fileName = (text: string): string =>
  text
    .replace(/[^a-z0-9]+/gi, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase();

/** A forest plot for each measure of the verdict. */
export function forestFigures({ contrasts }: Pick<Verdict, 'contrasts'>): ForestChart[] {
  const titles = [...new Set(contrasts.flatMap(({ effects }) => effects.map((effect) => effect.title)))];
  return titles.flatMap((title): ForestChart[] => {
    const rows = contrasts.flatMap((contrast) => rowsOf(contrast, title));
    const isPoints = contrasts.some(({ effects }) =>
      effects.some((effect) => effect.title === title && effect.unit === 'points'),
    );
    return [
      { name: `effect-${fileName(title)}`, title: `Difference in ${title}`, unit: isPoints ? 'points' : 'score', rows },
    ];
  });
}

function rowsOf({ effects, ...pair }: VerdictContrast, title: string) {
  const label = contrastWords(pair); // names are shorter than titles, and the sentences have them too
  return effects.flatMap((effect) => {
    if (effect.title !== title) return [];
    const factor = effect.unit === 'points' ? 100 : 1;
    const size = (value: number) => typographic(effectSize(effect, value, true));
    const interval = effect.low === null || effect.high === null ? '' : ` [${size(effect.low)}, ${size(effect.high)}]`;
    return {
      label,
      difference: factor * effect.difference,
      low: effect.low === null ? null : factor * effect.low,
      high: effect.high === null ? null : factor * effect.high,
      perSeed: effect.perSeed.map(({ difference }) => factor * difference),
      said: `${size(effect.difference)}${interval}`,
    };
  });
}

/** Thinking reward against outcome reward in the last steps, for variants that have one; null where none has. */
export function densityFigure(
  store: ReadStore,
  plan: Study,
  runs: readonly RunRow[],
  lastSteps: number,
): DensityChart | null {
  const titles = variantTitles(plan.variants);
  const panels = plan.variants.flatMap(({ name }, index) => {
    const own = runs.filter((run) => run.variant === name);
    const windows = own.map((run) => store.countWindow(run.id, run.step - lastSteps + 1, run.step));
    const counts = densityCounts(windows.map(({ density }) => [...density].flat()));
    return counts.every((n) => n === 0) ? [] : [{ label: titles[index] ?? name, index, counts }];
  });
  const title = `Thinking reward against outcome reward, last ${lastSteps} steps`;
  return panels.length === 0 ? null : { name: 'thinking-against-outcome', title, panels };
}

/** Curves by variant, mean and standard deviation over seeds: accuracies first, then metrics of training. */
export function curveFigures(store: ReadStore, plan: Study, runs: readonly RunRow[]): LineChart[] {
  const world = studyWorld(plan.settings);
  const ids = runs.map((run) => run.id);
  const evaluations = store.evaluations(ids);
  const accuracies = accuracyCharts(world, evaluations).map(
    (chart, i): LineChart => ({
      ...{
        name: `accuracy-${i + 1}-${fileName(chart.name)}`,
        title: chart.title,
        unit: '%',
        isShare: true,
        withPoints: true,
      },
      series: seriesOf(plan, runs, (run) => overSeeds(accuracyCurve(evaluations, run.id, chart)), 0),
    }),
  );
  const measured = new Set(store.metricNames(ids));
  const wanted = [...CURVES, ...WORLDS[world].styles.map((style) => `style/${style}` as const)];
  const metrics = wanted
    .filter((name) => measured.has(name))
    .map((name): LineChart => {
      const curves = new Map(
        store.metricSeries(ids, name, { maxPoints: MOST_POINTS }).map((series) => [series.runId, series]),
      );
      const { title, unit, limits = null } = METRICS[name] as MetricMeta;
      const isShare = unit === 'share';
      return {
        ...{ name: fileName(name), title, unit: isShare ? '%' : (unit ?? null), isShare, withPoints: false },
        limits: isShare ? null : limits,
        series: seriesOf(plan, runs, (run) => curves.get(run.id), SMOOTHING),
      };
    });
  return [...accuracies, ...metrics].filter(({ series }) =>
    series.some(({ curve }) => curve.mean.some((value) => value !== null)),
  );
}

/** A curve whose band tells of seeds, as the captions of a report say, and not of its questions. */
const overSeeds = ({ questions: _, ...curve }: Curve): Curve => curve;

function seriesOf(
  plan: Study,
  runs: readonly RunRow[],
  curveOf: (run: RunRow) => Curve | undefined,
  factor: number,
): ChartSeries[] {
  const titles = variantTitles(plan.variants);
  return plan.variants.flatMap(({ name }, index): ChartSeries[] => {
    const curves = runs
      .filter((run) => run.variant === name)
      .flatMap((run) => curveOf(run) ?? [])
      .filter(({ steps }) => steps.length > 0);
    if (curves.length === 0) return [];
    const raw = groupCurve(curves, 'std');
    const curve = {
      ...raw,
      mean: smooth(raw.mean, factor),
      low: smooth(raw.low, factor),
      high: smooth(raw.high, factor),
    };
    return [{ label: titles[index] ?? name, index, isReference: name === plan.baseline, curve }];
  });
}
