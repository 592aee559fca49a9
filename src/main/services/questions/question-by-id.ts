/** A question by its id, wherever it comes from. */
import type { Question } from '../../../shared/question.ts';
import type { ReadStore } from '../../store/store.ts';
import { importedQuestion } from './open-datasets.ts';

/** The question of an id with its scene: as its run stored it, else made again from the id; null where it has none. */
export async function embeddedQuestion(store: ReadStore, id: string): Promise<Question | null> {
  const { isEmbeddedId, questionById } = await import('../../tasks/embedded-ids.ts');
  const stored = store.question(id);
  if (stored?.scene != null) return stored;
  return isEmbeddedId(id) ? questionById(id) : null;
}

/** The question of an id, embedded or imported; null where there is none. */
export async function questionOf(store: ReadStore, id: string): Promise<Question | null> {
  return (await embeddedQuestion(store, id)) ?? (await importedQuestion(store.paths.home, id))?.question ?? null;
}
