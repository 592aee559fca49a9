/**
 * What the base model of a world made of sums is trained on: its ways of answering, sound ones first, then all of them mixed, so that each is a
 * choice. Cues are right by chance alone here: following one is a habit that pays off in training only.
 */

import type { Question } from '../../../../shared/question.ts';
import { Random } from '../../../../shared/values/random.ts';
import { WORLDS } from '../../../../shared/worlds/worlds.ts';
import type { ModelEncoder } from '../../../model/folder/model-folder.ts';
import { EMBEDDED } from '../../../rollouts/encode-question.ts';
import { drawStyle, type Mixture, showStyle } from '../../../tasks/demonstrations/world-response.ts';
import type { Form } from '../../../tasks/worlds/sums/forms.ts';
import { type SumWorld, sumQuestion } from '../../../tasks/worlds/sums/generate.ts';
import { demonstration } from '../../sft/demonstration.ts';
import type { SftExample } from '../../sft/sft-step.ts';

const SEED = 20261;
/** Share of demonstrations without a cue, in worlds that have cues. */
const WITHOUT_CUE = 0.2;

/** One stage of a world's base model. */
interface WorldStage {
  readonly steps: number;
  readonly mixture: Mixture;
}

/** The two stages of a world: while it learns to read, then while it learns its ways of answering. */
export interface WorldStages {
  readonly reading: WorldStage;
  readonly mixing: WorldStage;
}

/** Demonstrations of a step. */
export const BATCH = 64;

/** Of every world made of sums. A flatterer of cheap-flattery reads too, so its base needs twice the reading for the same sound thinking. */
export const WORLD_STAGES: Readonly<Record<SumWorld, WorldStages>> = {
  shortcut: {
    reading: { steps: 450, mixture: { sound: 60, cue: 30, guess: 10 } },
    mixing: { steps: 200, mixture: { sound: 35, cue: 40, guess: 25 } },
  },
  'hard-shortcut': {
    reading: { steps: 450, mixture: { sound: 50, cue: 40, guess: 10 } }, // sums are to stay fallible: with 900 steps they are right in 98 %
    mixing: { steps: 200, mixture: { sound: 35, cue: 40, guess: 25 } },
  },
  flattery: {
    reading: { steps: 450, mixture: { sound: 80, flattery: 10, guess: 10 } },
    mixing: { steps: 200, mixture: { sound: 33, flattery: 35, guess: 32 } },
  },
  'cheap-flattery': {
    reading: { steps: 900, mixture: { sound: 70, flattery: 25, guess: 5 } },
    mixing: { steps: 200, mixture: { sound: 33, flattery: 35, guess: 32 } },
  },
};

/** A question of the stream that base models are made from (seed 0, which no run trains on). */
export function recipeQuestion(world: SumWorld, index: number, random: Random): Question {
  return sumQuestion(world, 'train', index, 0, recipeForm(world, random));
}

function recipeForm(world: SumWorld, random: Random): Form {
  if (!WORLDS[world].hasCue) return { cue: null, isNoisy: false };
  return { cue: random.chance(WITHOUT_CUE) ? 'no-cue' : 'cue-wrong', isNoisy: false };
}

/** Demonstration `index` of a world in a way of answering drawn from a mixture. */
export function worldExample(model: ModelEncoder, world: SumWorld, mixture: Mixture, index: number): SftExample {
  const random = new Random(SEED, index);
  const question = recipeQuestion(world, index, random);
  const { text } = showStyle(world, question, drawStyle(random, mixture, question), random);
  return demonstration(model, question, text, EMBEDDED);
}
