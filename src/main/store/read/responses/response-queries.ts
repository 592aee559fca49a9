/**
 * Reads of responses: pages by filter, full-text search, the group of a question, the same question in other runs.
 */
import type { Database, Statement } from 'better-sqlite3';
import type { Question } from '../../../../shared/question.ts';
import { getOrMake } from '../../../../shared/values/list.ts';
import { RESPONSE, type ResponseRow } from '../../rows.ts';
import { query, select } from '../../schema/select.ts';
import { type ResponseFilter, responseConditions, wordQuery } from './response-filter.ts';

/** A page of responses. `next` continues it (null: the end); `total` counts all matches, up to `countedTo`. */
export interface ResponsePage {
  readonly rows: ResponseRow[];
  readonly next: string | null;
  readonly total: number;
  readonly countedTo: number;
}

/** Where a page ended: the last id, and whether the last word of a search may be a beginning. */
type Place = { readonly id: number | null; readonly unfinished: boolean } | null;

interface Found {
  readonly ids: number[];
  readonly unfinished: boolean;
}

function readPlace(text: string | null): Place {
  return text === null ? null : { id: Number(text.slice(1)), unfinished: text.startsWith('b') };
}

/** Matches are counted up to here: "1000+". */
const COUNTED_TO = 1000;

const QUESTION = select({ q: 'questions' }, [
  ...(['q.hash', 'q.category', 'q.answer_type', 'q.split', 'q.template', 'q.text', 'q.answer'] as const),
  ...(['q.image', 'q.scene'] as const),
]);

/** One look-up by the index for every step that there is, whatever the steps' numbers and however many responses each has. */
const STEPS = `WITH RECURSIVE found (step) AS (
    SELECT min(step) FROM responses WHERE run_id = @run
    UNION ALL SELECT (SELECT min(p.step) FROM responses p WHERE p.run_id = @run AND p.step > found.step) FROM found
      WHERE found.step IS NOT NULL)
  SELECT step FROM found WHERE step IS NOT NULL`;

const OF_STUDY = 'JOIN studies s ON s.id = r.study_id';
/** Of a run `r` that is asked for by its study: it is in no trash and was not cut off. */
const IS_SHOWN_IN_STUDY = 'r.trashed_at IS NULL AND r.cut_from IS NULL';
/** The same where all are asked for: nor is its study in the trash. */
const IS_SHOWN = `${IS_SHOWN_IN_STUDY} AND s.trashed_at IS NULL`;

