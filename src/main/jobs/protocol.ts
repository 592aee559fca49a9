/**
 * What the engine and a run's process say to each other over the IPC channel. An event is acknowledged only after its row is
 * committed, so whatever a worker knows to be acknowledged survives kill -9 of both. Deliberately absent: how either side works.
 */
import type { RunEvent } from '../../shared/run/run-events.ts';
import type { Settings } from '../../shared/settings/settings.ts';

/** Where a run continues: the last step whose weights are in the checkpoint, and the checkpoint itself. */
export interface ResumePoint {
  readonly step: number;
  readonly path: string;
}

/** Everything a worker needs; the process itself is started with nothing but this module's path. */
export interface StartMessage {
  readonly kind: 'start';
  readonly runId: number;
  readonly settings: Settings;
  readonly runFolder: string;
  readonly resumeFrom: ResumePoint | null;
  readonly threads: number;
  readonly backend: Settings['backend'];
}

/** Engine to worker. `acknowledge` covers every event up to and including `seq`. */
export type ToWorker =
  | StartMessage
  | { readonly kind: 'acknowledge'; readonly seq: number }
  | { readonly kind: 'stop' };

/** Worker to engine. `done` comes last, after every event was acknowledged. */
export type FromWorker =
  | { readonly kind: 'event'; readonly seq: number; readonly event: RunEvent }
  | { readonly kind: 'done' };

/** The trainer's one export, as main/train/run-training.ts declares it (and fakes in tests). */
export interface TrainerModule {
  runTraining(options: {
    settings: Settings;
    runFolder: string;
    resume: ResumePoint | null;
    signal: AbortSignal;
    threads: number;
    sharedEvaluations?: string;
    confirm?: () => Promise<void>;
  }): AsyncGenerator<RunEvent>;
}

/** Environment variable naming another trainer module: tests only. */
export const TRAINER_VARIABLE = 'SOPHIA_TEST_TRAINER';

/** Environment variable by which a step of the TRM's pipeline knows the engine that started it: its process id. */
export const HOST_VARIABLE = 'SOPHIA_PIPELINE_HOST';
