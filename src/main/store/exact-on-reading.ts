/**
 * Exactness of responses that were recorded before it was: judged when they are read, by the rule of today, from their text and their
 * question. A function of SQL on our own connections, so that filters and rows say the same; the views for others have the column alone.
 */
import type { Database } from 'better-sqlite3';
import { namesOf } from '../../shared/kinds/kind.ts';
import { ANSWER_TYPES } from '../../shared/question.ts';
import { exactAnswer } from '../rewards/outcome/exact-answer.ts';

/** Makes exact_answer(type, response, truth, question) known to a connection: 1, 0, or null where nothing can be said. */
export function defineExactAnswer(db: Database): void {
  db.function('exact_answer', { deterministic: true }, (type, response, truth, question) => {
    const kind = namesOf(ANSWER_TYPES).find((name) => name === type);
    if (kind === undefined || typeof response !== 'string' || typeof truth !== 'string') return null;
    const exact = exactAnswer({
      kind,
      response,
      truth,
      ...(typeof question === 'string' && { question }),
    });
    return exact === null ? null : Number(exact);
  });
}

/** Whether response `p` to question `q` is right: as recorded, else as judged now. */
export const EXACT = 'COALESCE(p.exact, exact_answer(q.answer_type, p.text, q.answer, q.text))';
/** The same where the question is not joined; it is looked up for rows of before alone. */
export const EXACT_ALONE =
  'COALESCE(p.exact, (SELECT exact_answer(q.answer_type, p.text, q.answer, q.text) FROM questions q WHERE q.id = p.question_id))';
