/**
 * Reads of evaluations: per run, per question, and what the results table is made of.
 */
import type { Database } from 'better-sqlite3';
import type { EvaluationRow } from '../rows.ts';

/** One question of an evaluation. Text and answer are null where only the question's name is known. */
export interface EvaluatedQuestionRow {
  readonly questionId: string;
  readonly question: string | null;
  readonly answer: string | null;
  readonly category: string | null;
  readonly text: string;
  readonly outcomeReward: number;
  readonly correct: boolean;
}

const COLUMNS = `e.id, e.run_id AS runId, e.step, e.benchmark, e.mode, e.benchmark_hash AS benchmarkHash, e.questions, e.correct,
  CAST(e.correct AS REAL) / NULLIF(e.questions, 0) AS accuracy, e.mean_outcome AS meanOutcome, e.at`;

/** The reads of evaluations over an open database. */
export function evaluationQueries(db: Database) {
  const ofRuns = db.prepare(
    `SELECT ${COLUMNS} FROM json_each(?) j JOIN evaluations e ON e.run_id = j.value ORDER BY e.run_id, e.step, e.id`,
  );
  const questions = db.prepare(
    `SELECT q.question AS questionId, q.text AS question, q.answer, q.category, a.text, a.outcome_reward AS outcomeReward, a.correct
     FROM evaluated_questions a JOIN questions q ON q.id = a.question_id WHERE a.evaluation_id = ? ORDER BY a.position`,
  );
  const scores = db.prepare(
    `SELECT q.question, a.outcome_reward AS reward, a.correct FROM evaluated_questions a JOIN questions q ON q.id = a.question_id
     WHERE a.evaluation_id = ? ORDER BY a.position`,
  );
  return {
    /** Evaluations of runs, by run and step. */
    evaluations: (runIds: readonly number[]): EvaluationRow[] => ofRuns.all(JSON.stringify(runIds)) as EvaluationRow[],

    /** What was answered in an evaluation, in the benchmark's order. */
    evaluatedQuestions: (evaluationId: number): EvaluatedQuestionRow[] =>
      (questions.all(evaluationId) as (Omit<EvaluatedQuestionRow, 'correct'> & { correct: number })[]).map((row) => ({
        ...row,
        correct: row.correct === 1,
      })),

    /** Only the scores of an evaluation: the question's name, outcome reward, right or not. */
    evaluationScores: (
      evaluationId: number,
    ): { readonly question: string; readonly reward: number; readonly correct: number }[] =>
      scores.all(evaluationId) as { question: string; reward: number; correct: number }[],
  };
}
