/** Writes answers that somebody asked of a run's weights, some questions at a time, each time whole or not at all. */
import type { Database } from 'better-sqlite3';
import { SophiaError } from '../../../shared/errors.ts';
import type { Question } from '../../../shared/question.ts';
import type { EvaluatedQuestion } from '../../../shared/run/run-events.ts';
import type { QuestionBook } from '../write/question-book.ts';
import { judgedColumns } from '../write/record-evaluation.ts';

/** What is asked, of which weights. */
export interface AskedAnswers {
  readonly runId: number;
  readonly step: number;
  readonly weightsHash: string;
  readonly benchmark: string;
  readonly benchmarkHash: string;
  readonly how: Readonly<Record<string, unknown>>;
  readonly howHash: string;
  readonly wanted: number;
  readonly asked: number; // questions that the benchmark has of those
}

/** The writes over an open database. */
export function answerSetWriter(db: Database, questions: QuestionBook, now: () => number) {
  type Head = { readonly id: number; readonly done: number };
  const find = db.prepare<Omit<AskedAnswers, 'how'>, Head>(
    `SELECT id, done FROM answer_sets WHERE run_id = @runId AND step = @step AND weights_hash = @weightsHash AND benchmark = @benchmark
       AND benchmark_hash = @benchmarkHash AND how_hash = @howHash AND wanted = @wanted`,
  );
  const insert = db.prepare(
    `INSERT INTO answer_sets (run_id, step, weights_hash, benchmark, benchmark_hash, how_hash, how, wanted, asked, done, at)
     VALUES (@runId, @step, @weightsHash, @benchmark, @benchmarkHash, @howHash, @how, @wanted, @asked, 0, @at)`,
  );
  const give = db.prepare(
    `INSERT INTO given_answers (set_id, position, question_id, outcome_reward, correct, text, exact) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const move = db.prepare('UPDATE answer_sets SET done = @to, at = @at WHERE id = @id AND done = @from');
  return {
    /** The set that answers go to, and how many of its questions were put before; made where it is not there. */
    openAnswers: (asked: AskedAnswers): Head =>
      db
        .transaction((): Head => {
          const { how, ...key } = asked;
          const known = find.get(key);
          if (known !== undefined) return known;
          const { lastInsertRowid } = insert.run({ ...key, how: JSON.stringify(how), at: now() });
          return { id: Number(lastInsertRowid), done: 0 };
        })
        .immediate(),

    /**
     * Adds the answers to `put`, the questions from number `from` on; those that could not be judged have none. @throws SophiaError 'conflict' where the
     * set is gone, or another process has gone on with it
     */
    giveAnswers: (setId: number, from: number, put: readonly Question[], answers: readonly EvaluatedQuestion[]): void =>
      questions.whole(() =>
        db
          .transaction(() => {
            if (move.run({ id: setId, from, to: from + put.length, at: now() }).changes === 0)
              throw new SophiaError(
                'conflict',
                'The run of these answers is gone, or another process answers the same questions.',
                'Ask again.',
              );
            const byId = new Map(answers.map((answer) => [answer.questionId, answer]));
            put.forEach((question, i) => {
              const answer = byId.get(question.id);
              if (answer !== undefined) give.run(setId, from + i, questions.put(question), ...judgedColumns(answer));
            });
          })
          .immediate(),
      ),
  };
}
