/** Questions to look at one by one: pages of the embedded ones or of an imported data set. */
import { type Category, type Question, SPLITS } from '../../../shared/question.ts';
import type { WorldName } from '../../../shared/worlds/worlds.ts';
import { openDatasetOf } from './open-datasets.ts';

/** Which questions: of `embedded` or an imported set. Words are looked for in imported questions only. */
export interface QuestionQuery {
  readonly source: string;
  readonly world?: WorldName | undefined; // of embedded questions; everyday where none is named
  readonly split?: string | undefined;
  readonly category?: Category | undefined;
  readonly words: string;
  readonly offset: number;
  readonly limit: number;
}

/** A page of questions; `total` is null where there is no end (embedded questions are made as they are asked for). */
export interface QuestionPage {
  readonly total: number | null;
  readonly questions: readonly Question[];
}

/** The questions from `offset` on, `limit` at most. @throws SophiaError where there is no such data set. */
export async function questionPage(home: string, query: QuestionQuery): Promise<QuestionPage> {
  const { source, world = 'everyday', split, category, words, offset, limit } = query;
  if (source === 'embedded') {
    const { browsedQuestion } = await import('../../tasks/worlds/browse.ts');
    const indices = Array.from({ length: limit }, (_, i) => offset + i);
    const of = SPLITS.find((name) => name === split) ?? 'train';
    const questions = indices.map((index) => browsedQuestion(world, of, index, 0, category));
    return { total: null, questions };
  }
  const { questions } = await openDatasetOf(home, source);
  const wanted = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const found = questions.filter((question) => {
    if ((split !== undefined && question.split !== split) || (category !== undefined && question.category !== category))
      return false;
    const text = `${question.id} ${question.text} ${question.answer}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
  return { total: found.length, questions: found.slice(offset, offset + limit) };
}
