/** What the same questions were answered at two evaluations of a benchmark: how many were gained and lost, and the answers themselves. */
import type { Database } from 'better-sqlite3';
import { SophiaError } from '../../../shared/errors.ts';
import { EVALUATION } from '../rows.ts';
import { query } from '../schema/select.ts';
import { type AnswerChange, type AnswerChanges, answerPairs, type PairPage } from './answer-pairs.ts';

/** The read over an open database. */
export function answerChangeQueries(db: Database) {
  const evaluation = query(db, EVALUATION, 'FROM evaluations e WHERE e.id = ?');
  const pairs = answerPairs(db, { table: 'evaluated_questions', list: 'evaluation_id' });
  return {
    /**
     * Answers of evaluation `from` and evaluation `to` to the questions that both asked. @throws SophiaError 'usage' for one that is not there or
     * for two of different benchmarks or decodings
     */
    answerChanges(from: number, to: number, show: AnswerChange, page: PairPage): AnswerChanges {
      const [a, b] = [from, to].map((id) => {
        const row = evaluation.get(id);
        if (row === undefined) throw new SophiaError('usage', `There is no evaluation ${id}.`);
        return row;
      });
      if (a?.benchmark !== b?.benchmark || a?.mode !== b?.mode)
        throw new SophiaError(
          'usage',
          `Evaluations ${from} and ${to} are of different benchmarks or decodings.`,
          'Choose two of the same.',
        );
      return pairs(from, to, show, page);
    },
  };
}