/** The reads of responses over an open database. */
export function responseQueries(db: Database) {
  const byIds = query(
    db,
    RESPONSE,
    `FROM json_each(?) j JOIN responses p ON p.id = j.value JOIN questions q ON q.id = p.question_id ORDER BY j.key`,
  );
  const runsOf = db
    .prepare<[number], number>(
      'SELECT id FROM runs WHERE study_id = ? AND cut_from IS NULL AND trashed_at IS NULL ORDER BY id',
    )
    .pluck();
  const allRuns = db.prepare<[], number>(`SELECT r.id FROM runs r ${OF_STUDY} WHERE ${IS_SHOWN} ORDER BY r.id`).pluck();
  const questionIds = db.prepare<[string], number>('SELECT id FROM questions WHERE question = ?').pluck();
  const group = query(
    db,
    RESPONSE,
    `FROM responses p JOIN questions q ON q.id = p.question_id WHERE p.run_id = ? AND p.step = ? ORDER BY p.group_index, p.sample`,
  );
  const steps = db.prepare<{ run: number }, number>(STEPS).pluck();
  const described = query(
    db,
    QUESTION,
    "FROM questions q WHERE q.question = ? ORDER BY q.hash = '', q.id DESC LIMIT 1",
  );
  const asked = db.prepare<[string], { readonly runId: number; readonly step: number }>(
    `SELECT DISTINCT p.run_id AS runId, p.step FROM questions q JOIN responses p ON p.question_id = q.id
     JOIN runs r ON r.id = p.run_id ${OF_STUDY} WHERE q.question = ? AND r.trashed_at IS NULL AND s.trashed_at IS NULL
     ORDER BY p.run_id, p.step`,
  );
  const statements = new Map<string, Statement<[Record<string, unknown>], number>>();
  /** A statement that gives ids. */
  const idsBy = (sql: string) =>
    getOrMake(statements, sql, () => db.prepare<[Record<string, unknown>], number>(sql).pluck());
  const places = db.prepare<[number], { run: number; step: number; group: number; sample: number }>(
    'SELECT run_id AS run, step, group_index AS "group", sample FROM responses WHERE id = ?',
  );

  const runIdsOf = (filter: ResponseFilter): readonly number[] =>
    filter.runIds ?? (filter.studyId === undefined ? allRuns.all() : runsOf.all(filter.studyId));

  /** Ids in order of run, step, group and sample, run by run, so that each run is one walk along its index. */
  function walk(filter: ResponseFilter, after: Place, limit: number): Found {
    const { sql, values } = responseConditions(filter, questionIds.all(filter.question ?? ''));
    const from = after === null || after.id === null ? null : placeOf(after.id);
    const found: number[] = [];
    for (const run of runIdsOf(filter)) {
      if (from !== null && run < from.run) continue;
      const begin = from !== null && run === from.run;
      const place = begin ? 'AND (p.step, p.group_index, p.sample) > (@fromStep, @fromGroup, @fromSample)' : '';
      const sqlText = `SELECT p.id FROM responses p WHERE p.run_id = @run ${sql} ${place} ORDER BY p.step, p.group_index, p.sample LIMIT @limit`;
      const more = begin ? { fromStep: from.step, fromGroup: from.group, fromSample: from.sample } : {};
      found.push(...idsBy(sqlText).all({ ...values, ...more, run, limit: limit - found.length }));
      if (found.length >= limit) break;
    }
    return { ids: found, unfinished: false };
  }

  /**
   * Ids of responses with the words, newest first. Whole words are looked for first; only where they do not fill a page, the last word
   * may be a beginning: an index finds a common whole word at once, all words with a common beginning only by merging them.
   */
  function search(filter: ResponseFilter, after: Place, limit: number): Found {
    const whole = after?.unfinished === true ? [] : match(filter, false, after?.id ?? null, limit);
    if (after?.unfinished === false || whole.length >= limit) return { ids: whole, unfinished: false };
    return { ids: match(filter, true, after?.id ?? null, limit), unfinished: true };
  }

  function match(filter: ResponseFilter, unfinished: boolean, before: number | null, limit: number): number[] {
    const { sql, values } = responseConditions(filter, questionIds.all(filter.question ?? ''));
    const words = wordQuery(filter, unfinished);
    if (words === null) return [];
    const plain = sql === '' && filter.runIds !== undefined;
    const join = plain ? '' : `JOIN responses p ON p.id = w.rowid JOIN runs r ON r.id = p.run_id ${OF_STUDY}`;
    const visible =
      plain || filter.runIds !== undefined ? '' : `AND ${filter.studyId === undefined ? IS_SHOWN : IS_SHOWN_IN_STUDY}`;
    const sqlText = `SELECT w.rowid FROM response_words w ${join}
      WHERE w.response_words MATCH @words AND w.rowid < @before ${visible} ${sql} ORDER BY w.rowid DESC LIMIT @limit`;
    return idsBy(sqlText).all({ ...values, words, before: before ?? Number.MAX_SAFE_INTEGER, limit });
  }

  const placeOf = (id: number) => places.get(id) ?? { run: 0, step: -1, group: 0, sample: 0 };

  return {
    /**
     * Responses by filter: in order of run, step, group and sample, or newest first when searched by text. `after` is the `next` of the
     * page before.
     */
    responses(
      filter: ResponseFilter,
      options: { readonly limit?: number; readonly after?: string | null } = {},
    ): ResponsePage {
      const limit = options.limit ?? 64;
      const find = filter.text === undefined || filter.text.trim() === '' ? walk : search;
      const after = readPlace(options.after ?? null);
      const { ids, unfinished } = find(filter, after, limit + 1);
      const page = ids.slice(0, limit);
      const rows = byIds.all(JSON.stringify(page));
      const next = ids.length > limit ? `${unfinished ? 'b' : 'w'}${page.at(-1)}` : null;
      const whole = after === null && next === null;
      const first: Place = { id: null, unfinished };
      const total = whole ? ids.length : find(filter, first, COUNTED_TO).ids.length;
      return { rows, next, total, countedTo: COUNTED_TO };
    },

    /** The steps that have responses, rising. */
    responseSteps: (runId: number): number[] => steps.all({ run: runId }),

    /** All responses of a step, group by group; only those of one question when named. */
    stepResponses(runId: number, step: number, questionId?: string): ResponseRow[] {
      const rows = group.all(runId, step);
      return questionId === undefined ? rows : rows.filter((row) => row.questionId === questionId);
    },

    /** A question as its run stored it, or null when only its name is known. */
    question(questionId: string): Question | null {
      const row = described.get(questionId);
      if (row === undefined || row.hash === '') return null;
      const { hash: _hash, damage: _damage, ...question } = row;
      return isDescribed(question) ? { id: questionId, ...question } : null;
    },

    /** Where a question was asked: runs and steps. */
    whereAsked: (questionId: string): { readonly runId: number; readonly step: number }[] => asked.all(questionId),
  };
}

/** A row with a hash was described: none of what describes it is null. */
function isDescribed<T extends object>(
  row: T,
): row is T & { [K in keyof T as K extends 'image' | 'scene' ? never : K]: NonNullable<T[K]> } {
  return Object.entries(row).every(([key, value]) => value !== null || key === 'image' || key === 'scene');
}
