/**
 * What the store hands out: rows as they are read, their types made of the declared tables (schema/tables.ts, where each column is
 * described). The API passes them on as they are; the renderer imports these types only. Times are ms since 1970.
 */
import type { z } from 'zod';
import type { RunState } from '../../shared/run/run-events.ts';
import { EXACT } from './exact-on-reading.ts';
import { flag, json, label, orNull, real, step } from './schema/column.ts';
import { originShape } from './schema/json-shapes.ts';
import { RESPONSE_COLUMNS } from './schema/response-columns.ts';
import { computed, type Selected, select } from './schema/select.ts';

const STUDY_LIST = [
  ...(['s.id', 's.name', 's.hash', 's.description', 's.notes', 's.tags'] as const),
  ...(['s.created_at', 's.archived_at', 's.trashed_at', 's.registered_at', 's.registered_by'] as const),
] as const;
/** A study by itself. */
export const STUDY = select({ s: 'studies' }, STUDY_LIST);
/** The same with its plan. */
export const PLANNED_STUDY = select({ s: 'studies' }, [...STUDY_LIST, 's.plan', 's.yaml']);

/** How far the runs of a study are. */
export interface StudyProgress {
  readonly runs: number;
  readonly states: Readonly<Partial<Record<RunState, number>>>;
  readonly stepsDone: number;
  readonly stepsPlanned: number;
  readonly updatedAt: number | null; // last event of any of its runs
}
/** A study with the count of its runs by state. */
export interface StudyRow extends Selected<typeof STUDY>, StudyProgress {}
/** A study with its plan. */
export interface StudyDetail extends Selected<typeof PLANNED_STUDY>, StudyProgress {}

/** Where a run that did not run here comes from: an archive or a log. */
export type RunOrigin = z.infer<typeof originShape>;

/** Columns of a run, for `runs r JOIN studies s`. */
const RUN_LIST = [
  ...(['r.id', 'r.study_id', 's.name AS study', 'r.name', 'r.variant', 'r.seed', 'r.state', 'r.reason'] as const),
  ...(['r.error_code', 'r.config_hash', 'r.attempt', 'r.step', 'r.total_steps', 'r.phase', 'r.phase_done'] as const),
  ...(['r.phase_total', 'r.cut_from', 'r.cut_step', 'r.created_at', 'r.started_at', 'r.updated_at'] as const),
  ...(['r.finished_at', 'r.seconds', 'r.weights_hash', 'r.pid', 'r.colour_index', 'r.notes', 'r.tags'] as const),
  ...(['r.pinned', 'r.trashed_at'] as const),
] as const;
const RUN_COMPUTED = {
  /** Its responses have thinking rewards; false also of another program's log. */
  hasThinking: computed(
    flag(),
    "ifnull(CASE WHEN json_valid(r.settings) THEN json_extract(r.settings, '$.reward.thinking') <> 'none' END, 0)",
  ),
  /** Set: it did not run here. A run of another program's log is never resumable, one of an archive once its study is unlocked. */
  origin: computed(
    orNull(json(originShape, {})),
    "(SELECT e.data FROM events e WHERE e.run_id = r.id AND e.kind IN ('imported', 'unlocked') ORDER BY e.seq DESC LIMIT 1)",
  ),
};
/** A run without its settings, of `runs r JOIN studies s`. */
export const RUN = select({ r: 'runs', s: 'studies' }, RUN_LIST, RUN_COMPUTED);
/** The same with its settings. */
export const SET_RUN = select({ r: 'runs', s: 'studies' }, [...RUN_LIST, 'r.settings'], RUN_COMPUTED);
/** A run, without its settings. */
export interface RunRow extends Selected<typeof RUN> {}

/** One start or resume of a run. */
export const ATTEMPT = select({ a: 'run_attempts' }, [
  'a.attempt',
  'a.from_step',
  'a.started_at',
  'a.pid',
  'a.trainer',
  'a.environment',
]);
/** One start or resume of a run. */
export interface RunAttempt extends Selected<typeof ATTEMPT> {}

