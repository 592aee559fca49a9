/** Reads of the views of a study's runs. */
import type { Database } from 'better-sqlite3';
import { query, type Selected, select } from '../schema/select.ts';

const VIEW = select({ v: 'study_views' }, ['v.id', 'v.study_id', 'v.name', 'v.view', 'v.updated_at']);
/** A saved view; the usual one stands for what cannot be read. */
export interface ViewRow extends Selected<typeof VIEW> {}

/** The reads over an open database. */
export function viewQueries(db: Database) {
  const ofStudy = query(db, VIEW, 'FROM study_views v WHERE v.study_id = ? ORDER BY v.name COLLATE NOCASE, v.id');
  return {
    /** The views of a study, by name. */
    studyViews: (studyId: number): ViewRow[] => ofStudy.all(studyId),
  };
}
