/**
 * Reads of studies: the list, one with its plan, its matrix of runs with newest metrics and time left.
 */
import type { Database } from 'better-sqlite3';
import { nearestName, SophiaError } from '../../../shared/errors.ts';
import { stepPace } from '../../../shared/run/recorded-durations.ts';
import type { RunState } from '../../../shared/run/run-events.ts';
import type { Study } from '../../../shared/study/study.ts';
import type { MatrixCell, StudyDetail, StudyRow } from '../rows.ts';
import { planShape } from '../schema/json-shapes.ts';
import { type Damage, damageLine, isTexts, neededJson, readJson } from '../schema/read-json.ts';
import { newestMetrics } from './newest-metrics.ts';
import { RUN_COLUMNS, toRunRow } from './run-queries.ts';

/** Metrics a matrix shows unless told otherwise. */
export const MATRIX_METRICS = ['reward', 'rewards/outcome/mean', 'trust/gamma/mean', 'step_time'] as const;
/** Time left is judged by this many last steps. */
const PACE_STEPS = 20;

/** The reads of studies over an open database. */
export function studyQueries(db: Database) {
  const columns = 'id, name, hash, description, notes, tags, created_at, archived_at, trashed_at';
  const list = db.prepare(`SELECT ${columns} FROM studies ORDER BY id DESC`);
  const byId = db.prepare(`SELECT ${columns}, plan, yaml FROM studies WHERE id = ?`);
  const counts = db.prepare(
    `SELECT study_id, state, count(*) AS runs, sum(step) AS done, sum(total_steps) AS planned, max(updated_at) AS updated_at
     FROM runs WHERE cut_from IS NULL AND trashed_at IS NULL AND (@study IS NULL OR study_id = @study) GROUP BY study_id, state`,
  );
  const cells = db.prepare(
    `SELECT ${RUN_COLUMNS} FROM runs r JOIN studies s ON s.id = r.study_id
     WHERE r.study_id = ? AND r.cut_from IS NULL AND r.trashed_at IS NULL ORDER BY r.colour_index, r.id`,
  );
  const newestTimes = db
    .prepare("SELECT at FROM events WHERE run_id = ? AND kind = 'step' AND step > ? AND attempt = ? ORDER BY step")
    .pluck();
  const newest = newestMetrics(db);

  function rows(sources: readonly StudySource[], study: number | null): StudyRow[] {
    const byStudy = Map.groupBy(counts.all({ study }) as StateCount[], (row) => row.study_id);
    return sources.map((row) => toStudyRow(row, byStudy.get(row.id) ?? []));
  }

  function secondsLeft(run: MatrixCell): number | null {
    if (run.state !== 'running') return null;
    const pace = stepPace(newestTimes.all(run.id, run.step - PACE_STEPS, run.attempt) as number[]);
    return pace === null ? null : (pace * (run.totalSteps - run.step)) / 1000;
  }

  const find = (reference: string | number): number => {
    const all = list.all() as StudySource[];
    const text = String(reference);
    const found =
      all.find((row) => row.id === reference || row.name === text) ??
      all.find((row) => text.length >= 6 && row.hash.startsWith(text)) ??
      all.find((row) => String(row.id) === text);
    if (found !== undefined) return found.id;
    const near = nearestName(
      text,
      all.map((row) => row.name),
    );
    const fix =
      near === undefined
        ? all.length === 0
          ? 'There are no studies yet.'
          : 'See `sophia study list`.'
        : `Did you mean "${near}"?`;
    throw new SophiaError('usage', `There is no study "${text}".`, fix);
  };

  return {
    /** All studies, newest first. Archived and trashed ones only when asked for. */
    listStudies(
      options: { readonly archived?: boolean | undefined; readonly trashed?: boolean | undefined } = {},
    ): StudyRow[] {
      const wanted = (list.all() as StudySource[]).filter(
        (row) =>
          (row.trashed_at !== null) === (options.trashed ?? false) &&
          (options.archived === true || row.archived_at === null || row.trashed_at !== null),
      );
      return rows(wanted, null);
    },

    /** The id of the study with this name, hash (or its first 6 or more digits) or number; a usage error with the nearest name otherwise. */
    findStudy: find,

    /** A study with its plan. */
    study(studyId: number): StudyDetail {
      const row = byId.get(studyId) as (StudySource & { plan: string; yaml: string }) | undefined;
      if (row === undefined)
        throw new SophiaError('usage', `There is no study number ${studyId}.`, 'See `sophia study list`.');
      return {
        ...rows([row], studyId)[0]!,
        plan: neededJson<Study>(row.plan, 'plan', `Study ${row.name}`, isPlan),
        yaml: row.yaml,
      };
    },

    /** A study's runs, variant by variant as planned, each with its newest metrics and the time it still needs at its present pace. */
    studyMatrix(
      studyId: number,
      metrics: readonly string[] = MATRIX_METRICS,
    ): { readonly study: StudyDetail; readonly cells: MatrixCell[] } {
      const study = this.study(studyId);
      const runs = (cells.all(studyId) as Parameters<typeof toRunRow>[0][]).map((row): MatrixCell => {
        const run = { ...toRunRow(row), metrics: {}, secondsLeft: null };
        return {
          ...run,
          metrics: run.step === 0 ? {} : newest(run.id, metrics),
          secondsLeft: secondsLeft(run),
        };
      });
      const order = new Map(study.plan.variants.map((variant, i) => [variant.name, i]));
      runs.sort((a, b) => (order.get(a.variant) ?? 1e9) - (order.get(b.variant) ?? 1e9) || a.seed - b.seed);
      return { study, cells: runs };
    },
  };
}

interface StudySource {
  readonly id: number;
  readonly name: string;
  readonly hash: string;
  readonly description: string;
  readonly notes: string;
  readonly tags: string;
  readonly created_at: number;
  readonly archived_at: number | null;
  readonly trashed_at: number | null;
}

interface StateCount {
  readonly study_id: number;
  readonly state: RunState;
  readonly runs: number;
  readonly done: number;
  readonly planned: number;
  readonly updated_at: number | null;
}

/** A plan that pages can draw. */
const isPlan = (value: unknown): boolean => planShape.safeParse(value).success;

function toStudyRow(row: StudySource, states: readonly StateCount[]): StudyRow {
  const sum = (pick: (stateCount: StateCount) => number) => states.reduce((total, state) => total + pick(state), 0);
  const damage: Damage = [];
  const updated = states.flatMap((state) => state.updated_at ?? []);
  return {
    id: row.id,
    name: row.name,
    hash: row.hash,
    description: row.description,
    notes: row.notes,
    tags: readJson<string[]>(row.tags, 'tags', damage, isTexts) ?? [],
    createdAt: row.created_at,
    archivedAt: row.archived_at,
    trashedAt: row.trashed_at,
    runs: sum((state) => state.runs),
    states: Object.fromEntries(states.map((state) => [state.state, state.runs])),
    stepsDone: sum((state) => state.done),
    stepsPlanned: sum((state) => state.planned),
    updatedAt: updated.length === 0 ? null : Math.max(...updated),
    damage: damageLine(damage),
  };
}
