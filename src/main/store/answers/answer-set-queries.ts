/** Reads of answers that somebody asked of a run's weights: which there are, and two of them held against each other. */
import type { Database } from 'better-sqlite3';
import { SophiaError } from '../../../shared/errors.ts';
import { query, type Selected, select } from '../schema/select.ts';
import { type AnswerChange, type AnswerChanges, answerPairs, type PairPage } from './answer-pairs.ts';

const SET = select({ s: 'answer_sets' }, [
  's.id',
  's.run_id AS runId',
  's.step',
  's.weights_hash AS weightsHash',
  's.benchmark',
  's.benchmark_hash AS benchmarkHash',
  's.how',
  's.wanted',
  's.asked',
  's.done',
  's.at',
]);
/** Answers of some weights to some questions; whole where `done` is `asked`. */
export interface AnswerSet extends Selected<typeof SET> {}

/** What answers are looked for by. */
export interface AnswerKey {
  readonly runId: number;
  readonly weightsHash: string;
  readonly benchmark: string;
  readonly howHash: string;
  readonly wanted: number;
}

/** The reads over an open database. */
export function answerSetQueries(db: Database) {
  // What a stranger's archive says of weights is taken for the runs that it brought, and for no other.
  const found = query(
    db,
    SET,
    `FROM answer_sets s WHERE s.weights_hash = @weightsHash AND s.benchmark = @benchmark AND s.how_hash = @howHash AND s.wanted = @wanted
       AND (s.run_id = @runId OR NOT EXISTS
         (SELECT 1 FROM events e WHERE e.run_id = s.run_id AND e.kind IN ('imported', 'unlocked')))
     ORDER BY s.done = s.asked DESC, s.id DESC LIMIT 1`,
  );
  const byId = query(db, SET, 'FROM answer_sets s WHERE s.id = ?');
  const pairs = answerPairs(db, { table: 'given_answers', list: 'set_id' });
  const means = db
    .prepare<[number], number | null>('SELECT avg(outcome_reward) FROM given_answers WHERE set_id = ?')
    .pluck();
  return {
    /** The newest answers of these weights to these questions, whole ones first; null: none. */
    findAnswers: (key: AnswerKey): AnswerSet | null => found.get({ ...key }) ?? null,

    /** Mean outcome reward of a set's answers; null without any. */
    meanOutcomeOf: (setId: number): number | null => means.get(setId) ?? null,

    /** Two sets held against each other. @throws SophiaError 'usage' for one that is not whole, or for two that asked different questions */
    givenChanges(from: number, to: number, show: AnswerChange, page: PairPage): AnswerChanges {
      const [a, b] = [from, to].map((id) => {
        const row = byId.get(id);
        if (row === undefined || row.done < row.asked)
          throw new SophiaError('usage', `There are no whole answers ${id}.`, 'Ask for them again.');
        return row;
      });
      if (a?.benchmarkHash !== b?.benchmarkHash)
        throw new SophiaError(
          'conflict',
          `The questions of ${a?.benchmark} have changed since one of both was asked.`,
          'Ask both again.',
        );
      return pairs(from, to, show, page);
    },
  };
}
