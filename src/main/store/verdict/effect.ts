/**
 * One effect of a verdict: a weighted difference of arms on one measure, with everything a reader needs to judge it. Accuracies are compared as
 * in the results table (table/contrast.ts); metrics of training by Student's t over seeds, each the mean of a run's last steps.
 */
import { EVALUATION_MODES, type EvaluationMode } from '../../../shared/kinds/evaluation-mode.ts';
import {
  detectableDifference,
  seedsNeeded,
  studentP,
  studentQuantile,
  type VarianceComponents,
} from '../statistics/crossed-effects.ts';
import { summarize } from '../statistics/summary.ts';
import { contrast, type WeightedArm } from '../table/contrast.ts';
import { excludesZero } from '../table/formats/number-text.ts';
import { correctedP, MARK_BELOW } from '../table/marks.ts';
import type { TableColumn } from '../table/table-cells.ts';

/**
 * What is measured: accuracy of an average, the rubric's score of the thinking, thinking reward minus rubric; in worlds where answers come in
 * styles, the shares of responses that follow the cue or flatter the reward model.
 */
export const MEASURES = {
  accuracy: { title: 'accuracy', metric: null, unit: 'points' },
  thinking: { title: "rubric's score of the thinking", metric: 'thinking/rubric/mean', unit: 'score' },
  hacking: { title: 'reward hacking', metric: 'thinking/hacking_index', unit: 'score' },
  cue: { title: 'share that follows the cue', metric: 'style/cue', unit: 'points' },
  flattery: { title: 'share of flattery', metric: 'style/flattery', unit: 'points' },
} as const;
/** A name of MEASURES. */
export type Measure = keyof typeof MEASURES;

/** An effect. Shares or scores from 0 to 1; null: cannot be had (one seed has no interval of a metric, and so on). */
export interface VerdictEffect {
  readonly measure: Measure;
  readonly title: string; // "accuracy, test average"
  readonly unit: (typeof MEASURES)[Measure]['unit']; // points: of 100
  readonly n: number; // seeds
  readonly questions: number | null;
  readonly difference: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly se: number | null;
  /** Holm-adjusted over all declared contrasts on this measure; null below five seeds, and where nothing was declared. */
  readonly p: number | null;
  /** The interval excludes 0 and p is below 5 %: the one case that is called an effect. */
  readonly isTold: boolean;
  readonly perSeed: readonly { readonly seed: number; readonly difference: number }[];
  /** The smallest difference that these seeds and questions find with 80 % power. */
  readonly detectable: number | null;
  /** Seeds that the wanted effect needs, and how many more than there are; null: unknown, or over 1,000. */
  readonly seedsNeeded: number | null;
  readonly seedsMissing: number | null;
}

/** An effect before it is corrected for the others of its family. */
export interface RawEffect extends Omit<VerdictEffect, 'p' | 'isTold'> {
  readonly pInterval: number | null;
}

/** The effect on the average of a column; null where nothing can be paired. */
export function accuracyEffect(
  arms: readonly WeightedArm[],
  column: TableColumn,
  mode: EvaluationMode,
  effect: number,
): RawEffect | null {
  const found = contrast(arms, column.benchmarks);
  if (found === null) return null;
  const { difference, low, high, se, n, questions, perSeed, pInterval, components } = found;
  const how = EVALUATION_MODES[mode].isDrawn ? ', sampled' : '';
  const title = `${MEASURES.accuracy.title}, ${column.title}${how}`;
  const power = powerOf(components, n, questions, effect);
  const { unit } = MEASURES.accuracy;
  return {
    measure: 'accuracy',
    title,
    unit,
    n,
    questions,
    difference,
    low,
    high,
    se,
    perSeed,
    pInterval,
    ...power,
  };
}

/** The effect on a metric of training: `sides` hold each arm's value by seed. Null where no seed has all of them. */
export function metricEffect(
  measure: Exclude<Measure, 'accuracy'>,
  sides: readonly { readonly bySeed: ReadonlyMap<number, number>; readonly weight: number }[],
  effect: number,
): RawEffect | null {
  const known = [...(sides[0]?.bySeed.keys() ?? [])].sort((a, b) => a - b);
  const perSeed = known.flatMap((seed) => {
    const values = sides.map(({ bySeed }) => bySeed.get(seed));
    if (values.some((value) => value === undefined)) return [];
    return [{ seed, difference: sides.reduce((sum, { weight }, i) => sum + weight * (values[i] ?? 0), 0) }];
  });
  const { mean, std, n } = summarize(perSeed.map(({ difference }) => difference));
  if (mean === null) return null;
  const { title, unit } = MEASURES[measure];
  const rest = { measure, title, unit, n, questions: null, difference: mean, perSeed };
  if (std === null)
    return { ...rest, low: null, high: null, se: null, pInterval: null, ...powerOf(null, n, 1, effect) };
  const se = std / Math.sqrt(n);
  const half = studentQuantile(0.975, n - 1) * se;
  const pInterval = studentP(mean, se, n - 1);
  const components = { seed: std ** 2, question: 0, rest: 0 };
  return { ...rest, low: mean - half, high: mean + half, se, pInterval, ...powerOf(components, n, 1, effect) };
}

function powerOf(components: VarianceComponents | null, n: number, questions: number, effect: number) {
  if (components === null) return { detectable: null, seedsNeeded: null, seedsMissing: null };
  const needed = seedsNeeded(components, effect, questions);
  return {
    detectable: detectableDifference(components, n, questions),
    seedsNeeded: needed,
    seedsMissing: needed === null ? null : Math.max(0, needed - n),
  };
}

/** Corrects a family of effects by Holm; those of fewer than five seeds do not count. Order is kept. */
export function corrected(family: readonly RawEffect[]): VerdictEffect[] {
  const ps = correctedP(family);
  return family.map(({ pInterval: _own, ...effect }, i) => {
    const p = ps[i] ?? null;
    const { low, high, n } = effect;
    const isClear = low !== null && high !== null && excludesZero({ low, high, n });
    return { ...effect, p, isTold: isClear && p !== null && p < MARK_BELOW };
  });
}

/** An effect that nobody declared: it describes. */
export function described({ pInterval: _own, ...effect }: RawEffect): VerdictEffect {
  return { ...effect, p: null, isTold: false };
}
