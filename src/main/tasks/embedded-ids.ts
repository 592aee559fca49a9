/** Embedded questions by their id, so that a logged response leads back to its picture without storing the picture. */
import { SophiaError } from '../../shared/errors.ts';
import { CATEGORIES, type Category, type Question, SPLITS, type Split } from '../../shared/question.ts';
import { WORLDS } from '../../shared/worlds/worlds.ts';
import { generateQuestion } from './worlds/everyday/generate.ts';
import { formOf } from './worlds/sums/forms.ts';
import { type SumWorld, sumQuestion } from './worlds/sums/generate.ts';

const SUM_WORLDS = Object.keys(WORLDS).filter((name): name is SumWorld => name !== 'everyday');
const PLACE = `(${SPLITS.join('|')})/(\\d{6,12})(?:@(\\d+))?`;
const EVERYDAY = new RegExp(`^(${CATEGORIES.join('|')})/${PLACE}$`);
const SUM = new RegExp(`^(${SUM_WORLDS.join('|')})/${PLACE}(?:/([a-z-]+))?$`);

/** True for ids of embedded questions ("chart/test/000007", "shortcut/test/000007/cue-wrong"; with "@seed" where the seed is not 0). */
export function isEmbeddedId(id: string): boolean {
  return made(id) !== null;
}

/** The embedded question of an id; throws a usage error for any other id. */
export function questionById(id: string): Question {
  const make = made(id);
  if (make !== null) return make();
  throw new SophiaError('usage', `"${id}" is not an embedded question.`, 'Ids look like chart/test/000007.');
}

function made(id: string): (() => Question) | null {
  const everyday = EVERYDAY.exec(id);
  if (everyday !== null) {
    const [, category, split, index, seed = 0] = everyday;
    return () => generateQuestion(split as Split, Number(index), Number(seed), category as Category);
  }
  const sum = SUM.exec(id);
  if (sum === null) return null;
  const [, name, split, index, seed = 0, text = ''] = sum;
  const world = name as SumWorld;
  const form = formOf(text, WORLDS[world].hasCue);
  return form === null ? null : () => sumQuestion(world, split as Split, Number(index), Number(seed), form);
}
