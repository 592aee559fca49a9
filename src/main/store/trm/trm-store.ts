/** The TRM workbench's part of the store: its reads and its writes as one object each. */
import type { Database } from 'better-sqlite3';
import type { QuestionBook } from '../write/question-book.ts';
import { trmAnnotationQueries, trmAnnotationWriter } from './annotations.ts';
import { trmBuildQueries, trmBuildWriter } from './builds.ts';
import { trmDatasetQueries, trmDatasetWriter } from './datasets.ts';
import { trmModelQueries, trmModelWriter } from './models.ts';
import { trmValidationQueries, trmValidationWriter } from './validations.ts';

/** Everything that can be read. */
export function trmQueries(db: Database) {
  return {
    ...trmDatasetQueries(db),
    ...trmAnnotationQueries(db),
    ...trmBuildQueries(db),
    ...trmModelQueries(db),
    ...trmValidationQueries(db),
  };
}

/** Everything that can be written. */
export function trmWriter(db: Database, questions: QuestionBook, now: () => number) {
  return {
    ...trmDatasetWriter(db, questions, now),
    ...trmAnnotationWriter(db, now),
    ...trmBuildWriter(db, now),
    ...trmModelWriter(db, now),
    ...trmValidationWriter(db, questions, now),
  };
}