/** A branch that a resume cut off. */
export const BRANCH = select({ r: 'runs' }, ['r.id', 'r.name', 'r.step'], { cutStep: computed(step(), 'r.cut_step') });

/** A run with everything that is stored once per run. */
export interface RunDetail extends Selected<typeof SET_RUN> {
  readonly attempts: readonly RunAttempt[];
  readonly branches: readonly Selected<typeof BRANCH>[];
}

/** A run that is going on and whose trainer can be asked for it, of `runs r JOIN run_attempts a`. */
export const ONGOING = select(
  { r: 'runs', a: 'run_attempts' },
  ['r.id AS runId', 'a.attempt', 'a.trainer', 'a.sequence'],
  {
    reference: computed(label(), 'a.reference'),
  },
);

/** A cell of a study's matrix: a run, its newest metrics and the time it still needs. */
export interface MatrixCell extends RunRow {
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly secondsLeft: number | null;
}

/** One run's curve: equal lengths, rising steps. Values are null where they do not apply. `total` counts points before thinning. */
export interface Series {
  readonly runId: number;
  readonly metric: string;
  readonly steps: number[];
  readonly values: (number | null)[];
  readonly total: number;
}

const { exact, ...RECORDED } = RESPONSE_COLUMNS;
const RESPONSE_LIST = Object.keys(RECORDED).map((column) => `p.${column}`) as `p.${keyof typeof RECORDED}`[];

/** One stored response, of `responses p JOIN questions q`. */
export const RESPONSE = select(
  { p: 'responses', q: 'questions' },
  [
    ...(['p.id', 'p.run_id', 'p.step', 'p.group_index AS group', 'q.question AS questionId'] as const),
    ...RESPONSE_LIST,
  ],
  { exact: computed(exact, EXACT) },
);
/** One stored response. `group`: which question of the step. */
export interface ResponseRow extends Selected<typeof RESPONSE> {}

/** One benchmark evaluated at one step, of `evaluations e`. */
export const EVALUATION = select(
  { e: 'evaluations' },
  [
    ...([
      'e.id',
      'e.run_id',
      'e.step',
      'e.benchmark',
      'e.mode',
      'e.benchmark_hash',
      'e.questions',
      'e.correct',
      'e.exact',
    ] as const),
    ...(['e.mean_outcome', 'e.at'] as const),
  ],
  {
    /** Share of outcome rewards of at least 0.5: what accuracy was before there was `exact`. */
    accuracy: computed(orNull(real(0, 1)), 'CAST(e.correct AS REAL) / NULLIF(e.questions, 0)'),
    /** Accuracy: share of answers right by their type's own rule; null where that was not judged yet. */
    exactAccuracy: computed(orNull(real(0, 1)), 'CAST(e.exact AS REAL) / NULLIF(e.questions, 0)'),
  },
);
/** One benchmark evaluated at one step. Rates are shares from 0 to 1. */
export interface EvaluationRow extends Selected<typeof EVALUATION> {}

/** Something that happened, of `events e`. */
export const EVENT = select({ e: 'events' }, ['e.seq', 'e.run_id', 'e.attempt', 'e.kind', 'e.step', 'e.at', 'e.data']);
/** Something that happened. `data` depends on `kind`; a step's numbers are in the metrics. */
export interface EventRow extends Selected<typeof EVENT> {}

/** A checkpoint as announced, of `checkpoints c`. */
export const CHECKPOINT = select({ c: 'checkpoints' }, ['c.run_id', 'c.step', 'c.uri', 'c.hash', 'c.bytes', 'c.at']);
/** A checkpoint as announced. `uri` is relative to its run's folder where it lies in it (read/checkpoint-place.ts). */
export interface CheckpointRow extends Selected<typeof CHECKPOINT> {}
