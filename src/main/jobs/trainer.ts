/**
 * The door to whatever trains. The queue knows trainers by this interface only: a process of this machine (trainers/native/), a job on a
 * cluster, a test's own. A trainer says what it does as run events, numbered from 1 within an attempt; what the engine has committed it
 * never has to say again. Deliberately absent: which run comes next (run-queue.ts) and where rows go (run-ledger.ts).
 */
import { SophiaError } from '../../shared/errors.ts';
import type { TrainerName } from '../../shared/kinds/trainers.ts';
import type { RunEvent, RunState } from '../../shared/run/run-events.ts';
import type { Settings } from '../../shared/settings/settings.ts';

/** Where a run continues: the last step whose weights are in the checkpoint, and the checkpoint itself. */
export interface ResumePoint {
  readonly step: number;
  readonly uri: string; // relative to the run's folder where it lies in it
  readonly hash: string; // sha256 of its content; looked at already where it lies on this machine
}

/** A run as its trainer gets it: everything that it needs, nothing that it may write. */
export interface RunPlan {
  readonly runId: number;
  /** Which start of the run this is, from 1: with runId a name that no other start of this home has. */
  readonly attempt: number;
  readonly settings: Settings;
  /** The run's own folder in the home; the trainer makes it. */
  readonly folder: string;
  readonly resume: ResumePoint | null;
  /** The cluster that it is to run on; null: this machine. */
  readonly cluster: string | null;
  /** Its share of this machine's cores. */
  readonly threads: number;
  /** Variables that it needs beside the engine's own, keys of endpoints among them: never to be written down. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Takes what a run says. */
export interface RunSink {
  /**
   * Commits an event; it is on disk when this returns, and only then may the trainer let the run forget it. Events come in order, numbered
   * from 1 within the attempt; one that was committed before is passed over, so a trainer that is not sure says it again. `at`: when it
   * happened (ms since 1970) where that was not now. Throws where it cannot be written, or one before it is missing: the queue then ends
   * the run.
   */
  event(event: RunEvent, sequence: number, at?: number): void;
  /**
   * Commits at once what this sink and others are given within `work`, where many runs speak: all of it or nothing, and then it throws. Each event's
   * own failure is thrown within, as ever.
   */
  together(work: () => void): void;
  /**
   * Keeps by what name the run is found again (attach), on disk when this returns. To be called before there is anything that could outlive
   * the engine; a trainer whose runs end with it never calls it.
   */
  reference(reference: string): void;
  /** Why the run does not get on for now, in words that are shown (waiting for a GPU, a cluster that does not answer); null: it does. */
  waiting(why: string | null): void;
}

/** How a run ended: the state that it is now in, and why where that needs words. */
export interface RunOutcome {
  readonly state: Extract<RunState, 'finished' | 'failed' | 'paused' | 'stopped' | 'interrupted'>;
  readonly reason: string | null;
}

/** A run in progress. */
export interface RunHandle {
  /** Resolves when the run has ended and its last event was given to the sink; never rejects. */
  readonly outcome: Promise<RunOutcome>;
  /** Its process on this machine, where it has one. */
  readonly pid?: number | undefined;
  /** How long it may take to reach its next safe point, in milliseconds, where that is more than the queue's own patience. */
  readonly graceMs?: number;
  /** Asks the run to end at its next safe point. Asked again it changes nothing. */
  stop(): void;
  /** Ends it now. */
  kill(): void;
  /**
   * Lets go of a run that goes on without the engine, which is closing: it says nothing more to the sink, and the next engine attaches to it.
   * A run that ends with the engine has no such method.
   */
  release?(): void;
}

/** What a trainer found where its runs are to be trained. */
export interface PlaceLook {
  readonly problems: readonly SophiaError[];
  /** What the first run does before it trains, in words, with sizes; null: nothing. */
  readonly ahead: string | null;
}

/** Something that trains. */
export interface Trainer {
  /** What keeps these settings from being trained here, or on a cluster: each with its fix, told before anything is queued. */
  check(settings: Settings, cluster?: string | null): readonly SophiaError[];
  /** Whether runs would find on this machine what they need, looked for once for all of them, before any is queued. */
  lookHere?(runs: readonly Settings[], isThorough: boolean): PlaceLook;
  /** Starts a run. A failure to start is an outcome, not an exception. */
  start(plan: RunPlan, sink: RunSink): RunHandle;
  /**
   * A run that went on while the engine did not: events after `afterSequence` come to the sink. Null where there is no such run any more,
   * or runs of this trainer end with the engine.
   */
  attach(reference: string, afterSequence: number, sink: RunSink): RunHandle | null;
}

/** The trainers of an engine: of the names that settings can ask for, those that are here. */
export type Trainers = Readonly<Partial<Record<TrainerName, Trainer>>>;

/** The trainer of a name. @throws SophiaError 'usage' where it is not here */
export function trainerNamed(trainers: Trainers, name: TrainerName): Trainer {
  const trainer = trainers[name];
  if (trainer !== undefined) return trainer;
  throw new SophiaError('usage', `Trainer "${name}" is not here.`, `Here: ${Object.keys(trainers).join(', ')}.`);
}
