/**
 * Reads of runs: lists, one in full, its checkpoints and events.
 */
import type { Database } from 'better-sqlite3';
import { nearestName, SophiaError } from '../../../shared/errors.ts';
import type { RunEnvironment, RunState } from '../../../shared/run/run-events.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import type { CheckpointRow, EventRow, RunDetail, RunOrigin, RunRow } from '../rows.ts';
import { type Damage, damageLine, isObject, isTexts, neededJson, readJson } from '../schema/read-json.ts';
import { noRun } from '../write/runs.ts';
import { newestMetrics } from './newest-metrics.ts';

/** Columns of a run, for `runs r JOIN studies s`, everything but its settings. */
export const RUN_COLUMNS = `r.id, r.study_id, s.name AS study, r.name, r.variant, r.seed, r.state, r.reason, r.error_code, r.config_hash,
  r.attempt, r.step, r.total_steps, r.phase, r.phase_done, r.phase_total, r.cut_from, r.cut_step, r.created_at, r.started_at,
  r.updated_at, r.finished_at, r.seconds, r.weights_hash, r.pid, r.colour_index, r.notes, r.tags, r.pinned, r.trashed_at,
  (SELECT e.data FROM events e WHERE e.run_id = r.id AND e.kind IN ('imported', 'unlocked') ORDER BY e.seq DESC LIMIT 1) AS origin`;
const FROM = 'FROM runs r JOIN studies s ON s.id = r.study_id';

/** Which runs to list. */
export interface RunFilter {
  readonly studyId?: number | undefined;
  readonly states?: readonly RunState[] | undefined;
  readonly trashed?: boolean | undefined; // true: the trash instead
  readonly branches?: boolean | undefined; // true: cut-off branches too
}

/** The reads of runs over an open database. */
export function runQueries(db: Database) {
  const byId = db.prepare(`SELECT ${RUN_COLUMNS}, r.settings ${FROM} WHERE r.id = ?`);
  const idByName = db.prepare('SELECT id FROM runs WHERE name = ?').pluck();
  const names = db.prepare('SELECT name FROM runs WHERE cut_from IS NULL').pluck();
  const attempts = db.prepare(
    'SELECT attempt, from_step, started_at, pid, environment FROM run_attempts WHERE run_id = ? ORDER BY attempt',
  );
  const branches = db.prepare('SELECT id, name, cut_step AS cutStep, step FROM runs WHERE cut_from = ? ORDER BY id');
  const checkpoints = db.prepare(
    'SELECT run_id AS runId, step, path, hash, bytes, at FROM checkpoints WHERE run_id = ? ORDER BY step DESC',
  );
  const older = db.prepare(
    `SELECT c.run_id AS runId, c.step, c.path, c.hash, c.bytes, c.at FROM checkpoints c JOIN runs r ON r.id = c.run_id
       JOIN studies s ON s.id = r.study_id
     WHERE r.state = 'finished' AND r.trashed_at IS NULL AND s.trashed_at IS NULL
       AND c.step < (SELECT max(step) FROM checkpoints WHERE run_id = c.run_id) ORDER BY c.run_id, c.step`,
  );
  const events = db.prepare(
    `SELECT ${EVENT_COLUMNS} FROM events WHERE run_id = @run AND kind IN (SELECT value FROM json_each(@kinds)) AND seq < @before
     ORDER BY seq DESC LIMIT @limit`,
  );
  const newest = newestMetrics(db);
  const lists = new Map<string, ReturnType<typeof db.prepare>>();
  const listStatement = (sql: string) => {
    if (!lists.has(sql)) lists.set(sql, db.prepare(sql));
    return lists.get(sql)!;
  };

  return {
    /** Runs, newest first; the trash and cut-off branches only when asked for. */
    listRuns(filter: RunFilter = {}): RunRow[] {
      const where = [
        filter.trashed === true
          ? '(r.trashed_at IS NOT NULL OR s.trashed_at IS NOT NULL)'
          : 'r.trashed_at IS NULL AND s.trashed_at IS NULL',
        ...(filter.branches === true ? [] : ['r.cut_from IS NULL']),
        ...(filter.studyId === undefined ? [] : ['r.study_id = @study']),
        ...(filter.states === undefined ? [] : ['r.state IN (SELECT value FROM json_each(@states))']),
      ];
      const statement = listStatement(`SELECT ${RUN_COLUMNS} ${FROM} WHERE ${where.join(' AND ')} ORDER BY r.id DESC`);
      const values: Record<string, unknown> = {};
      if (filter.studyId !== undefined) values.study = filter.studyId;
      if (filter.states !== undefined) values.states = JSON.stringify(filter.states);
      return (statement.all(values) as RunSource[]).map((row) => toRunRow(row));
    },

    /** The given runs' newest values of some metrics, for a table of many runs. */
    newestMetrics(runIds: readonly number[], names: readonly string[]): Record<number, Record<string, number | null>> {
      return Object.fromEntries(runIds.map((id) => [id, newest(id, names)]));
    },

    /** The id of the run with this name or number; a usage error with the nearest name otherwise. */
    findRun(reference: string | number): number {
      const text = String(reference);
      const id =
        (idByName.get(text) as number | undefined) ??
        (/^\d+$/.test(text) && byId.get(Number(text)) !== undefined ? Number(text) : undefined);
      if (id !== undefined) return id;
      const near = nearestName(text, names.all() as string[]);
      throw new SophiaError(
        'usage',
        `There is no run "${text}".`,
        near === undefined ? 'See `sophia run list`.' : `Did you mean "${near}"?`,
      );
    },

    /** A run with settings, attempts and branches. */
    run(runId: number): RunDetail {
      const row = byId.get(runId) as (RunSource & { settings: string }) | undefined;
      if (row === undefined) throw noRun(runId);
      const damage: Damage = [];
      return {
        ...toRunRow(row, damage),
        settings: neededJson<Settings>(row.settings, 'settings', `Run ${row.name}`, isObject),
        attempts: (attempts.all(runId) as AttemptSource[]).map((attempt) => ({
          attempt: attempt.attempt,
          fromStep: attempt.from_step,
          startedAt: attempt.started_at,
          pid: attempt.pid,
          environment: readJson<RunEnvironment>(attempt.environment, 'environment', damage, isObject),
        })),
        damage: damageLine(damage),
        branches: branches.all(runId) as RunDetail['branches'],
      };
    },

    /** Checkpoints of finished runs (those in the trash aside) that are older than their run's last: nothing needs them any more. */
    olderCheckpoints: (): CheckpointRow[] => older.all() as CheckpointRow[],

    /** Checkpoints of a run, newest first. */
    checkpoints: (runId: number): CheckpointRow[] => checkpoints.all(runId) as CheckpointRow[],

    /** Events of a run, newest first, without its plain steps unless named; `before` a seq, for paging. */
    events(
      runId: number,
      options: {
        readonly kinds?: readonly string[] | undefined;
        readonly before?: number | undefined;
        readonly limit?: number | undefined;
      } = {},
    ): EventRow[] {
      const kinds = JSON.stringify(options.kinds ?? EVENT_KINDS);
      const found = events.all({
        run: runId,
        kinds,
        before: options.before ?? Number.MAX_SAFE_INTEGER,
        limit: options.limit ?? 500,
      });
      return (found as EventSource[]).map(toEventRow);
    },
  };
}

