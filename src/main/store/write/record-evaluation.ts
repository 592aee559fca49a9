/**
 * Writes an evaluation: counts, and what was answered to each question. Sent twice it is written once.
 */

import type { Database } from 'better-sqlite3';
import { SophiaError } from '../../../shared/errors.ts';
import type { EvaluationMode } from '../../../shared/kinds/evaluation-mode.ts';
import type { EvaluatedQuestion, RunEventOf } from '../../../shared/run/run-events.ts';
import { meanOf } from '../../../shared/values/means.ts';
import type { StoredRow } from '../schema/select.ts';
import type { QuestionBook } from './question-book.ts';
import type { RunHead } from './record-step.ts';

/** What the event log says of an evaluation. */
export interface EvaluationNote {
  readonly benchmark: string;
  readonly mode: EvaluationMode;
  readonly questions: number;
  readonly correct: number;
  readonly meanOutcome: number | null;
  readonly exact: number | null; // right by their type's own rule; null: not judged
}

/** An answer as the columns outcome_reward, correct, text, exact hold it. */
export function judgedColumns({ outcomeReward, correct, text, exact }: EvaluatedQuestion) {
  return [outcomeReward + 0, Number(correct), text, exact === null ? null : Number(exact)] as const;
}

/** Returns a writer of evaluations, to be called inside a transaction; null when the very same one was there already. */
export function evaluationRecorder(db: Database, questions: QuestionBook, now: () => number) {
  const find = db.prepare<[number, number, string, string], Pick<StoredRow<'evaluations'>, 'id' | 'benchmark_hash'>>(
    'SELECT id, benchmark_hash FROM evaluations WHERE run_id = ? AND step = ? AND benchmark = ? AND mode = ?',
  );
  const insert = db.prepare(
    `INSERT INTO evaluations (run_id, step, benchmark, mode, benchmark_hash, questions, correct, mean_outcome, at, exact)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertQuestion = db.prepare(
    `INSERT INTO evaluated_questions (evaluation_id, position, question_id, outcome_reward, correct, text, exact)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const stored = db
    .prepare(
      'SELECT question_id, outcome_reward, correct, text, exact FROM evaluated_questions WHERE evaluation_id = ? ORDER BY position',
    )
    .raw();

  return function recordEvaluation(run: RunHead, event: RunEventOf<'evaluation'>): EvaluationNote | null {
    const { step, benchmark, mode, benchmarkHash, results } = event;
    const rows = results.map((result) => [questions.idOf(result.questionId), ...judgedColumns(result)]);
    const known = find.get(run.id, step, benchmark, mode);
    if (known !== undefined) {
      const same =
        known.benchmark_hash === benchmarkHash && JSON.stringify(stored.all(known.id)) === JSON.stringify(rows);
      if (same) return null;
      throw new SophiaError(
        'conflict',
        `Run ${run.name}: ${benchmark} (${mode}) at step ${step} is already recorded with other results.`,
        'Resume the run from an earlier checkpoint: that cuts later rows off.',
      );
    }
    const correct = results.filter((result) => result.correct).length;
    const judged = results.every((result) => result.exact !== null);
    const exact = judged ? results.filter((result) => result.exact).length : null;
    const meanOutcome = meanOf(results.map((result) => result.outcomeReward));
    const id = insert.run(
      run.id,
      step,
      benchmark,
      mode,
      benchmarkHash,
      results.length,
      correct,
      meanOutcome,
      now(),
      exact,
    ).lastInsertRowid;
    rows.forEach((row, position) => void insertQuestion.run(id, position, ...row));
    return { benchmark, mode, questions: results.length, correct, meanOutcome, exact };
  };
}
