/**
 * What every procedure can reach: the store for reading and small writes, the engine for everything that starts or stops work.
 */
import type { Study } from '../../shared/study.ts';
import type { Store } from '../store/store.ts';
import type { Changes } from './changes.ts';

/** What the API asks of the engine. */
export interface EngineControl {
  /** Adds a study and puts its runs into the queue. */
  startStudy(study: Study, yaml?: string): { readonly studyId: number; readonly created: boolean };
  /** Queues every run of a study that is not finished. Returns how many. */
  resumeStudy(studyId: number): number;
  /** Adds what a study's plan has and the study lacks (runs deleted or in the trash), and queues all that is not finished. */
  fillStudy(studyId: number): { readonly added: number; readonly queued: number };
  /** Stops every running or waiting run of a study. Returns how many. */
  stopStudy(studyId: number): number;
  resumeRun(runId: number): void;
  stopRun(runId: number): void;
  status(): EngineStatus;
  /** The Node executable that runs workers and tools. */
  readonly node: string;
}

/** The engine as the page shows it. */
export interface EngineStatus {
  readonly home: string;
  readonly version: string;
  readonly pid: number;
  readonly startedAt: number;
  readonly parallel: number;
  readonly threads: number;
  readonly running: readonly number[];
  readonly waiting: readonly number[];
  /** The example study that an empty home started by itself, or null. */
  readonly exampleStudyId: number | null;
  readonly warnings: readonly string[];
}

/** What every procedure is given: the store, the engine, and the feed of changes. */
export interface ApiContext {
  readonly store: Store;
  readonly engine: EngineControl;
  readonly changes: Changes;
}
