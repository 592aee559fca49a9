/**
 * What the store hands out: plain typed rows. The API passes them on as they are; the renderer imports these types only.
 */
import type { EvaluationMode } from '../../shared/kinds/evaluation-mode.ts';
import type { RunEnvironment, RunState } from '../../shared/run/run-events.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import type { Study } from '../../shared/study/study.ts';

/** A study with the count of its runs by state. Times are ms since 1970. */
export interface StudyRow {
  readonly id: number;
  readonly name: string;
  readonly hash: string;
  readonly description: string;
  readonly notes: string;
  readonly tags: readonly string[];
  readonly createdAt: number;
  readonly archivedAt: number | null;
  readonly trashedAt: number | null;
  readonly runs: number;
  readonly states: Readonly<Partial<Record<RunState, number>>>;
  readonly stepsDone: number;
  readonly stepsPlanned: number;
  readonly updatedAt: number | null; // last event of any of its runs
  /** One line where a value of its row in the database cannot be read. */
  readonly damage: string | null;
}

/** A study with its plan. */
export interface StudyDetail extends StudyRow {
  readonly plan: Study;
  readonly yaml: string;
}

/** A run, without its settings. */
export interface RunRow {
  readonly id: number;
  readonly studyId: number;
  readonly study: string;
  readonly name: string;
  readonly variant: string;
  readonly seed: number;
  readonly state: RunState;
  readonly reason: string | null;
  readonly errorCode: string | null;
  readonly configHash: string;
  readonly attempt: number; // 0: never started
  readonly step: number;
  readonly totalSteps: number;
  readonly phase: string | null;
  readonly phaseDone: number | null;
  readonly phaseTotal: number | null;
  readonly cutFrom: number | null; // set: a kept branch that a resume cut off
  readonly cutStep: number | null;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly updatedAt: number | null;
  readonly finishedAt: number | null;
  readonly seconds: number | null;
  readonly weightsHash: string | null;
  readonly pid: number | null;
  readonly colourIndex: number;
  readonly notes: string;
  readonly tags: readonly string[];
  readonly pinned: boolean;
  readonly trashedAt: number | null;
  /** Set: it did not run here. A run of another program's log is never resumable, one of an archive once its study is unlocked. */
  readonly origin: RunOrigin | null;
  /** One line where a value of its row in the database cannot be read. */
  readonly damage: string | null;
}

/** Where a run that did not run here comes from: an archive or a log. */
export interface RunOrigin {
  readonly format: 'archive' | 'trainer-state' | 'trl' | 'verl';
  readonly source: string; // name of the file, or of the archived study
  readonly hash: string; // sha256 of the log, or of the archive's manifest
}

/** A run with everything that is stored once per run. */
export interface RunDetail extends RunRow {
  readonly settings: Settings;
  readonly attempts: readonly RunAttempt[];
  readonly branches: readonly {
    readonly id: number;
    readonly name: string;
    readonly cutStep: number;
    readonly step: number;
  }[];
}

/** One start or resume of a run. */
export interface RunAttempt {
  readonly attempt: number;
  readonly fromStep: number;
  readonly startedAt: number;
  readonly pid: number | null;
  readonly environment: RunEnvironment | null;
}

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

/** One stored response. */
export interface ResponseRow {
  readonly id: number;
  readonly runId: number;
  readonly step: number;
  readonly group: number; // which question of the step
  readonly sample: number;
  readonly questionId: string;
  readonly text: string;
  readonly tokens: number;
  readonly truncated: boolean;
  readonly formatValid: boolean;
  readonly outcomeReward: number | null;
  readonly outcomeReason: string;
  readonly thinkingReward: number | null;
  readonly thinkingFailure: string | null;
  readonly thinkingSpread: number | null;
  readonly rubricScore: number | null;
  readonly muC: number | null;
  readonly muW: number | null;
  readonly nC: number;
  readonly nW: number;
  readonly gamma: number | null;
  readonly gammaLogged: number | null;
  readonly decay: number | null;
  readonly alpha: number | null;
  readonly reward: number | null;
  readonly advantage: number | null;
}

/** One benchmark evaluated at one step. Rates are shares from 0 to 1. */
export interface EvaluationRow {
  readonly id: number;
  readonly runId: number;
  readonly step: number;
  readonly benchmark: string;
  readonly mode: EvaluationMode;
  readonly benchmarkHash: string;
  readonly questions: number;
  readonly correct: number;
  readonly accuracy: number | null;
  readonly meanOutcome: number | null;
  readonly at: number;
}

/** Something that happened. `data` depends on `kind`; a step's numbers are in the metrics. */
export interface EventRow {
  readonly seq: number;
  readonly runId: number;
  readonly attempt: number;
  readonly kind: string;
  readonly step: number;
  readonly at: number;
  readonly data: Readonly<Record<string, unknown>> | null;
}

/** A checkpoint as announced. */
export interface CheckpointRow {
  readonly runId: number;
  readonly step: number;
  readonly path: string;
  readonly hash: string;
  readonly bytes: number;
  readonly at: number;
}
