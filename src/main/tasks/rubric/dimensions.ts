/**
 * The five dimensions of the paper's thinking reward, computed from a judgement; each in [0, 1] with its reason in words. What
 * each means here, and why these numbers, is in README.md beside this file.
 */
import { DIMENSIONS, type Dimension } from '../../../shared/trm/annotations.ts';
import type { Judgement } from './judge.ts';

/** Names of the five dimensions and their weights in the holistic score. */
const DIMENSION_WEIGHTS = {
  logicalSoundness: 0.25,
  correctReasoning: 0.35,
  errorIdentification: 0.15,
  languageConsistency: 0.1,
  redundancy: 0.15,
} as const satisfies Record<Dimension, number>;

export interface DimensionScore {
  readonly score: number; // 0..1, 1 is best (for redundancy: nothing superfluous)
  readonly reason: string;
}

/** What is left of a dimension once its chain is broken: a missing step, an uncorrected error. */
const BROKEN_CHAIN = 0.5;
const SPOILT_BY_ERROR = 0.2;
const INCOMPLETE = 0.65;

/** Scores one judgement on every dimension. */
export function scoreDimensions(judgement: Judgement): Record<Dimension, DimensionScore> {
  return {
    logicalSoundness: logicalSoundness(judgement),
    correctReasoning: correctReasoning(judgement),
    errorIdentification: errorIdentification(judgement),
    languageConsistency: languageConsistency(judgement),
    redundancy: redundancy(judgement),
  };
}

/** The weighted sum of the dimensions, 0..1; those left out carry no weight and the others' are scaled up. */
export function holisticScore(
  scores: Readonly<Record<Dimension, number>>,
  leaveOut: readonly Dimension[] = [],
): number {
  const kept = DIMENSIONS.filter((name) => !leaveOut.includes(name));
  const weight = kept.reduce((sum, name) => sum + DIMENSION_WEIGHTS[name], 0);
  return kept.reduce((sum, name) => sum + DIMENSION_WEIGHTS[name] * scores[name], 0) / (weight || 1);
}

/** Does each step rest on what was stated before, and does the conclusion follow? Premises may be false. */
function logicalSoundness(judgement: Judgement): DimensionScore {
  const { needed, stated, grounded, conclusion } = judgement;
  const chain = (grounded + 0.5 * (stated - grounded) + conclusion) / (needed + 1);
  const whole = grounded === needed && conclusion === 1;
  const missing = needed - stated;
  const faults = [
    missing > 0 ? `${missing} of ${needed} needed steps missing` : '',
    stated > grounded ? `${stated - grounded} resting on nothing stated` : '',
    conclusion < 1 ? 'the conclusion does not follow from the steps' : '',
  ].filter((fault) => fault !== '');
  return { score: whole ? 1 : chain * BROKEN_CHAIN, reason: faults.join(', ') || 'every step is there and follows' };
}

/** Are the readings, facts and sums that the question needs stated, and true? */
function correctReasoning(judgement: Judgement): DimensionScore {
  const { needed, stated, right, errors, corrected } = judgement;
  const left = errors - corrected;
  const score = (right / needed) * (left > 0 ? SPOILT_BY_ERROR : 1) * (stated < needed ? INCOMPLETE : 1);
  return { score, reason: `${right} of ${needed} needed steps right${left > 0 ? `, ${left} wrong and left so` : ''}` };
}

/** Is nothing wrong left standing? Saying nothing is no care taken: the score is scaled by what was stated. */
function errorIdentification(judgement: Judgement): DimensionScore {
  const { needed, right, errors, corrected } = judgement;
  if (errors > corrected) return { score: 0, reason: firstFault(judgement) };
  const score = Math.min(1, right / needed);
  if (errors > 0) return { score, reason: `${corrected} errors noticed and put right` };
  return { score, reason: score < 1 ? 'no error stated, but little to check' : 'no errors' };
}

/** Is it written in the controlled English throughout? */
function languageConsistency(judgement: Judgement): DimensionScore {
  const total = judgement.sentences.length;
  if (total === 0) return { score: 0, reason: 'nothing written' };
  const parsed = judgement.sentences.filter((sentence) => sentence.label !== 'unparsed').length;
  return {
    score: parsed / total,
    reason: parsed === total ? 'every sentence understood' : `${total - parsed} of ${total} sentences not understood`,
  };
}

/** Is nothing said twice or beside the point? Half the score is kept for a thinking that has substance. */
function redundancy(judgement: Judgement): DimensionScore {
  const { needed, stated, repeats, beside } = judgement;
  const superfluous = Math.min(1, (2 * repeats + beside) / (needed + 1));
  const substance = languageConsistency(judgement).score * (0.5 + (0.5 * stated) / needed);
  const reason = repeats + beside === 0 ? 'nothing superfluous' : `${repeats} said twice, ${beside} not asked for`;
  return { score: (1 - superfluous) * substance, reason: stated < needed ? `${reason}, but little said` : reason };
}

function firstFault(judgement: Judgement): string {
  const wrong = judgement.sentences.find((sentence) => sentence.label === 'wrong');
  return wrong === undefined ? 'an error is left' : `"${wrong.text}" ${wrong.why}`;
}
