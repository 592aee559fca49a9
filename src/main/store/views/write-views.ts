/** Writes of saved views, of a study's runs and of all runs: saving one, changing, renaming, deleting it. */
import type { Database } from 'better-sqlite3';
import { SophiaError } from '../../../shared/errors.ts';
import { type RunView, VIEW_LIMITS } from '../../../shared/run-table/view.ts';
import { hasOrders } from '../../../shared/text/plain-text.ts';

/** The table that a view lies in: of one study, or of all runs. */
export type ViewTable = 'study_views' | 'home_views';

/** The writes over an open database. */
export function viewWriter(db: Database, now: () => number) {
  const ofStudies = {
    insert: db.prepare(
      'INSERT INTO study_views (study_id, name, view, created_at, updated_at) VALUES (@study, @name, @view, @at, @at)',
    ),
    count: db.prepare<[number | null], number>('SELECT count(*) FROM study_views WHERE study_id = ?').pluck(),
    owner: db
      .prepare<[number | null, string], number>(
        'SELECT id FROM study_views WHERE study_id = ? AND name = ? COLLATE NOCASE',
      )
      .pluck(),
  };
  const ofHome: typeof ofStudies = {
    insert: db.prepare(
      'INSERT INTO home_views (name, view, created_at, updated_at) SELECT @name, @view, @at, @at WHERE @study IS NULL',
    ),
    count: db.prepare<[number | null], number>('SELECT count(*) FROM home_views WHERE ? IS NULL').pluck(),
    owner: db
      .prepare<[number | null, string], number>('SELECT id FROM home_views WHERE ? IS NULL AND name = ? COLLATE NOCASE')
      .pluck(),
  };
  const statementsOf = (studyId: number | null) => (studyId === null ? ofHome : ofStudies);
  const studyOf = db.prepare<[number], number>('SELECT study_id FROM study_views WHERE id = ?').pluck();
  const isOfHome = db.prepare<[number], 1>('SELECT 1 FROM home_views WHERE id = ?').pluck();
  const isStudy = db.prepare<[number], 1>('SELECT 1 FROM studies WHERE id = ?').pluck();

  const set = (table: ViewTable, viewId: number, assignment: string, value: string): void => {
    const { changes } = db
      .prepare(`UPDATE ${table} SET ${assignment} = ?, updated_at = ? WHERE id = ?`)
      .run(value, now(), viewId);
    if (changes === 0) throw noView(viewId);
  };
  /** The name as it is kept; a taken one is an error. */
  const freeName = (studyId: number | null, name: string, viewId?: number): string => {
    const clean = name.trim();
    if (clean === '' || clean.length > VIEW_LIMITS.name || /\n/.test(clean) || hasOrders(clean))
      throw new SophiaError('usage', `The name of a view has 1 to ${VIEW_LIMITS.name} characters on one line.`);
    const taken = statementsOf(studyId).owner.get(studyId, clean);
    if (taken === undefined || taken === viewId) return clean;
    const what = studyId === null ? 'There is already a view' : 'This study already has a view';
    throw new SophiaError('usage', `${what} "${clean}".`, 'Choose another name.');
  };

  return {
    /** Saves a view of a study's runs, or of all (null), under a new name; returns its id. @throws SophiaError 'usage' where the name is taken or none, or there are too many */
    addView: (studyId: number | null, name: string, view: RunView): number =>
      db
        .transaction(() => {
          if (studyId !== null && isStudy.get(studyId) === undefined)
            throw new SophiaError('usage', `There is no study number ${studyId}.`, 'See `sophia study list`.');
          const { count, insert } = statementsOf(studyId);
          const whose = studyId === null ? 'The list of all runs' : 'A study';
          if ((count.get(studyId) ?? 0) >= VIEW_LIMITS.views)
            throw new SophiaError('usage', `${whose} has at most ${VIEW_LIMITS.views} views.`, 'Delete one first.');
          const row = { study: studyId, name: freeName(studyId, name), view: JSON.stringify(view), at: now() };
          return Number(insert.run(row).lastInsertRowid);
        })
        .immediate(),

    /** Saves another view under the same name. */
    changeView: (viewId: number, view: RunView, table: ViewTable = 'study_views'): void =>
      set(table, viewId, 'view', JSON.stringify(view)),

    /** Renames a view. @throws SophiaError 'usage' where the name is taken or none */
    renameView: (viewId: number, name: string, table: ViewTable = 'study_views'): void =>
      db
        .transaction(() => {
          const studyId = table === 'study_views' ? studyOf.get(viewId) : isOfHome.get(viewId) && null;
          if (studyId === undefined) throw noView(viewId);
          set(table, viewId, 'name', freeName(studyId, name, viewId));
        })
        .immediate(),

    /** Deletes a view; one that is gone stays gone. */
    deleteView(viewId: number, table: ViewTable = 'study_views'): void {
      db.prepare(`DELETE FROM ${table} WHERE id = ?`).run(viewId);
    },
  };
}

function noView(id: number): SophiaError {
  return new SophiaError('usage', `There is no view number ${id}.`, 'It may have been deleted in another window.');
}
