/** Evaluations as curves over steps: the mean over some benchmarks, exactly where all of them were evaluated. */

import { EVALUATION_MODES, type EvaluationMode } from '../kinds/evaluation-mode.ts';
import type { Curve } from '../values/curves.ts';
import { groupBy } from '../values/group-by.ts';
import { meanOf } from '../values/means.ts';
import { usualMode, type WorldName } from '../worlds/worlds.ts';

/** What a curve needs of a stored evaluation: one benchmark of one run at one step, shares from 0 to 1. */
interface Evaluation {
  readonly runId: number;
  readonly step: number;
  readonly benchmark: string;
  readonly mode: EvaluationMode;
  readonly questions: number;
  readonly exact: number | null;
  readonly accuracy: number | null;
  readonly exactAccuracy: number | null;
}

/** A curve of accuracy: its title, how answers are drawn, and which benchmarks it is the mean of. */
export interface AccuracyChart {
  readonly name: string; // its own among the study's
  readonly title: string;
  readonly mode: EvaluationMode;
  readonly isExact: boolean; // right answers, not outcome rewards of at least 0.5
  readonly has: (benchmark: string) => boolean;
}

/** What the page of a study shows: both splits of the everyday world; of other worlds each benchmark. Answers are drawn as its table has them. */
export function accuracyCharts(world: WorldName, evaluations: readonly Evaluation[]): AccuracyChart[] {
  const isExact = evaluations.every(({ exact }) => exact !== null); // curves of one study count one thing
  const mode = usualMode(world, evaluations);
  const what = isExact ? 'Accuracy' : 'Outcome reward ≥ 0.5';
  const how = EVALUATION_MODES[mode].isDrawn ? 'sampled' : 'greedy';
  if (world === 'everyday')
    return (['test', 'hard'] as const).map((split) => ({
      name: split,
      title: `${what} on the ${split} split, ${how}`,
      mode,
      isExact,
      has: (benchmark) => benchmark.endsWith(`-${split}`),
    }));
  return [...new Set(evaluations.map(({ benchmark }) => benchmark))].map((name) => ({
    name,
    title: `${what} on ${name}, ${how}`,
    mode,
    isExact,
    has: (benchmark) => benchmark === name,
  }));
}

/** Accuracy of one run, averaged over the benchmarks of a chart; with the number of questions it is a share of. */
export function accuracyCurve(evaluations: readonly Evaluation[], runId: number, chart: AccuracyChart): Curve {
  const own = evaluations.filter(
    ({ runId: run, mode, benchmark }) => run === runId && mode === chart.mode && chart.has(benchmark),
  );
  const benchmarks = new Set(own.map((evaluation) => evaluation.benchmark)).size;
  const bySteps = [...groupBy(own, (evaluation) => evaluation.step)]
    .filter(([, rows]) => rows.length === benchmarks)
    .sort(([a], [b]) => a - b);
  return {
    steps: bySteps.map(([step]) => step),
    questions: bySteps.map(([, rows]) => rows.reduce((sum, row) => sum + row.questions, 0)),
    values: bySteps.map(([, rows]) => {
      const known = rows.flatMap((row) => (chart.isExact ? row.exactAccuracy : row.accuracy) ?? []);
      return known.length < rows.length ? null : meanOf(known);
    }),
  };
}

/** A chart's title in two parts, for charts of few pixels under one heading: what is counted, and where. */
export function accuracyTitle({ title }: Pick<AccuracyChart, 'title'>): {
  readonly what: string;
  readonly title: string;
} {
  const [what = '', ...where] = title.split(' on ');
  return { what, title: where.join(' on ').replace(/^the /, '') };
}
