/** Reads of saved views: of a study's runs, and of all runs of the home. */
import type { Database } from 'better-sqlite3';
import { query, type Selected, select } from '../schema/select.ts';

const VIEW = select({ v: 'study_views' }, ['v.id', 'v.name', 'v.view', 'v.updated_at']);
const HOME_VIEW = select({ v: 'home_views' }, ['v.id', 'v.name', 'v.view', 'v.updated_at']);
/** A saved view; the usual one stands for what cannot be read. */
export interface ViewRow extends Selected<typeof VIEW> {}

/** The reads over an open database. */
export function viewQueries(db: Database) {
  const ofStudy = query(db, VIEW, 'FROM study_views v WHERE v.study_id = ? ORDER BY v.name COLLATE NOCASE, v.id');
  const ofHome = query(db, HOME_VIEW, 'FROM home_views v ORDER BY v.name COLLATE NOCASE, v.id');
  return {
    /** The views of a study's runs, or of all runs (null), by name. */
    views: (studyId: number | null): ViewRow[] => (studyId === null ? ofHome.all() : ofStudy.all(studyId)),
  };
}
