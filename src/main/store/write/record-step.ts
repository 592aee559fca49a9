/**
 * Writes a step: its metrics, its responses and the full-text index over them. Steps come in order, 1, 2, 3, ...; one that is already
 * there is taken as sent twice when it is the same, and refused when it is not.
 */
import type { Database } from 'better-sqlite3';
import { SophiaError } from '../../../shared/errors.ts';
import type { ResponseRecord, RunEventOf } from '../../../shared/run/run-events.ts';
import { RESPONSE_PARTS } from '../schema/response-columns.ts';
import type { StoredRow } from '../schema/select.ts';
import { tokenRecorder } from '../tokens/token-writer.ts';
import { scopeOf } from './attempts.ts';
import type { QuestionBook } from './question-book.ts';

/** What a recorder needs to know of its run. */
export type RunHead = Pick<StoredRow<'runs'>, 'id' | 'study_id' | 'name' | 'attempt' | 'step'>;

/** Columns of a response in the order in which they are written: its place, then the parts of it. */
const COLUMNS = ['run_id', 'step', 'group_index', 'question_id', ...RESPONSE_PARTS.map(({ column }) => column)];
const TEXT = COLUMNS.indexOf('text');

/** Writes steps inside a transaction. */
export interface StepRecorder {
  /** Writes one; false: the very same step was there already. */
  record(run: RunHead, event: RunEventOf<'step'>): boolean;
  /** Forgets what it remembered of rows that were undone. */
  forget(): void;
}

/** The writer of steps over an open database. */
export function stepRecorder(db: Database, questions: QuestionBook): StepRecorder {
  const insertMetric = db.prepare('INSERT INTO metrics (run_id, metric_id, step, value) VALUES (?, ?, ?, ?)');
  const insertResponse = db.prepare(
    `INSERT INTO responses (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map(() => '?').join(', ')})`,
  );
  const insertWords = db.prepare('INSERT INTO response_words (rowid, text, scope) VALUES (?, ?, ?)');
  const storedMetric = db
    .prepare<[number, number, number], [value: number | null]>(
      'SELECT value FROM metrics WHERE run_id = ? AND metric_id = ? AND step = ?',
    )
    .raw();
  const storedResponses = db
    .prepare(`SELECT ${COLUMNS.join(', ')} FROM responses WHERE run_id = ? AND step = ? ORDER BY group_index, sample`)
    .raw();
  const setStep = db.prepare('UPDATE runs SET step = ? WHERE id = ?');
  const metrics = metricBook(db);
  const metricId = metrics.idOf;
  const recordTokens = tokenRecorder(db);

  function isStored(run: RunHead, event: RunEventOf<'step'>): boolean {
    const sameMetrics = Object.entries(event.metrics).every(([name, value]) => {
      const row = storedMetric.get(run.id, metricId(name), event.step);
      return row !== undefined && Object.is(row[0], finite(value));
    });
    const rows = responseRows(run, event.step, event.responses, questions);
    return sameMetrics && JSON.stringify(storedResponses.all(run.id, event.step)) === JSON.stringify(rows);
  }

  function record(run: RunHead, event: RunEventOf<'step'>): boolean {
    const { step, responses } = event;
    if (step <= run.step && step >= 1) {
      if (isStored(run, event)) return false;
      throw new SophiaError(
        'conflict',
        `Run ${run.name}: step ${step} is already recorded with other values (last: ${run.step}).`,
        'Resume the run from a checkpoint: that cuts later rows off.',
      );
    }
    if (step !== run.step + 1)
      throw new SophiaError(
        'internal',
        `Run ${run.name}: step ${step} came after step ${run.step}; steps come in order.`,
      );
    for (const [name, value] of Object.entries(event.metrics))
      insertMetric.run(run.id, metricId(name), step, finite(value));
    const scope = scopeOf(run.id, run.study_id);
    // The weights that sampled are those after the step before.
    const weights = { step: step - 1, hash: null };
    for (const [i, row] of responseRows(run, step, responses, questions).entries()) {
      const { lastInsertRowid } = insertResponse.run(row);
      insertWords.run(lastInsertRowid, row[TEXT], scope);
      const values = event.tokenValues?.[i];
      if (values !== undefined) recordTokens(lastInsertRowid, values, weights, true);
    }
    setStep.run(step, run.id);
    return true;
  }

  return { record, forget: metrics.forget };
}

/** A row per response. A group ends where the question changes or the samples begin again. */
function responseRows(
  run: RunHead,
  step: number,
  responses: readonly ResponseRecord[],
  questions: QuestionBook,
): (string | number | null)[][] {
  let group = -1;
  return responses.map((response, i) => {
    const before = responses[i - 1];
    if (before === undefined || before.questionId !== response.questionId || response.sample <= before.sample) group++;
    const row: (string | number | null)[] = [run.id, step, group, questions.idOf(response.questionId)];
    for (const { key } of RESPONSE_PARTS) row.push(stored(response[key]));
    return row;
  });
}

/** A part of a response as SQLite holds it: NaN and infinities are no values, minus zero is zero, true is 1. */
function stored(value: ResponseRecord[keyof ResponseRecord]): string | number | null {
  if (typeof value === 'string') return value;
  return typeof value === 'boolean' ? Number(value) : finite(value);
}

/** NaN and infinities are no values: null. Minus zero is zero, as SQLite has it. */
function finite(value: number | null | undefined): number | null {
  return value == null || !Number.isFinite(value) ? null : value + 0;
}

/** Numbers of metric names, given out as they come. */
function metricBook(db: Database): { readonly idOf: (name: string) => number; readonly forget: () => void } {
  const find = db.prepare<[string], number>('SELECT id FROM metric_names WHERE name = ?').pluck();
  const insert = db.prepare('INSERT INTO metric_names (name) VALUES (?)');
  const known = new Map<string, number>();
  const idOf = (name: string): number => {
    const stored = known.get(name) ?? find.get(name);
    if (stored === undefined) return Number(insert.run(name).lastInsertRowid); // remembered when next asked: this may yet be undone
    known.set(name, stored);
    return stored;
  };
  return { idOf, forget: () => known.clear() };
}
