/**
 * Reads of evaluations: per run, per question, and what the results table is made of.
 */
import type { Database } from 'better-sqlite3';
import { EVALUATION, type EvaluationRow } from '../rows.ts';
import { query, type Selected, type StoredRow, select } from '../schema/select.ts';

const ANSWERED = select({ a: 'evaluated_questions', q: 'questions' }, [
  ...(['q.question AS questionId', 'q.text AS question', 'q.answer', 'q.category'] as const),
  ...(['a.text', 'a.outcome_reward', 'a.correct', 'a.exact'] as const),
]);
/** One question of an evaluation. Text and answer are null where only the question's name is known. */
export interface EvaluatedQuestionRow extends Selected<typeof ANSWERED> {}

/** The reads of evaluations over an open database. */
export function evaluationQueries(db: Database) {
  const ofRuns = query(
    db,
    EVALUATION,
    'FROM json_each(?) j JOIN evaluations e ON e.run_id = j.value ORDER BY e.run_id, e.step, e.id',
  );
  const questions = query(
    db,
    ANSWERED,
    'FROM evaluated_questions a JOIN questions q ON q.id = a.question_id WHERE a.evaluation_id = ? ORDER BY a.position',
  );
  const scores = db.prepare<
    [number],
    Pick<StoredRow<'questions'>, 'question'> &
      Pick<StoredRow<'evaluated_questions'>, 'correct' | 'exact'> & { outcome: number }
  >(
    `SELECT q.question, a.outcome_reward AS outcome, a.correct, a.exact FROM evaluated_questions a JOIN questions q ON q.id = a.question_id
     WHERE a.evaluation_id = ? ORDER BY a.position`,
  );
  return {
    /** Evaluations of runs, by run and step. */
    evaluations: (runIds: readonly number[]): EvaluationRow[] => ofRuns.all(JSON.stringify(runIds)),

    /** What was answered in an evaluation, in the benchmark's order. */
    evaluatedQuestions: (evaluationId: number): EvaluatedQuestionRow[] => questions.all(evaluationId),

    /** Only the scores of an evaluation, by the names of EVALUATION_SCORES: outcome reward, at least 0.5 (1, 0), exact (1, 0, null). */
    evaluationScores: (evaluationId: number) => scores.all(evaluationId),
  };
}
