/** Writes of the views of a study's runs: saving one, changing, renaming, deleting it. */
import type { Database } from 'better-sqlite3';
import { SophiaError } from '../../../shared/errors.ts';
import { type RunView, VIEW_LIMITS } from '../../../shared/run-table/view.ts';
import { hasOrders } from '../../../shared/text/plain-text.ts';

/** The writes over an open database. */
export function viewWriter(db: Database, now: () => number) {
  const insert = db.prepare(
    'INSERT INTO study_views (study_id, name, view, created_at, updated_at) VALUES (@study, @name, @view, @at, @at)',
  );
  const count = db.prepare<[number], number>('SELECT count(*) FROM study_views WHERE study_id = ?').pluck();
  const studyOf = db.prepare<[number], number>('SELECT study_id FROM study_views WHERE id = ?').pluck();
  const owner = db
    .prepare<[number, string], number>('SELECT id FROM study_views WHERE study_id = ? AND name = ? COLLATE NOCASE')
    .pluck();
  const isStudy = db.prepare<[number], 1>('SELECT 1 FROM studies WHERE id = ?').pluck();

  const set = (viewId: number, assignment: string, value: string): void => {
    const { changes } = db
      .prepare(`UPDATE study_views SET ${assignment} = ?, updated_at = ? WHERE id = ?`)
      .run(value, now(), viewId);
    if (changes === 0) throw noView(viewId);
  };
  /** The name as it is kept; a taken one is an error. */
  const freeName = (studyId: number, name: string, viewId?: number): string => {
    const clean = name.trim();
    if (clean === '' || clean.length > VIEW_LIMITS.name || /\n/.test(clean) || hasOrders(clean))
      throw new SophiaError('usage', `The name of a view has 1 to ${VIEW_LIMITS.name} characters on one line.`);
    const taken = owner.get(studyId, clean);
    if (taken !== undefined && taken !== viewId)
      throw new SophiaError('usage', `This study already has a view "${clean}".`, 'Choose another name.');
    return clean;
  };

  return {
    /** Saves a view under a new name; returns its id. @throws SophiaError 'usage' where the name is taken or none, or there are too many */
    addView: (studyId: number, name: string, view: RunView): number =>
      db
        .transaction(() => {
          if (isStudy.get(studyId) === undefined)
            throw new SophiaError('usage', `There is no study number ${studyId}.`, 'See `sophia study list`.');
          if ((count.get(studyId) ?? 0) >= VIEW_LIMITS.views)
            throw new SophiaError('usage', `A study has at most ${VIEW_LIMITS.views} views.`, 'Delete one first.');
          const row = { study: studyId, name: freeName(studyId, name), view: JSON.stringify(view), at: now() };
          return Number(insert.run(row).lastInsertRowid);
        })
        .immediate(),

    /** Saves another view under the same name. */
    changeView: (viewId: number, view: RunView): void => set(viewId, 'view', JSON.stringify(view)),

    /** Renames a view. @throws SophiaError 'usage' where the name is taken or none */
    renameView: (viewId: number, name: string): void =>
      db
        .transaction(() => {
          const studyId = studyOf.get(viewId);
          if (studyId === undefined) throw noView(viewId);
          set(viewId, 'name', freeName(studyId, name, viewId));
        })
        .immediate(),

    /** Deletes a view; one that is gone stays gone. */
    deleteView(viewId: number): void {
      db.prepare('DELETE FROM study_views WHERE id = ?').run(viewId);
    },
  };
}

function noView(id: number): SophiaError {
  return new SophiaError('usage', `There is no view number ${id}.`, 'It may have been deleted in another window.');
}
