/** Embedded questions by their id, so that a logged response leads back to its picture without storing the picture. */
import { SophiaError } from '../../shared/errors.ts';
import { CATEGORIES, type Category, type Question, SPLITS, type Split } from '../../shared/question.ts';
import { generateQuestion } from './worlds/everyday/generate.ts';

const ID = new RegExp(`^(${CATEGORIES.join('|')})/(${SPLITS.join('|')})/(\\d{6,12})(?:@(\\d+))?$`);

/** True for ids of embedded questions ("chart/test/000007", with "@seed" where the seed is not 0). */
export function isEmbeddedId(id: string): boolean {
  return ID.test(id);
}

/** The embedded question of an id; throws a usage error for any other id. */
export function questionById(id: string): Question {
  const match = ID.exec(id);
  if (match === null) {
    throw new SophiaError('usage', `"${id}" is not an embedded question.`, 'Ids look like chart/test/000007.');
  }
  return generateQuestion(match[2] as Split, Number(match[3]), Number(match[4] ?? 0), match[1] as Category);
}