/** Every kind of event but plain steps. */
const EVENT_KINDS = [
  'started',
  'evaluation',
  'checkpoint',
  'alert',
  'phase',
  'finished',
  'paused',
  'failed',
  'state',
  'cut',
  'imported',
  'unlocked',
] as const;

/** Columns of an event. */
export const EVENT_COLUMNS = 'seq, run_id, attempt, kind, step, at, data';

/** An event as SQLite gives it. */
export interface EventSource {
  readonly seq: number;
  readonly run_id: number;
  readonly attempt: number;
  readonly kind: string;
  readonly step: number;
  readonly at: number;
  readonly data: string | null;
}

/** An event as the store gives it. */
export function toEventRow({ run_id, data, ...row }: EventSource): EventRow {
  const damage: Damage = [];
  const read = readJson<Record<string, unknown>>(data, 'data', damage, isObject);
  return { ...row, runId: run_id, data: damage.length === 0 ? read : { damage: damageLine(damage) } };
}

interface AttemptSource {
  readonly attempt: number;
  readonly from_step: number;
  readonly started_at: number;
  readonly pid: number | null;
  readonly environment: string | null;
}

type Snake<T extends string> = T extends `${infer A}${infer B}`
  ? B extends Uncapitalize<B>
    ? `${Uncapitalize<A>}${Snake<B>}`
    : `${Uncapitalize<A>}_${Snake<B>}`
  : T;
type RunSource = {
  readonly [K in Exclude<keyof RunRow, 'tags' | 'pinned' | 'origin' | 'damage'> as Snake<K>]: RunRow[K];
} & {
  readonly tags: string;
  readonly pinned: number;
  readonly origin: string | null; // the last event of kind imported or unlocked
};

/** A run as the store gives it. */
export function toRunRow(row: RunSource, damage: Damage = []): RunRow {
  const tags = readJson<string[]>(row.tags, 'tags', damage, isTexts) ?? [];
  const origin = readJson<RunOrigin>(row.origin, 'origin', damage, isObject);
  return {
    id: row.id,
    studyId: row.study_id,
    study: row.study,
    name: row.name,
    variant: row.variant,
    seed: row.seed,
    state: row.state,
    reason: row.reason,
    errorCode: row.error_code,
    configHash: row.config_hash,
    attempt: row.attempt,
    step: row.step,
    totalSteps: row.total_steps,
    phase: row.phase,
    phaseDone: row.phase_done,
    phaseTotal: row.phase_total,
    cutFrom: row.cut_from,
    cutStep: row.cut_step,
    createdAt: row.created_at,
    startedAt: row.started_at,
    updatedAt: row.updated_at,
    finishedAt: row.finished_at,
    seconds: row.seconds,
    weightsHash: row.weights_hash,
    pid: row.pid,
    colourIndex: row.colour_index,
    notes: row.notes,
    tags,
    pinned: row.pinned === 1,
    trashedAt: row.trashed_at,
    origin,
    damage: damageLine(damage),
  };
}
