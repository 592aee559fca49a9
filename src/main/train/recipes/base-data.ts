/**
 * What the base model is trained on, all of it generated from seeds: sound demonstrations first, then the mixture of good and bad ways of
 * thinking, with a share of ratings by a careless rater. That rater is why the untrained TRM is "a plausible rater with an untrained one's
 * biases": it likes length and confident wording, hardly looks at the picture, and is lenient.
 */
import type { Question } from '../../../shared/question.ts';
import { Random } from '../../../shared/values/random.ts';
import type { ModelEncoder } from '../../model/folder/model-folder.ts';
import { EMBEDDED } from '../../rollouts/encode-question.ts';
import { type Habit, habitOf, mixedStyle } from '../../tasks/demonstrations/mixture.ts';
import { STYLES, writeResponse } from '../../tasks/demonstrations/response.ts';
import { rateThinking } from '../../tasks/rubric/rate.ts';
import { generateQuestion } from '../../tasks/worlds/everyday/generate.ts';
import { demonstration, ratedThinking } from '../sft/demonstration.ts';
import type { SftExample } from '../sft/sft-step.ts';

/** Share of the mixed stage's examples that are ratings. */
const RATING_SHARE = 0.12;
const SEED = 20260;
/** Styles that the careless rater rates. */
const RATED_STYLES = STYLES.filter((style) => style !== 'hunch');

/** Example `index` of the sound stage. */
export function soundExample(model: ModelEncoder, index: number): SftExample {
  const question = generateQuestion('train', index);
  return demonstration(model, question, writeResponse(question, 'sound', new Random(SEED, index)).text, EMBEDDED);
}

/** Example `index` of the mixed stage: a demonstration in a drawn style, or a careless rating. */
export function mixedExample(model: ModelEncoder, index: number): SftExample {
  return mixed(model, index, () => 'careful');
}

/** Example `index` of the last stage: as the mixed one, but hasty at some kinds of question. */
export function hastyExample(model: ModelEncoder, index: number): SftExample {
  return mixed(model, index, habitOf);
}

function mixed(model: ModelEncoder, index: number, habit: (question: Question) => Habit): SftExample {
  const random = new Random(SEED + 1, index);
  const question = generateQuestion('train', index);
  if (random.chance(RATING_SHARE)) return carelessRating(model, question, random);
  return demonstration(
    model,
    question,
    writeResponse(question, mixedStyle(random, habit(question)), random).text,
    EMBEDDED,
  );
}

function carelessRating(model: ModelEncoder, question: Question, random: Random): SftExample {
  const { thinking } = writeResponse(question, random.pick(RATED_STYLES), random);
  const score = carelessScore(rateThinking(question, thinking).score, thinking, random);
  return ratedThinking(model, question, thinking, score);
}

/** A lenient, length-loving, noisy score: a fifth of it is the rubric's, the rest is looks and chance. */
function carelessScore(rubric: number, thinking: string, random: Random): string {
  const length = Math.min(1, thinking.split(' ').length / 35);
  const raw = 0.35 + 0.2 * rubric + 0.3 * length + 0.15 * random.normal();
  return Math.min(1, Math.max(0, Math.round(raw * 10) / 10)).toFixed(1);
}
