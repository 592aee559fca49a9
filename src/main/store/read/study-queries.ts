/**
 * Reads of studies: the list, one with its plan, its matrix of runs with newest metrics and time left.
 */
import type { Database } from 'better-sqlite3';
import { nearestName, SophiaError } from '../../../shared/errors.ts';
import { stepPace } from '../../../shared/run/recorded-durations.ts';
import {
  type MatrixCell,
  PLANNED_STUDY,
  RUN,
  STUDY,
  type StudyDetail,
  type StudyProgress,
  type StudyRow,
} from '../rows.ts';
import { count, orNull, step, time } from '../schema/column.ts';
import { computed, query, type Selected, select } from '../schema/select.ts';
import { IS_WHOLE_STUDY } from './is-whole.ts';
import { newestMetrics } from './newest-metrics.ts';

/** Metrics a matrix shows unless told otherwise. */
const MATRIX_METRICS = ['reward', 'rewards/outcome/mean', 'trust/gamma/mean', 'step_time'] as const;
/** Time left is judged by this many last steps. */
const PACE_STEPS = 20;

/** Runs of a study by state. */
const COUNTS = select({ r: 'runs' }, ['r.study_id', 'r.state'], {
  runs: computed(count(), 'count(*)'),
  done: computed(step(), 'sum(r.step)'),
  planned: computed(step(), 'sum(r.total_steps)'),
  updatedAt: computed(orNull(time()), 'max(r.updated_at)'),
});

/** The reads of studies over an open database. */
export function studyQueries(db: Database) {
  const list = query(db, STUDY, `FROM studies s WHERE ${IS_WHOLE_STUDY} ORDER BY s.id DESC`);
  const byId = query(db, PLANNED_STUDY, 'FROM studies s WHERE s.id = ?');
  const counts = query(
    db,
    COUNTS,
    `FROM runs r WHERE cut_from IS NULL AND trashed_at IS NULL AND (@study IS NULL OR study_id = @study) GROUP BY study_id, state`,
  );
  const cells = query(
    db,
    RUN,
    `FROM runs r JOIN studies s ON s.id = r.study_id
     WHERE r.study_id = ? AND r.cut_from IS NULL AND r.trashed_at IS NULL ORDER BY r.colour_index, r.id`,
  );
  const newestTimes = db
    .prepare<[number, number, number], number>(
      "SELECT at FROM events WHERE run_id = ? AND kind = 'step' AND step > ? AND attempt = ? ORDER BY step",
    )
    .pluck();
  const newest = newestMetrics(db);

  function progress(study: number | null): (studyId: number) => StudyProgress {
    const byStudy = Map.groupBy(counts.all({ study }), (row) => row.studyId);
    return (studyId) => progressOf(byStudy.get(studyId) ?? []);
  }

  function secondsLeft(run: MatrixCell): number | null {
    if (run.state !== 'running') return null;
    const pace = stepPace(newestTimes.all(run.id, run.step - PACE_STEPS, run.attempt));
    return pace === null ? null : (pace * (run.totalSteps - run.step)) / 1000;
  }

  const find = (reference: string | number): number => {
    const all = list.all();
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
      const progressOfStudy = progress(null);
      return list
        .all()
        .filter(
          (row) =>
            (row.trashedAt !== null) === (options.trashed ?? false) &&
            (options.archived === true || row.archivedAt === null || row.trashedAt !== null),
        )
        .map((row) => ({ ...row, ...progressOfStudy(row.id) }));
    },

    /** The id of the study with this name, hash (or its first 6 or more digits) or number; a usage error with the nearest name otherwise. */
    findStudy: find,

    /** A study with its plan. */
    study(studyId: number): StudyDetail {
      const row = byId.get(studyId);
      if (row === undefined)
        throw new SophiaError('usage', `There is no study number ${studyId}.`, 'See `sophia study list`.');
      return { ...row, ...progress(studyId)(studyId) };
    },

    /** A study's runs, variant by variant as planned, each with its newest metrics and the time it still needs at its present pace. */
    studyMatrix(
      studyId: number,
      metrics: readonly string[] = MATRIX_METRICS,
    ): { readonly study: StudyDetail; readonly cells: MatrixCell[] } {
      const study = this.study(studyId);
      const runs = cells.all(studyId).map((row): MatrixCell => {
        const run = { ...row, metrics: {}, secondsLeft: null };
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

function progressOf(states: readonly Selected<typeof COUNTS>[]): StudyProgress {
  const sum = (pick: (state: (typeof states)[number]) => number) =>
    states.reduce((total, state) => total + pick(state), 0);
  const updated = states.flatMap((state) => state.updatedAt ?? []);
  return {
    runs: sum((state) => state.runs),
    states: Object.fromEntries(states.map((state) => [state.state, state.runs])),
    stepsDone: sum((state) => state.done),
    stepsPlanned: sum((state) => state.planned),
    updatedAt: updated.length === 0 ? null : Math.max(...updated),
  };
}
