/** What the same questions were answered at two evaluations of a benchmark: how many were gained and lost, and the answers themselves. */
import type { Database } from 'better-sqlite3';
import { SophiaError } from '../../../../shared/errors.ts';
import { EVALUATION } from '../../rows.ts';
import { query, select } from '../../schema/select.ts';

/** Which questions: right only after, right only before, answered in other words, or all. */
export const ANSWER_CHANGES = ['gained', 'lost', 'reworded', 'all'] as const;
/** One of ANSWER_CHANGES. */
export type AnswerChange = (typeof ANSWER_CHANGES)[number];

const CHANGED = select({ q: 'questions' }, [
  'q.question AS questionId',
  'q.text AS question',
  'q.answer',
  'q.category',
]);
/** One question with both answers. Text and answer are null where only the question's name is known. */
export interface AnswerPair {
  readonly questionId: string;
  readonly question: string | null;
  readonly answer: string | null;
  readonly before: string;
  readonly after: string;
  readonly wasRight: boolean;
  readonly isRight: boolean;
}

/** How many questions both evaluations asked, by what became of them. */
export interface AnswerCounts {
  readonly both: number; // asked by both
  readonly kept: number; // right before and after
  readonly gained: number;
  readonly lost: number;
  readonly wrong: number; // before and after
  readonly reworded: number; // the text is another one
}

/** Two evaluations held against each other; `rows` are those asked for, at most `limit` from `offset` on. */
export interface AnswerChanges {
  readonly counts: AnswerCounts;
  readonly rows: readonly AnswerPair[];
}

/** Right by the answer type's own rule; where that was not recorded, by an outcome reward of at least 0.5. */
const RIGHT = (alias: string) => `coalesce(${alias}.exact, ${alias}.correct)`;
const JOINED = `FROM evaluated_questions a JOIN evaluated_questions b ON b.evaluation_id = @to AND b.question_id = a.question_id
  JOIN questions q ON q.id = a.question_id WHERE a.evaluation_id = @from`;
const CONDITIONS: Readonly<Record<AnswerChange, string>> = {
  gained: `AND ${RIGHT('a')} = 0 AND ${RIGHT('b')} = 1`,
  lost: `AND ${RIGHT('a')} = 1 AND ${RIGHT('b')} = 0`,
  reworded: 'AND a.text IS NOT b.text',
  all: '',
};

/** The read over an open database. */
export function answerChangeQueries(db: Database) {
  const evaluation = query(db, EVALUATION, 'FROM evaluations e WHERE e.id = ?');
  const counts = db.prepare<{ from: number; to: number }, AnswerCounts>(
    `SELECT count(*) AS both, total(${RIGHT('a')} AND ${RIGHT('b')}) AS kept, total(NOT ${RIGHT('a')} AND ${RIGHT('b')}) AS gained,
       total(${RIGHT('a')} AND NOT ${RIGHT('b')}) AS lost, total(NOT ${RIGHT('a')} AND NOT ${RIGHT('b')}) AS wrong,
       total(a.text IS NOT b.text) AS reworded ${JOINED}`,
  );
  type Row = Omit<AnswerPair, 'wasRight' | 'isRight'> & { readonly wasRight: number; readonly isRight: number };
  const pairs = Object.fromEntries(
    ANSWER_CHANGES.map((change) => [
      change,
      db.prepare<{ from: number; to: number; limit: number; offset: number }, Row>(
        `SELECT ${CHANGED.list}, a.text AS before, b.text AS after, ${RIGHT('a')} AS wasRight, ${RIGHT('b')} AS isRight
         ${JOINED} ${CONDITIONS[change]} ORDER BY a.position LIMIT @limit OFFSET @offset`,
      ),
    ]),
  ) as Record<
    AnswerChange,
    ReturnType<typeof db.prepare<{ from: number; to: number; limit: number; offset: number }, Row>>
  >;

  return {
    /**
     * Answers of evaluation `from` and evaluation `to` to the questions that both asked. @throws SophiaError 'usage' for one that is not there or
     * for two of different benchmarks or decodings
     */
    answerChanges(
      from: number,
      to: number,
      show: AnswerChange,
      { limit, offset }: { readonly limit: number; readonly offset: number },
    ): AnswerChanges {
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
      const rows = pairs[show].all({ from, to, limit, offset });
      return {
        counts: counts.get({ from, to }) ?? { both: 0, kept: 0, gained: 0, lost: 0, wrong: 0, reworded: 0 },
        rows: rows.map((row) => ({ ...row, wasRight: row.wasRight === 1, isRight: row.isRight === 1 })),
      };
    },
  };
}
