/**
 * Runs: states, names, notes, tags, trash, deletion. Starting and resuming are in attempts.ts.
 */
import type { Database } from 'better-sqlite3';
import { SophiaError } from '../../../shared/errors.ts';
import type { RunState } from '../../../shared/run/run-events.ts';
import { hasOrders } from '../../../shared/text/plain-text.ts';
import { LIMITS } from '../../../shared/values/limits.ts';
import { IS_ABANDONED } from '../open/is-abandoned.ts';
import type { RunOrigin } from '../rows.ts';
import type { StoredRow } from '../schema/select.ts';
import type { EventLog } from './event-log.ts';
import { sliceDeleter } from './slices/delete-slice.ts';
import { tagsColumn } from './tags.ts';

/** What runWriter gives. */
export type RunWriter = ReturnType<typeof runWriter>;

type Head = Pick<StoredRow<'runs'>, 'name' | 'state' | 'study_id' | 'variant' | 'seed' | 'trashed_at'>;

/** The writes on runs over an open database. */
export function runWriter(db: Database, log: EventLog, now: () => number) {
  const head = db.prepare<[number], Head>(
    'SELECT name, state, study_id, variant, seed, trashed_at FROM runs WHERE id = ?',
  );
  const setState = db.prepare(
    `UPDATE runs SET state = @state, reason = @reason, updated_at = @at, phase = NULL, phase_done = NULL, phase_total = NULL,
       error_code = CASE WHEN @state = 'failed' THEN error_code END,
       pid = CASE WHEN @state = 'running' THEN pid END,
       finished_at = CASE WHEN @state IN ('finished', 'failed', 'stopped') THEN @at END
     WHERE id = @id`,
  );
  const abandoned = db.prepare<[], number>(`SELECT t.id FROM runs t WHERE ${IS_ABANDONED}`).pluck();
  const scopeOf = db.prepare<[number], number>('SELECT id FROM responses WHERE run_id = ?').pluck();
  const unword = db.prepare('DELETE FROM response_words WHERE rowid = ?');
  const branches = db.prepare<[number], number>('SELECT id FROM runs WHERE cut_from = ?').pluck();
  const remove = db.prepare('DELETE FROM runs WHERE id = ?');
  const idByName = db.prepare<[string], number>('SELECT id FROM runs WHERE name = ?').pluck();
  const otherOfCell = db
    .prepare<[number, string, number, number], string>(
      'SELECT name FROM runs WHERE study_id = ? AND variant = ? AND seed = ? AND cut_from IS NULL AND trashed_at IS NULL AND id <> ?',
    )
    .pluck();

  const tagsOf = db.prepare<[number], string>('SELECT j.value FROM runs r, json_each(r.tags) j WHERE r.id = ?').pluck();
  const archived = db
    .prepare<[number], number>(
      `SELECT r.id FROM runs r WHERE r.study_id = ? AND (SELECT json_extract(e.data, '$.format') FROM events e
         WHERE e.run_id = r.id AND e.kind IN ('imported', 'unlocked') ORDER BY e.seq DESC LIMIT 1) IN ('archive', 'pack')`,
    )
    .pluck();

  const headOf = (runId: number): Head => {
    const row = head.get(runId);
    if (row === undefined) throw noRun(runId);
    return row;
  };
  const set = (runId: number, assignment: string, value: unknown): void => {
    headOf(runId);
    db.prepare(`UPDATE runs SET ${assignment} WHERE id = ?`).run(value, runId);
  };
  const change = (runId: number, state: RunState, reason: string | null): void => {
    setState.run({ id: runId, state, reason, at: now() });
    log.add(runId, 'state', null, { state, reason });
  };
  const notRunning = (row: Head): void => {
    if (row.state === 'running') throw new SophiaError('conflict', `Run ${row.name} is running.`, 'Stop it first.');
  };

  return {
    /** Sets a run's state with an event; the same state and reason again write nothing. */
    setRunState(runId: number, state: RunState, reason: string | null = null): void {
      db.transaction(() => {
        const before = headOf(runId);
        if (before.state === state && reason === null) return;
        change(runId, state, reason);
      }).immediate();
    },

    /** Says of a running run why it does not get on (null: it does), without an event: such reasons come and go. */
    setRunReason(runId: number, reason: string | null): void {
      headOf(runId);
      db.prepare("UPDATE runs SET reason = ? WHERE id = ? AND state = 'running'").run(reason, runId);
    },

    /** Says where runs are to run from now on: a cluster of the home, null: this machine. */
    placeRuns(runIds: readonly number[], cluster: string | null): void {
      db.transaction(() => {
        for (const id of runIds) log.add(id, 'placed', null, { cluster });
      }).immediate();
    },

    /** After a crash: every run marked running becomes interrupted, but those that a trainer can be asked for. Returns their ids. */
    markInterrupted(reason = 'The engine ended during the run.'): number[] {
      return db
        .transaction(() => {
          const ids = abandoned.all();
          for (const id of ids) change(id, 'interrupted', reason);
          return ids;
        })
        .immediate();
    },

    /** Renames a run; a taken name is a usage error. */
    renameRun(runId: number, name: string): void {
      const clean = name.trim();
      if (clean === '' || clean.length > LIMITS.runName || hasOrders(clean))
        throw new SophiaError(
          'usage',
          `A run name has 1 to ${LIMITS.runName} characters, none of them a control character.`,
        );
      const owner = idByName.get(clean);
      if (owner !== undefined && owner !== runId)
        throw new SophiaError('usage', `There is already a run "${clean}".`, 'Choose another name.');
      set(runId, 'name = ?', clean);
    },
    setRunNotes: (runId: number, notes: string) => set(runId, 'notes = ?', notes),
    setRunTags: (runId: number, tags: readonly string[]) => set(runId, 'tags = ?', tagsColumn(tags)),
    /** Gives runs tags and takes tags from them, all of them or none. @throws SophiaError 'usage' where a run would have too many */
    changeRunTags(runIds: readonly number[], add: readonly string[], remove: readonly string[]): void {
      db.transaction(() => {
        for (const id of runIds) {
          const { name } = headOf(id);
          const own = tagsOf.all(id);
          const next = [...new Set([...own, ...add])].filter((tag) => !remove.includes(tag));
          if (next.length > LIMITS.tags)
            throw new SophiaError('usage', `Run ${name} would have ${next.length} tags; ${LIMITS.tags} are the most.`);
          set(id, 'tags = ?', tagsColumn(next));
        }
      }).immediate();
    },
    pinRun: (runId: number, pinned: boolean) => set(runId, 'pinned = ?', pinned ? 1 : 0),
    setRunPid: (runId: number, pid: number | null) => set(runId, 'pid = ?', pid),

    /** Puts a run into the trash: it leaves lists, views and tables; restoreRun takes it back. Refused while running. */
    trashRun(runId: number): void {
      notRunning(headOf(runId));
      set(runId, 'trashed_at = ?', now());
    },

    /** Takes a run out of the trash; refused when its cell of the study has been filled by another run since. */
    restoreRun(runId: number): void {
      const row = headOf(runId);
      const other = otherOfCell.get(row.study_id, row.variant, row.seed, runId);
      if (other !== undefined)
        throw new SophiaError(
          'conflict',
          `Run ${row.name} cannot be restored: ${other} has taken its place.`,
          `Move ${other} to the trash first.`,
        );
      set(runId, 'trashed_at = ?', null);
    },

    deleteSlice: sliceDeleter(db),

    /** Deletes a run, its branches and all their rows for good. Files on disk are the caller's affair. */
    deleteRun(runId: number): void {
      db.transaction(() => {
        notRunning(headOf(runId));
        for (const id of [...branches.all(runId), runId]) {
          for (const response of scopeOf.all(id)) unword.run(response);
          remove.run(id);
        }
      }).immediate();
    },

    /** Says of runs that they did not run here; to be called in the transaction that adds them. */
    markImported(runIds: readonly number[], origin: RunOrigin): void {
      for (const id of runIds) log.add(id, 'imported', null, origin);
    },

    /** Makes the runs of an imported archive, or of a package, this home's own: they can be continued. Runs of other programs' logs stay as they are. */
    unlockStudy(studyId: number): void {
      db.transaction(() => {
        for (const id of archived.all(studyId)) log.add(id, 'unlocked', null, null);
      }).immediate();
    },

    /** Forgets a checkpoint whose files were removed. */
    forgetCheckpoint(runId: number, step: number): void {
      db.prepare('DELETE FROM checkpoints WHERE run_id = ? AND step = ?').run(runId, step);
    },
  };
}

/** The error for an unknown run id. */
export function noRun(id: number): SophiaError {
  return new SophiaError('usage', `There is no run number ${id}.`, 'See `sophia run list`.');
}
