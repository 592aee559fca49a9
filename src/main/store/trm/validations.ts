/** Validations of raters side by side: every figure, calibration point and judged response is a row. */
import type { Database } from 'better-sqlite3';
import type { Question } from '../../../shared/question.ts';
import { query } from '../schema/select.ts';
import type { QuestionBook } from '../write/question-book.ts';
import { checkFree, findNamed, found } from './find.ts';
import {
  TRM_CALIBRATION,
  TRM_FIGURE,
  TRM_VALIDATED,
  TRM_VALIDATION,
  type TrmCalibrationRow,
  type TrmFigureRow,
  type TrmValidatedRow,
  type TrmValidationDetail,
  type TrmValidationRow,
} from './rows.ts';

/** A validation to be stored. */
export interface NewValidation {
  readonly name: string;
  readonly source: TrmValidationRow['source'];
  readonly options: unknown;
  readonly seconds: number;
  readonly figures: readonly TrmFigureRow[];
  readonly calibration: readonly TrmCalibrationRow[];
  readonly responses: readonly (Omit<TrmValidatedRow, 'questionId' | 'question' | 'damage'> & {
    readonly question: Question;
  })[];
}

/** The reads over an open database. */
export function trmValidationQueries(db: Database) {
  const all = query(db, TRM_VALIDATION, 'FROM trm_validations v ORDER BY v.id DESC');
  const byId = query(db, TRM_VALIDATION, 'FROM trm_validations v WHERE v.id = ?');
  const figures = query(
    db,
    TRM_FIGURE,
    `FROM trm_validation_figures f WHERE f.validation_id = ?
     ORDER BY f.split, f.rater, f.versus, f.measure, f.part`,
  );
  const calibration = query(
    db,
    TRM_CALIBRATION,
    'FROM trm_calibration c WHERE c.validation_id = ? ORDER BY c.split, c.rater, c.bin',
  );
  const responses = query(
    db,
    TRM_VALIDATED,
    `FROM trm_validated_responses v JOIN questions q ON q.id = v.question_id
     WHERE v.validation_id = ? AND v.split = ? AND v.position > ? ORDER BY v.position LIMIT ?`,
  );
  return {
    /** All validations, newest first. */
    trmValidations: (): TrmValidationRow[] => all.all(),

    /** One by name or id with its figures and calibration curves; throws `usage` for an unknown one. */
    trmValidation(reference: string | number): TrmValidationDetail {
      const id = findNamed(db, 'trm_validations', reference);
      return {
        ...found(byId.get(id), reference),
        figures: figures.all(id),
        calibration: calibration.all(id),
      };
    },

    /** Judged responses of a split in order, after a position (-1: from the start). */
    trmValidatedResponses: (validationId: number, split: string, after = -1, limit = 100): TrmValidatedRow[] =>
      responses.all(validationId, split, after, limit),
  };
}

/** The writes over an open database. */
export function trmValidationWriter(db: Database, questions: QuestionBook, now: () => number) {
  const insert = db.prepare(
    'INSERT INTO trm_validations (name, source, options, created_at, seconds) VALUES (?, ?, ?, ?, ?)',
  );
  const addFigure = db.prepare(
    `INSERT INTO trm_validation_figures (validation_id, split, rater, versus, measure, part, value, low, high, count)
     VALUES (@id, @split, @rater, @versus, @measure, @part, @value, @low, @high, @count)`,
  );
  const addPoint = db.prepare(
    `INSERT INTO trm_calibration (validation_id, split, rater, bin, mean_score, mean_truth, count)
     VALUES (@id, @split, @rater, @bin, @meanScore, @meanTruth, @count)`,
  );
  const addResponse = db.prepare(
    `INSERT INTO trm_validated_responses (validation_id, split, position, question_id, text, truth, outcome_reward, scores)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return {
    /** Stores a validation whole, in one transaction; returns its id. Throws `conflict` for a taken name. */
    addTrmValidation({ name, source, options, seconds, figures, calibration, responses }: NewValidation): number {
      return questions.whole(() =>
        db
          .transaction(() => {
            checkFree(db, 'trm_validations', name);
            const id = Number(insert.run(name, source, JSON.stringify(options), now(), seconds).lastInsertRowid);
            for (const figure of figures) addFigure.run({ id, ...figure });
            for (const point of calibration) addPoint.run({ id, ...point });
            for (const { split, position, question, text, truth, outcomeReward, scores } of responses) {
              const row = [
                id,
                split,
                position,
                questions.put(question),
                text,
                truth,
                outcomeReward,
                JSON.stringify(scores),
              ];
              addResponse.run(...row);
            }
            return id;
          })
          .immediate(),
      );
    },
  };
}
