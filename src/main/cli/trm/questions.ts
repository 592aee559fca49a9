/** Questions of a home by their names: embedded ones are made again, imported ones read from their data set, as their pictures are. */

import type { Question } from '../../../shared/question.ts';
import { firstPart } from '../../../shared/text/first-part.ts';
import { getOrMake } from '../../../shared/values/list.ts';
import type { RgbPixels } from '../../model/image/rgb-pixels.ts';
import type { ReadStore } from '../../store/store.ts';
import { isEmbeddedId, questionById } from '../../tasks/embedded-ids.ts';
import { type Dataset, listDatasets, openDataset } from '../../tasks/import/dataset-folder.ts';

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
  const { home } = store.paths;
  const datasetOf = (id: string): Dataset => {
    const name = firstPart(id, '/');
    return getOrMake(sets, name, () => openDataset(home, name));
  };
  const known = new Map<Dataset, ReadonlyMap<string, Question>>();
  const imported = (id: string): Question | null => {
    if (listDatasets(home).every(({ name }) => name !== firstPart(id, '/'))) return null;
    const set = datasetOf(id);
    const byId = getOrMake(known, set, () => new Map(set.questions.map((question) => [question.id, question])));
    return byId.get(id) ?? null;
  };
  return {
    find: (name) => (isEmbeddedId(name) ? questionById(name) : (store.question(name) ?? imported(name))),
    pixels: (question, at) => datasetOf(question.id).loadImage(question, at),
  };
}
