/** Evaluations as curves over steps: the mean over some benchmarks, exactly where all of them were evaluated. */

import { EVALUATION_MODES, type EvaluationMode } from '../kinds/evaluation-mode.ts';
import type { Curve } from '../values/curves.ts';
import { groupBy } from '../values/group-by.ts';
import { meanOf } from '../values/means.ts';
import { formOf, TELLING_FORM } from '../worlds/cue-forms.ts';
import { usualMode, type WorldName } from '../worlds/worlds.ts';

/** What a curve needs of a stored evaluation: one benchmark of one run at one step, shares from 0 to 1. */
export interface Evaluation {
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
  readonly where: string; // the part of the title that says what is asked
  readonly mode: EvaluationMode;
  readonly isExact: boolean; // right answers, not outcome rewards of at least 0.5
  readonly has: (benchmark: string) => boolean;
}

const SPLITS = ['test', 'hard'] as const;

/**
 * What the page of a study shows: both splits of the everyday world; each other benchmark, of other worlds or imported, those first that the
 * verdict is told by. Answers are drawn as its table has them.
 */
export function accuracyCharts(world: WorldName, evaluations: readonly Evaluation[]): AccuracyChart[] {
  const isExact = evaluations.every(({ exact }) => exact !== null); // curves of one study count one thing
  const mode = usualMode(world, evaluations);
  const what = isExact ? 'Accuracy' : 'Outcome reward ≥ 0.5';
  const how = EVALUATION_MODES[mode].isDrawn ? 'sampled' : 'greedy';
  const names = [...new Set(evaluations.map(({ benchmark }) => benchmark))];
  const isOfSplit = (name: string) => SPLITS.some((split) => name.endsWith(`-${split}`));
  const hasSplits = world === 'everyday' && (names.length === 0 || names.some(isOfSplit));
  const splits = SPLITS.map((split) => ({
    ...{ name: split, title: `${what} on the ${split} split, ${how}`, where: `the ${split} split`, mode, isExact },
    has: (benchmark: string) => benchmark.endsWith(`-${split}`),
  }));
  const tells = (name: string) => Number(formOf(name) === TELLING_FORM);
  const others = names
    .filter((name) => !hasSplits || !isOfSplit(name))
    .sort((a, b) => tells(b) - tells(a))
    .map((name) => ({
      ...{ name, title: `${what} on ${name}, ${how}`, where: name, mode, isExact },
      has: (benchmark: string) => benchmark === name,
    }));
  return [...(hasSplits ? splits : []), ...others];
}

/** The evaluations that a chart is made of: of its benchmarks, in its way of drawing answers. */
export function ofChart<Row extends Pick<Evaluation, 'mode' | 'benchmark'>>(
  evaluations: readonly Row[],
  { mode, has }: Pick<AccuracyChart, 'mode' | 'has'>,
): Row[] {
  return evaluations.filter((row) => row.mode === mode && has(row.benchmark));
}

/** Accuracy of one run, averaged over the benchmarks of a chart; with the number of questions it is a share of. */
export function accuracyCurve(evaluations: readonly Evaluation[], runId: number, chart: AccuracyChart): Curve {
  const own = ofChart(evaluations, chart).filter((evaluation) => evaluation.runId === runId);
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
