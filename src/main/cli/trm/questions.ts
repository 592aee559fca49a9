/** Questions of a home by their names: embedded ones are made again, imported ones read from their data set, as their pictures are. */

import type { Question } from '../../../shared/question.ts';
import { firstPart } from '../../../shared/text/first-part.ts';
import { getOrMake } from '../../../shared/values/list.ts';
import type { RgbPixels } from '../../model/image/rgb-pixels.ts';
import type { ReadStore } from '../../store/store.ts';
import { isEmbeddedId, questionById } from '../../tasks/embedded-ids.ts';
import { type Dataset, openDataset } from '../../tasks/import/dataset-folder.ts';

/** How a home's questions are found. */
export interface QuestionFinder {
  /** The question of a name, or null where only the name is known. */
  readonly find: (name: string) => Question | null;
  /** A decoded picture of an imported question, by its number from 0. */
  readonly pixels: (question: Question, at?: number) => RgbPixels;
}

/** The finder over an open store. */
export function questionFinder(store: ReadStore): QuestionFinder {
  const sets = new Map<string, Dataset>();
  const datasetOf = (question: Question): Dataset => {
    const name = firstPart(question.id, '/');
    return getOrMake(sets, name, () => openDataset(store.paths.home, name));
  };
  return {
    find: (name) => (isEmbeddedId(name) ? questionById(name) : store.question(name)),
    pixels: (question, at) => datasetOf(question).loadImage(question, at),
  };
}
