/**
 * Reads of responses: pages by filter, full-text search, the group of a question, the same question in other runs.
 */
import type { Database } from 'better-sqlite3';
import type { Question } from '../../../shared/question.ts';
import type { ResponseRow } from '../rows.ts';
import { isObject, readJson } from '../schema/read-json.ts';
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

const COLUMNS = `p.id, p.run_id AS runId, p.step, p.group_index AS "group", p.sample, q.question AS questionId, p.text, p.tokens,
  p.truncated, p.format_valid AS formatValid, p.outcome_reward AS outcomeReward, p.outcome_reason AS outcomeReason,
  p.thinking_reward AS thinkingReward, p.thinking_failure AS thinkingFailure, p.thinking_spread AS thinkingSpread, p.rubric_score AS rubricScore, p.mu_c AS muC,
  p.mu_w AS muW, p.n_c AS nC, p.n_w AS nW, p.gamma, p.gamma_logged AS gammaLogged, p.decay, p.alpha, p.reward, p.advantage`;

type Source = Omit<ResponseRow, 'truncated' | 'formatValid'> & { truncated: number; formatValid: number };
const toRow = (row: Source): ResponseRow => ({
  ...row,
  truncated: row.truncated === 1,
  formatValid: row.formatValid === 1,
});

/** The reads of responses over an open database. */
export function responseQueries(db: Database) {
  const byIds = db.prepare(
    `SELECT ${COLUMNS} FROM json_each(?) j JOIN responses p ON p.id = j.value JOIN questions q ON q.id = p.question_id ORDER BY j.key`,
  );
  const runsOf = db
    .prepare('SELECT id FROM runs WHERE study_id = ? AND cut_from IS NULL AND trashed_at IS NULL ORDER BY id')
    .pluck();
  const allRuns = db.prepare('SELECT id FROM runs WHERE cut_from IS NULL AND trashed_at IS NULL ORDER BY id').pluck();
  const questionIds = db.prepare('SELECT id FROM questions WHERE question = ?').pluck();
  const group = db.prepare(
    `SELECT ${COLUMNS} FROM responses p JOIN questions q ON q.id = p.question_id WHERE p.run_id = ? AND p.step = ? ORDER BY p.group_index, p.sample`,
  );
  // One look-up by the index for every step that there is, whatever the steps' numbers and however many responses each has.
  const steps = db
    .prepare<{ run: number }, number>(
      `WITH RECURSIVE found (step) AS (
         SELECT min(step) FROM responses WHERE run_id = @run
         UNION ALL SELECT (SELECT min(p.step) FROM responses p WHERE p.run_id = @run AND p.step > found.step) FROM found
           WHERE found.step IS NOT NULL)
       SELECT step FROM found WHERE step IS NOT NULL`,
    )
    .pluck();
  const described = db.prepare("SELECT * FROM questions WHERE question = ? ORDER BY hash = '', id DESC LIMIT 1");
  const asked = db.prepare(
    `SELECT DISTINCT p.run_id AS runId, p.step FROM questions q JOIN responses p ON p.question_id = q.id
     JOIN runs r ON r.id = p.run_id WHERE q.question = ? AND r.trashed_at IS NULL ORDER BY p.run_id, p.step`,
  );
  const statements = new Map<string, ReturnType<Database['prepare']>>();
  const statement = (sql: string) => {
    if (!statements.has(sql)) statements.set(sql, db.prepare(sql).pluck());
    return statements.get(sql)!;
  };

  const runIdsOf = (filter: ResponseFilter): number[] =>
    (filter.runIds as number[] | undefined) ??
    ((filter.studyId === undefined ? allRuns.all() : runsOf.all(filter.studyId)) as number[]);

  /** Ids in order of run, step, group and sample, run by run, so that each run is one walk along its index. */
  function walk(filter: ResponseFilter, after: Place, limit: number): Found {
    const { sql, values } = responseConditions(filter, questionIds.all(filter.question ?? '') as number[]);
    const from = after === null || after.id === null ? null : placeOf(after.id);
    const found: number[] = [];
    for (const run of runIdsOf(filter)) {
      if (from !== null && run < from.run) continue;
      const begin = from !== null && run === from.run;
      const place = begin ? 'AND (p.step, p.group_index, p.sample) > (@fromStep, @fromGroup, @fromSample)' : '';
      const query = `SELECT p.id FROM responses p WHERE p.run_id = @run ${sql} ${place} ORDER BY p.step, p.group_index, p.sample LIMIT @limit`;
      const more = begin ? { fromStep: from.step, fromGroup: from.group, fromSample: from.sample } : {};
      found.push(...(statement(query).all({ ...values, ...more, run, limit: limit - found.length }) as number[]));
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
    const { sql, values } = responseConditions(filter, questionIds.all(filter.question ?? '') as number[]);
    const words = wordQuery(filter, unfinished);
    if (words === null) return [];
    const plain = sql === '' && filter.runIds !== undefined;
    const join = plain ? '' : 'JOIN responses p ON p.id = w.rowid JOIN runs r ON r.id = p.run_id';
    const visible = plain || filter.runIds !== undefined ? '' : 'AND r.trashed_at IS NULL AND r.cut_from IS NULL';
    const query = `SELECT w.rowid FROM response_words w ${join}
      WHERE w.response_words MATCH @words AND w.rowid < @before ${visible} ${sql} ORDER BY w.rowid DESC LIMIT @limit`;
    return statement(query).all({ ...values, words, before: before ?? Number.MAX_SAFE_INTEGER, limit }) as number[];
  }

  function placeOf(id: number): { run: number; step: number; group: number; sample: number } {
    const sql =
      "SELECT json_object('run', run_id, 'step', step, 'group', group_index, 'sample', sample) FROM responses WHERE id = ?";
    const place = statement(sql).get(id) as string | undefined;
    return place === undefined ? { run: 0, step: -1, group: 0, sample: 0 } : JSON.parse(place);
  }

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
      const rows = (byIds.all(JSON.stringify(page)) as Source[]).map(toRow);
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
      const rows = (group.all(runId, step) as Source[]).map(toRow);
      return questionId === undefined ? rows : rows.filter((row) => row.questionId === questionId);
    },

    /** A question as its run stored it, or null when only its name is known. */
    question(questionId: string): Question | null {
      const row = described.get(questionId) as Record<string, string | null> | undefined;
      if (row === undefined || row.hash === '') return null;
      const { category, answer_type, split, template, text, answer } = row;
      const json = (value: string | null | undefined) => readJson(value ?? null, 'picture', [], isObject);
      const [image, scene] = [json(row.image), json(row.scene)];
      return {
        id: questionId,
        category,
        answerType: answer_type,
        split,
        template,
        text,
        answer,
        image,
        scene,
      } as Question;
    },

    /** Where a question was asked: runs and steps. */
    whereAsked: (questionId: string): { readonly runId: number; readonly step: number }[] =>
      asked.all(questionId) as { runId: number; step: number }[],
  };
}
