/**
 * What the engine and a run's process say to each other over the IPC channel. An event is acknowledged only after its row is
 * committed, so whatever a run knows to be acknowledged survives kill -9 of both. Deliberately absent: how either side works.
 */
import type { RunEvent } from '../../../shared/run/run-events.ts';
import type { RunPlan } from '../../jobs/trainer.ts';
import type { TrainingOptions } from '../../train/run-training.ts';

/** Everything that a run's process needs; it is started with nothing but its module's path. */
export interface StartMessage extends Pick<RunPlan, 'settings' | 'threads' | 'resume'> {
  readonly kind: 'start';
  readonly runFolder: string;
}

/** Engine to run. `acknowledge` covers every event up to and including `sequence`. */
export type ToRun =
  | StartMessage
  | { readonly kind: 'acknowledge'; readonly sequence: number }
  | { readonly kind: 'stop' };

/** Run to engine. `done` comes last, after every event was acknowledged. */
export type FromRun =
  | { readonly kind: 'event'; readonly sequence: number; readonly event: RunEvent }
  | { readonly kind: 'done' };

/** What a run's process does: its work as a stream of events (train/run-training.ts). */
export type Training = (options: TrainingOptions) => AsyncGenerator<RunEvent>;
