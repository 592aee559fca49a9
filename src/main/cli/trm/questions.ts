/** Questions of a home by their names, with their pictures: embedded ones are made again, imported ones read from their data set. */

import type { Question } from '../../../shared/question.ts';
import type { RgbPixels } from '../../model/image/patches.ts';
import type { ReadStore } from '../../store/store.ts';
import { isEmbeddedId, questionById } from '../../tasks/embedded-ids.ts';
import { type Dataset, openDataset } from '../../tasks/import/dataset-folder.ts';

/** Side of an embedded question's picture as an endpoint sees it, in pixels. */
export const SENT_SIZE = 336;

/** How a home's questions are found. */
export interface QuestionFinder {
  /** The question of a name, or null where only the name is known. */
  readonly find: (name: string) => Question | null;
  /** The picture as a PNG; undefined for a question without one. Rejects where the file is gone. */
  readonly png: (question: Question) => (() => Promise<Uint8Array>) | undefined;
  /** The decoded picture of an imported question. */
  readonly pixels: (question: Question) => RgbPixels;
}

/** The finder over an open store. */
export function questionFinder(store: ReadStore): QuestionFinder {
  const sets = new Map<string, Dataset>();
  const datasetOf = (question: Question): Dataset => {
    const name = question.id.split('/')[0]!;
    const known = sets.get(name) ?? openDataset(store.paths.home, name);
    sets.set(name, known);
    return known;
  };
  const pixels = (question: Question) => datasetOf(question).loadImage(question);
  return {
    find: (name) => (isEmbeddedId(name) ? questionById(name) : store.question(name)),
    pixels,
    png: (question) => {
      if (question.image === null) return undefined;
      if (question.image.kind === 'scene')
        return async () => (await import('../../tasks/scene/render.ts')).renderPng(question, SENT_SIZE);
      return async () => (await import('../../model/image/encode-png.ts')).encodePng(pixels(question));
    },
  };
}
