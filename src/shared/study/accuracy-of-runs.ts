/** Curves of accuracy of runs of any studies: those on the same questions belong into one chart, others are kept apart. */
import type { Curve } from '../values/curves.ts';
import { groupBy } from '../values/group-by.ts';
import { worldOfBenchmark } from '../worlds/worlds.ts';
import { type AccuracyChart, accuracyCharts, accuracyCurve, type Evaluation, ofChart } from './accuracy-curves.ts';
import { questionSet, setWords } from './question-sets.ts';

/** A chart of runs that answered the same questions. */
export interface SharedChart {
  readonly chart: AccuracyChart;
  /** The questions, told from those of the other charts. */
  readonly questions: string;
  /** By run. */
  readonly curves: ReadonlyMap<number, Curve>;
}

/** The charts in the order of the studies' own. A run stands in the chart of the questions that it answered last. */
export function accuracyOfRuns(
  evaluations: readonly (Evaluation & { readonly benchmarkHash: string })[],
  studyOf: (runId: number) => number,
): SharedChart[] {
  const found = new Map<string, { chart: AccuracyChart; key: string; words: string; curves: Map<number, Curve> }>();
  for (const rows of groupBy(evaluations, ({ runId }) => studyOf(runId)).values()) {
    const byRun = groupBy(rows, ({ runId }) => runId);
    const worlds = rows.map(({ benchmark }) => worldOfBenchmark(benchmark));
    for (const chart of accuracyCharts(worlds.find((world) => world !== 'everyday') ?? 'everyday', rows))
      for (const [runId, own] of byRun) {
        const curve = accuracyCurve(own, runId, chart);
        const last = curve.steps.at(-1);
        if (last === undefined) continue;
        const asked = ofChart(own, chart).filter(({ step }) => step === last);
        const set = questionSet(asked, chart);
        const name = `${chart.name} ${set.key}`;
        const shared = found.get(name) ?? { chart, ...set, curves: new Map<number, Curve>() };
        shared.curves.set(runId, curve);
        found.set(name, shared);
      }
  }
  const all = [...found.values()];
  const words = setWords(all);
  return all.map(({ chart, curves }, i) => ({ chart, curves, questions: words[i] ?? '' }));
}

/** Names of charts that stand more than once, on different questions: their figures cannot be compared. */
export function chartsApart(charts: readonly SharedChart[]): SharedChart[] {
  const byName = groupBy(charts, ({ chart }) => chart.name);
  const runs = new Set(charts.flatMap(({ curves }) => [...curves.keys()]));
  // Also where each name stands once, but no chart has all runs: of studies of different worlds.
  const isTogether = charts.some(({ curves }) => curves.size === runs.size);
  return charts.filter(({ chart }) => !isTogether || (byName.get(chart.name)?.length ?? 0) > 1);
}
