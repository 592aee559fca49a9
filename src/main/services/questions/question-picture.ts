/** The picture of a question by its id, wherever the question comes from. */
import { imageCount } from '../../../shared/question.ts';
import type { ReadStore } from '../../store/store.ts';
import { importedQuestion } from './open-datasets.ts';
import { embeddedQuestion } from './question-by-id.ts';

/**
 * The picture of a question as a PNG of `size` x `size` pixels, or null where it has none; `at` counts from 0 where it has several. Embedded
 * ones are drawn, those of imported data sets read from the file that the set names: no path ever comes from the id.
 */
export async function questionPng(store: ReadStore, id: string, size: number, at = 0): Promise<Buffer | null> {
  const embedded = await embeddedQuestion(store, id);
  if (embedded !== null) return at > 0 ? null : (await import('../../tasks/scene/render.ts')).renderPng(embedded, size);
  const found = await importedQuestion(store.paths.home, id);
  if (found === null || at >= imageCount(found.question)) return null;
  const { datasetPng } = await import('../../tasks/import/dataset-picture.ts');
  return datasetPng(found.dataset, found.question, size, at);
}
