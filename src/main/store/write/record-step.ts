/**
 * Writes a step: its metrics, its responses and the full-text index over them. Steps come in order, 1, 2, 3, ...; one that is already
 * there is taken as sent twice when it is the same, and refused when it is not.
 */
import type { Database } from 'better-sqlite3';
import { SophiaError } from '../../../shared/errors.ts';
import type { ResponseRecord, RunEventOf } from '../../../shared/run/run-events.ts';
import { scopeOf } from './attempts.ts';
import type { QuestionBook } from './question-book.ts';

/** What a recorder needs to know of its run. */
export interface RunHead {
  readonly id: number;
  readonly study_id: number;
  readonly name: string;
  readonly attempt: number;
  readonly step: number;
}

const COLUMNS = [
  ...[
    'run_id',
    'step',
    'group_index',
    'sample',
    'question_id',
    'outcome_reward',
    'outcome_reason',
    'thinking_reward',
    'thinking_failure',
    'thinking_spread',
  ],
  ...[
    'rubric_score',
    'mu_c',
    'mu_w',
    'n_c',
    'n_w',
    'gamma',
    'gamma_logged',
    'decay',
    'alpha',
    'reward',
    'advantage',
    'tokens',
  ],
  ...['truncated', 'format_valid', 'text'],
];

/** Returns a writer of steps, to be called inside a transaction; it answers false when the very same step was there already. */
export function stepRecorder(db: Database, questions: QuestionBook) {
  const insertMetric = db.prepare('INSERT INTO metrics (run_id, metric_id, step, value) VALUES (?, ?, ?, ?)');
  const insertResponse = db.prepare(
    `INSERT INTO responses (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map(() => '?').join(', ')})`,
  );
  const insertWords = db.prepare('INSERT INTO response_words (rowid, text, scope) VALUES (?, ?, ?)');
  const storedMetric = db.prepare('SELECT value FROM metrics WHERE run_id = ? AND metric_id = ? AND step = ?').raw();
  const storedResponses = db
    .prepare(`SELECT ${COLUMNS.join(', ')} FROM responses WHERE run_id = ? AND step = ? ORDER BY group_index, sample`)
    .raw();
  const setStep = db.prepare('UPDATE runs SET step = ? WHERE id = ?');
  const metricId = metricBook(db);

  function isStored(run: RunHead, event: RunEventOf<'step'>): boolean {
    const sameMetrics = Object.entries(event.metrics).every(([name, value]) => {
      const row = storedMetric.get(run.id, metricId(name), event.step) as [number | null] | undefined;
      return row !== undefined && Object.is(row[0], finite(value));
    });
    const rows = responseRows(run, event.step, event.responses, questions);
    return sameMetrics && JSON.stringify(storedResponses.all(run.id, event.step)) === JSON.stringify(rows);
  }

  return function recordStep(run: RunHead, event: RunEventOf<'step'>): boolean {
    const { step, metrics, responses } = event;
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
    for (const [name, value] of Object.entries(metrics)) insertMetric.run(run.id, metricId(name), step, finite(value));
    const scope = scopeOf(run.id, run.study_id);
    for (const row of responseRows(run, step, responses, questions)) {
      const { lastInsertRowid } = insertResponse.run(row);
      insertWords.run(lastInsertRowid, row.at(-1), scope);
    }
    setStep.run(step, run.id);
    return true;
  };
}

/** A row per response. A group ends where the question changes or the samples begin again. */
function responseRows(
  run: RunHead,
  step: number,
  responses: readonly ResponseRecord[],
  questions: QuestionBook,
): unknown[][] {
  let group = -1;
  return responses.map((response, i) => {
    const before = responses[i - 1];
    if (before === undefined || before.questionId !== response.questionId || response.sample <= before.sample) group++;
    return [
      ...[
        run.id,
        step,
        group,
        response.sample,
        questions.idOf(response.questionId),
        finite(response.outcomeReward),
        response.outcomeReason,
      ],
      ...[
        finite(response.thinkingReward),
        response.thinkingFailure,
        finite(response.thinkingSpread),
        finite(response.rubricScore),
        finite(response.muC),
        finite(response.muW),
        response.nC,
        response.nW,
      ],
      ...[
        finite(response.gamma),
        finite(response.gammaLogged),
        finite(response.decay),
        finite(response.alpha),
        finite(response.reward),
        finite(response.advantage),
      ],
      ...[response.tokens, response.truncated ? 1 : 0, response.formatValid ? 1 : 0, response.text],
    ];
  });
}

/** NaN and infinities are no values: null. Minus zero is zero, as SQLite has it. */
function finite(value: number | null | undefined): number | null {
  return value == null || !Number.isFinite(value) ? null : value + 0;
}

/** Numbers of metric names, given out as they come. */
function metricBook(db: Database): (name: string) => number {
  const find = db.prepare('SELECT id FROM metric_names WHERE name = ?').pluck();
  const insert = db.prepare('INSERT INTO metric_names (name) VALUES (?)');
  const known = new Map<string, number>();
  return (name) => {
    const stored = known.get(name) ?? (find.get(name) as number | undefined);
    if (stored === undefined) return Number(insert.run(name).lastInsertRowid); // remembered when next asked: this may yet be undone
    known.set(name, stored);
    return stored;
  };
}
