/** Embedded questions one after another, for looking at: of every world, in a world with cues each picture in all of its forms. */
import type { Category, Question, Split } from '../../../shared/question.ts';
import { entryAt } from '../../../shared/values/list.ts';
import { CUES } from '../../../shared/worlds/cue-forms.ts';
import { WORLDS, type WorldName } from '../../../shared/worlds/worlds.ts';
import { generateQuestion } from './everyday/generate.ts';
import { sumQuestion } from './sums/generate.ts';

/** The index-th question to look at; `category` means something in the everyday world alone, where none lets them take turns. */
export function browsedQuestion(
  world: WorldName,
  split: Split,
  index: number,
  seed = 0,
  category?: Category,
): Question {
  if (world === 'everyday') return generateQuestion(split, index, seed, category);
  if (!WORLDS[world].hasCue) return sumQuestion(world, split, index, seed, { cue: null, isNoisy: false });
  const cue = entryAt(CUES, index % CUES.length, 'form');
  return sumQuestion(world, split, Math.floor(index / CUES.length), seed, { cue, isNoisy: false });
}
