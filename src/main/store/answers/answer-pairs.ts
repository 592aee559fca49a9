/** Two lists of answers to the same questions held against each other: how many became right or wrong, and each pair. Whatever table they lie in. */
import type { Database } from 'better-sqlite3';
import { SophiaError } from '../../../shared/errors.ts';
import { select } from '../schema/select.ts';
import { type ShareDifference, shareDifference } from '../statistics/paired-shares.ts';

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
/** One question with both answers and their outcome rewards. Text and answer are null where only the question's name is known. */
export interface AnswerPair {
  readonly questionId: string;
  readonly question: string | null;
  readonly answer: string | null;
  readonly before: string;
  readonly after: string;
  readonly wasRight: boolean;
  readonly isRight: boolean;
  readonly outcomeBefore: number;
  readonly outcomeAfter: number;
}

/** How many questions both lists answer, by what became of them. */
export interface AnswerCounts {
  readonly both: number; // answered in both
  readonly kept: number; // right before and after
  readonly gained: number;
  readonly lost: number;
  readonly wrong: number; // before and after
  readonly reworded: number; // the text is another one
}

/** Two lists held against each other; `rows` are those asked for, at most `limit` from `offset` on. */
export interface AnswerChanges {
  readonly counts: AnswerCounts;
  /** Of the shares that are right; null without questions. */
  readonly difference: ShareDifference | null;
  readonly rows: readonly AnswerPair[];
}

/** Where lists of answers lie: a table with question_id, outcome_reward, correct, exact, text and position, and the column that names a list. */
export interface AnswerTable {
  readonly table: 'evaluated_questions' | 'given_answers';
  readonly list: 'evaluation_id' | 'set_id';
}

/** A page of pairs. */
export interface PairPage {
  readonly limit: number;
  readonly offset: number;
}

/** Right by the answer type's own rule; where that was not recorded, by an outcome reward of at least 0.5. */
const RIGHT = (alias: string) => `coalesce(${alias}.exact, ${alias}.correct)`;
const CONDITIONS: Readonly<Record<AnswerChange, string>> = {
  gained: `AND ${RIGHT('a')} = 0 AND ${RIGHT('b')} = 1`,
  lost: `AND ${RIGHT('a')} = 1 AND ${RIGHT('b')} = 0`,
  reworded: 'AND a.text IS NOT b.text',
  all: '',
};

/** Makes the function that holds list `from` against list `to` of a table over an open database. */
export function answerPairs(
  db: Database,
  { table, list }: AnswerTable,
): (from: number, to: number, show: AnswerChange, page: PairPage) => AnswerChanges {
  const joined = `FROM ${table} a JOIN ${table} b ON b.${list} = @to AND b.question_id = a.question_id
    JOIN questions q ON q.id = a.question_id WHERE a.${list} = @from`;
  const counted = db.prepare<{ from: number; to: number }, AnswerCounts>(
    `SELECT count(*) AS both, total(${RIGHT('a')} AND ${RIGHT('b')}) AS kept, total(NOT ${RIGHT('a')} AND ${RIGHT('b')}) AS gained,
       total(${RIGHT('a')} AND NOT ${RIGHT('b')}) AS lost, total(NOT ${RIGHT('a')} AND NOT ${RIGHT('b')}) AS wrong,
       total(a.text IS NOT b.text) AS reworded ${joined}`,
  );
  type Row = Omit<AnswerPair, 'wasRight' | 'isRight'> & { readonly wasRight: number; readonly isRight: number };
  const pairsOf = (change: AnswerChange) =>
    db.prepare<{ from: number; to: number; limit: number; offset: number }, Row>(
      `SELECT ${CHANGED.list}, a.text AS before, b.text AS after, ${RIGHT('a')} AS wasRight, ${RIGHT('b')} AS isRight,
         a.outcome_reward AS outcomeBefore, b.outcome_reward AS outcomeAfter
       ${joined} ${CONDITIONS[change]} ORDER BY a.position LIMIT @limit OFFSET @offset`,
    );
  const pairs = {
    gained: pairsOf('gained'),
    lost: pairsOf('lost'),
    reworded: pairsOf('reworded'),
    all: pairsOf('all'),
  } satisfies Record<AnswerChange, unknown>;
  return (from, to, show, { limit, offset }) => {
    const counts = counted.get({ from, to });
    if (counts === undefined) throw new SophiaError('internal', 'A count gave no row.');
    const { both: n, gained, lost } = counts;
    return {
      counts,
      difference: shareDifference({ n, gained, lost }),
      rows: pairs[show]
        .all({ from, to, limit, offset })
        .map((row) => ({ ...row, wasRight: row.wasRight === 1, isRight: row.isRight === 1 })),
    };
  };
}
