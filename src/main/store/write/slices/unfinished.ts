/**
 * Work in slices that must be whole or not at all: an archive or a log on its way in, something deleted for good. What it is about is marked in the database and in the
 * trash meanwhile, and shown nowhere (also not as trash); `remove.ts` takes out what a process that ended in between has left.
 */
import type { Database } from 'better-sqlite3';
import type { StoredRow } from '../../schema/select.ts';

/** What work in slices is about. */
export type UnfinishedItem = Pick<StoredRow<'unfinished_work'>, 'kind' | 'id'>;
/** Which work it is. */
export type UnfinishedKind = StoredRow<'unfinished_work'>['work'];

/** The marks over an open database. */
export function unfinishedWork(db: Database, now: () => number) {
  const mark = db.prepare('INSERT OR REPLACE INTO unfinished_work (kind, id, work) VALUES (?, ?, ?)');
  const unmark = db.prepare('DELETE FROM unfinished_work WHERE kind = ? AND id = ?');
  const marked = db.prepare<[], StoredRow<'unfinished_work'>>(
    'SELECT kind, id, work FROM unfinished_work ORDER BY kind, id',
  );
  const isMarked = db
    .prepare<[string, number], number>('SELECT 1 FROM unfinished_work WHERE kind = ? AND id = ?')
    .pluck();
  const setTrashed = db.prepare('UPDATE studies SET trashed_at = ? WHERE id = ?');
  const showRun = db.prepare('UPDATE runs SET trashed_at = NULL WHERE id = ?');
  const hide = {
    study: db.prepare('UPDATE studies SET trashed_at = coalesce(trashed_at, ?) WHERE id = ?'),
    run: db.prepare('UPDATE runs SET trashed_at = coalesce(trashed_at, ?) WHERE id = ?'),
  };

  return {
    /** From now on these are shown nowhere, and go should this process end before endWork. */
    beginWork(work: UnfinishedKind, items: readonly UnfinishedItem[]): void {
      db.transaction(() => {
        for (const { kind, id } of items) if (hide[kind].run(now(), id).changes > 0) mark.run(kind, id, work);
      }).immediate();
    },
    /** Takes a mark off; what it was on stays in the trash. */
    endWork: (kind: UnfinishedItem['kind'], id: number): void => void unmark.run(kind, id),
    /** An imported study is whole: from now on it is shown, unless it was in the trash where it came from. To be called in a transaction. */
    endImport(studyId: number, trashedAt: number | null): void {
      setTrashed.run(trashedAt, studyId);
      unmark.run('study', studyId);
    },
    /** Imported runs are whole: from now on they are shown. To be called in a transaction. */
    endRunImport(runIds: readonly number[]): void {
      for (const id of runIds) {
        showRun.run(id);
        unmark.run('run', id);
      }
    },
    /** Everything that is marked. */
    unfinishedWork: (): StoredRow<'unfinished_work'>[] => marked.all(),
    /** Whether something is marked. */
    isUnfinished: (kind: UnfinishedItem['kind'], id: number): boolean => isMarked.get(kind, id) !== undefined,
  };
}
