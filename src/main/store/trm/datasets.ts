/**
 * Collected pairs of the TRM's data: what a home's GRPO runs hold to collect from, and the data sets made of it.
 */
import type { Database } from 'better-sqlite3';
import type { Question } from '../../../shared/question.ts';
import { query, type Selected, select } from '../schema/select.ts';
import type { QuestionBook } from '../write/question-book.ts';
import { checkFree, findNamed } from './find.ts';
import { TRM_DATASET, TRM_PAIR, type TrmDatasetRow, type TrmPairRow } from './rows.ts';

/** A pair to be stored; `question` is its name, or itself where no run stored it. */
export interface NewPair {
  readonly question: Question | string;
  readonly run: string | null;
  readonly step: number;
  readonly text: string;
  readonly thinking: string;
  readonly truncated: boolean;
  readonly outcomeReward: number | null;
}

/** A response of a run that can be collected. */
export interface CollectableResponse {
  readonly id: number;
  readonly runId: number;
  readonly step: number;
}

/** A response on its way into a data set: `question` is the question's name. */
const COLLECTED = select({ q: 'questions', r: 'runs', p: 'responses' }, [
  ...(['q.question', 'r.name AS run', 'p.step', 'p.text', 'p.truncated', 'p.outcome_reward'] as const),
]);

/** The reads over an open database. */
export function trmDatasetQueries(db: Database) {
  const list = query(
    db,
    TRM_DATASET,
    'FROM trm_datasets d LEFT JOIN trm_pairs p ON p.dataset_id = d.id GROUP BY d.id ORDER BY d.id',
  );
  const pairs = query(
    db,
    TRM_PAIR,
    `FROM trm_pairs p JOIN questions q ON q.id = p.question_id WHERE p.dataset_id = ? AND p.position > ?
     ORDER BY p.position LIMIT ?`,
  );
  const ofRun = db.prepare<[number], CollectableResponse>(
    'SELECT id, run_id AS runId, step FROM responses WHERE run_id = ? ORDER BY step, id',
  );
  const collected = query(
    db,
    COLLECTED,
    `FROM json_each(?) j JOIN responses p ON p.id = j.value JOIN questions q ON q.id = p.question_id
     JOIN runs r ON r.id = p.run_id ORDER BY j.key`,
  );
  return {
    /** All collected data sets. */
    trmDatasets: (): TrmDatasetRow[] => list.all(),

    /** The id of a data set by name or id; throws `usage` for an unknown one. */
    trmDatasetId: (reference: string | number): number => findNamed(db, 'trm_datasets', reference),

    /** Pairs of a data set in order, after a position (-1: from the start). */
    trmPairs: (datasetId: number, after = -1, limit = 100): TrmPairRow[] => pairs.all(datasetId, after, limit),

    /** The responses of runs that can be collected, by run, step and id. */
    collectable: (runIds: readonly number[]): CollectableResponse[] => runIds.flatMap((id) => ofRun.all(id)),

    /** Chosen responses with their texts, in the order of the ids; `question` is the question's name. */
    responsesToCollect: (ids: readonly number[]): Selected<typeof COLLECTED>[] => collected.all(JSON.stringify(ids)),
  };
}

/** The writes over an open database. */
export function trmDatasetWriter(db: Database, questions: QuestionBook, now: () => number) {
  const insert = db.prepare('INSERT INTO trm_datasets (name, source, created_at) VALUES (?, ?, ?)');
  const insertPair = db.prepare(
    `INSERT INTO trm_pairs (dataset_id, position, question_id, run, step, text, thinking, truncated, outcome_reward)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const remove = db.prepare('DELETE FROM trm_datasets WHERE id = ?');
  return {
    /** Stores a data set whole, in one transaction; returns its id and its pairs' ids in order. Throws `conflict` for a taken name. */
    addTrmDataset(
      name: string,
      source: unknown,
      pairs: readonly NewPair[],
    ): { readonly datasetId: number; readonly pairIds: readonly number[] } {
      return questions.whole(() =>
        db
          .transaction(() => {
            checkFree(db, 'trm_datasets', name);
            const datasetId = Number(insert.run(name, JSON.stringify(source), now()).lastInsertRowid);
            const pairIds = pairs.map((pair, position) => {
              const { question, run, step, text, thinking, truncated, outcomeReward } = pair;
              const questionId = typeof question === 'string' ? questions.idOf(question) : questions.put(question);
              const row = [
                datasetId,
                position,
                questionId,
                run,
                step,
                text,
                thinking,
                Number(truncated),
                outcomeReward,
              ];
              return Number(insertPair.run(...row).lastInsertRowid);
            });
            return { datasetId, pairIds };
          })
          .immediate(),
      );
    },

    /** Removes a data set with its annotations and builds; models trained on them stay. */
    deleteTrmDataset: (datasetId: number): void => void remove.run(datasetId),
  };
}
