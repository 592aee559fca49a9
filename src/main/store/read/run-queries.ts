/**
 * Reads of runs: lists, one in full, its checkpoints and events.
 */
import type { Database } from 'better-sqlite3';
import { nearestName, SophiaError } from '../../../shared/errors.ts';
import type { RunState } from '../../../shared/run/run-events.ts';
import { getOrMake } from '../../../shared/values/list.ts';
import {
  ATTEMPT,
  BRANCH,
  CHECKPOINT,
  type CheckpointRow,
  EVENT,
  type EventRow,
  ONGOING,
  RUN,
  type RunDetail,
  type RunRow,
  SET_RUN,
} from '../rows.ts';
import { EVENT_KINDS } from '../schema/json-shapes.ts';
import { type Query, query, type StoredRow } from '../schema/select.ts';
import { noRun } from '../write/runs.ts';
import { IS_WHOLE_RUN } from './is-whole.ts';

const FROM = 'FROM runs r JOIN studies s ON s.id = r.study_id';

/** Which runs to list. */
export interface RunFilter {
  readonly studyId?: number | undefined;
  readonly states?: readonly RunState[] | undefined;
  readonly trashed?: boolean | undefined; // true: the trash instead
  readonly branches?: boolean | undefined; // true: cut-off branches too
}

/** How far an attempt's events are committed. */
type AttemptPlace = Pick<StoredRow<'run_attempts'>, 'attempt' | 'sequence'>;

/** The reads of runs over an open database. */
export function runQueries(db: Database) {
  const byId = query(db, SET_RUN, `${FROM} WHERE r.id = ?`);
  const idByName = db.prepare<[string], number>('SELECT id FROM runs WHERE name = ?').pluck();
  const isThere = db.prepare<[number], 1>('SELECT 1 FROM runs WHERE id = ?').pluck();
  const names = db.prepare<[], StoredRow<'runs'>['name']>('SELECT name FROM runs WHERE cut_from IS NULL').pluck();
  const attempts = query(db, ATTEMPT, 'FROM run_attempts a WHERE a.run_id = ? ORDER BY a.attempt');
  const ongoing = query(
    db,
    ONGOING,
    `FROM runs r JOIN run_attempts a ON a.run_id = r.id AND a.attempt = r.attempt
     WHERE r.state = 'running' AND a.reference IS NOT NULL ORDER BY r.id`,
  );
  const byReference = db.prepare<[number, string], AttemptPlace>(
    'SELECT attempt, sequence FROM run_attempts WHERE run_id = ? AND reference = ?',
  );
  const placed = db
    .prepare<[number], string | null>(
      "SELECT json_extract(data, '$.cluster') FROM events WHERE run_id = ? AND kind = 'placed' ORDER BY seq DESC LIMIT 1",
    )
    .pluck();
  const branches = query(db, BRANCH, 'FROM runs r WHERE r.cut_from = ? ORDER BY r.id');
  const checkpoints = query(db, CHECKPOINT, 'FROM checkpoints c WHERE c.run_id = ? ORDER BY c.step DESC');
  const older = query(
    db,
    CHECKPOINT,
    `FROM checkpoints c JOIN runs r ON r.id = c.run_id JOIN studies s ON s.id = r.study_id
     WHERE r.state = 'finished' AND r.trashed_at IS NULL AND s.trashed_at IS NULL
       AND c.step < (SELECT max(step) FROM checkpoints WHERE run_id = c.run_id) ORDER BY c.run_id, c.step`,
  );
  const events = query(
    db,
    EVENT,
    `FROM events e WHERE e.run_id = @run AND e.kind IN (SELECT value FROM json_each(@kinds)) AND e.seq < @before
     ORDER BY e.seq DESC LIMIT @limit`,
  );
  const lists = new Map<string, Query<RunRow>>();
  const list = (where: string): Query<RunRow> =>
    getOrMake(lists, where, () => query(db, RUN, `${FROM} WHERE ${where} ORDER BY r.id DESC`));

  return {
    /** Runs, newest first; the trash and cut-off branches only when asked for. */
    listRuns(filter: RunFilter = {}): RunRow[] {
      const where = [
        filter.trashed === true
          ? `(r.trashed_at IS NOT NULL OR s.trashed_at IS NOT NULL) AND ${IS_WHOLE_RUN}`
          : 'r.trashed_at IS NULL AND s.trashed_at IS NULL',
        ...(filter.branches === true ? [] : ['r.cut_from IS NULL']),
        ...(filter.studyId === undefined ? [] : ['r.study_id = @study']),
        ...(filter.states === undefined ? [] : ['r.state IN (SELECT value FROM json_each(@states))']),
      ];
      const values: Record<string, string | number> = {};
      if (filter.studyId !== undefined) values.study = filter.studyId;
      if (filter.states !== undefined) values.states = JSON.stringify(filter.states);
      return list(where.join(' AND ')).all(values);
    },

    /** The id of the run with this name or number; a usage error with the nearest name otherwise. */
    findRun(reference: string | number): number {
      const text = String(reference);
      const id =
        idByName.get(text) ??
        (/^\d+$/.test(text) && isThere.get(Number(text)) !== undefined ? Number(text) : undefined);
      if (id !== undefined) return id;
      const near = nearestName(text, names.all());
      throw new SophiaError(
        'usage',
        `There is no run "${text}".`,
        near === undefined ? 'See `sophia run list`.' : `Did you mean "${near}"?`,
      );
    },

    /** A run with settings, attempts and branches. */
    run(runId: number): RunDetail {
      const row = byId.get(runId);
      if (row === undefined) throw noRun(runId);
      const started = attempts.all(runId);
      const damage = [row.damage, ...started.map((attempt) => attempt.damage)].filter((line) => line !== null);
      return {
        ...row,
        damage: damage.length === 0 ? null : damage.join(' '),
        attempts: started,
        branches: branches.all(runId),
      };
    },

    /** Runs that are going on and whose trainers can be asked for them by name, with the last event that was committed. */
    ongoingRuns: () => ongoing.all(),

    /** The attempt of a run that its trainer knows by this name, with its last committed event; null where there is none. */
    attemptByReference: (runId: number, reference: string): AttemptPlace | null =>
      byReference.get(runId, reference) ?? null,

    /** The cluster that a run is to run on; null: this machine. */
    clusterOf: (runId: number): string | null => placed.get(runId) ?? null,

    /** Checkpoints of finished runs (those in the trash aside) that are older than their run's last: nothing needs them any more. */
    olderCheckpoints: (): CheckpointRow[] => older.all(),

    /** Checkpoints of a run, newest first. */
    checkpoints: (runId: number): CheckpointRow[] => checkpoints.all(runId),

    /** Events of a run, newest first, without its plain steps unless named; `before` a seq, for paging. */
    events(
      runId: number,
      options: {
        readonly kinds?: readonly string[] | undefined;
        readonly before?: number | undefined;
        readonly limit?: number | undefined;
      } = {},
    ): EventRow[] {
      const kinds = JSON.stringify(options.kinds ?? TOLD_KINDS);
      return events.all({
        run: runId,
        kinds,
        before: options.before ?? Number.MAX_SAFE_INTEGER,
        limit: options.limit ?? 500,
      });
    },
  };
}

/** Every kind of event but plain steps. */
const TOLD_KINDS = EVENT_KINDS.filter((kind) => kind !== 'step');
