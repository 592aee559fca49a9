/**
 * The annotator: one holistic score of a thinking in {0, 0.1, ..., 1.0} from five dimensions, as the paper's 72B model gives.
 * Judges the thinking only; the final answer is never looked at. Noise and bias stand for an annotator that is not perfect.
 */
import { SophiaError } from '../../../shared/errors.ts';
import type { Question } from '../../../shared/question.ts';
import { DIMENSIONS, type Dimension } from '../../../shared/trm/annotations.ts';
import { hash32, Random } from '../../../shared/values/random.ts';
import { sceneOf } from '../scene/scene.ts';
import { type DimensionScore, holisticScore, scoreDimensions } from './dimensions.ts';
import { type JudgedSentence, judge, type StepLabel } from './judge.ts';

export interface RubricOptions {
  readonly leaveOut?: readonly Dimension[]; // dimensions without weight; the others' weights are scaled up to sum to 1
  readonly noise?: number; // standard deviation of a normal error, in score units
  readonly bias?: number; // added to every score
  readonly seed?: number; // of the noise; it depends on (seed, question, thinking) alone
}

/** One rating. */
export interface Rating {
  readonly score: number; // one of 0, 0.1, ..., 1
  readonly dimensions: Readonly<Record<Dimension, DimensionScore>>;
  readonly steps: readonly { readonly text: string; readonly label: StepLabel }[];
}

/**
 * Rates a thinking: the text between the think tags (tags, and anything after the closing one, are cut off). Any text is accepted.
 * Throws a usage error for a question without a scene (imported ones).
 */
export function rateThinking(question: Question, thinkingText: string, options: RubricOptions = {}): Rating {
  const thinking = withoutTags(thinkingText);
  const judgement = judgeThinking(question, thinking);
  const dimensions = scoreDimensions(judgement);
  const plain = Object.fromEntries(DIMENSIONS.map((name) => [name, dimensions[name].score])) as Record<
    Dimension,
    number
  >;
  const holistic = holisticScore(plain, options.leaveOut);
  const { noise = 0, bias = 0, seed = 0 } = options;
  const error = noise === 0 ? 0 : noise * new Random(seed, hash32(`${question.id}\n${thinking}`)).normal();
  return {
    score: toScore(holistic + error + bias),
    dimensions,
    steps: judgement.sentences.map(({ text, label }) => ({ text, label })),
  };
}

/** Every sentence's verdict with its reason: training data of a step-level process reward model. */
export function stepLabels(question: Question, thinkingText: string): readonly JudgedSentence[] {
  return judgeThinking(question, withoutTags(thinkingText)).sentences;
}

/** Rounds to the nearest of 0, 0.1, ..., 1. */
export function toScore(value: number): number {
  return Math.round(Math.max(0, Math.min(1, value)) * 10 + 1e-9) / 10;
}

function judgeThinking(question: Question, thinking: string) {
  const scene = sceneOf(question);
  if (scene === null) {
    throw new SophiaError(
      'usage',
      `The rubric cannot rate question ${question.id}: it has no scene.`,
      'Use an endpoint as the annotator.',
    );
  }
  return judge(scene, thinking);
}

function withoutTags(text: string): string {
  const opened = text.lastIndexOf('<think>');
  const inner = opened < 0 ? text : text.slice(opened + '<think>'.length);
  const closed = inner.indexOf('</think>');
  return (closed < 0 ? inner : inner.slice(0, closed)).trim();
}
