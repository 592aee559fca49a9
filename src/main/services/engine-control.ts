/** What the services and the API ask of the engine: everything that starts or stops work, and how the engine is. */
import type { ClusterReport } from '../../shared/settings/cluster.ts';
import type { Endpoint, HomeSettings } from '../../shared/settings/home-settings.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import type { Study } from '../../shared/study/study.ts';
import type { PlaceLook } from '../jobs/trainer.ts';
import type { CheckpointQueue } from '../jobs/verbs/checkpoint-queue.ts';
import type { Program } from '../jobs/verbs/command-line.ts';
import type { PipelineQueue } from '../jobs/verbs/pipeline-queue.ts';
import type { HomeUsage } from '../store/open/disk-usage.ts';
import type { MachineWatch } from './machine/machine-watch.ts';
import type { Notifier } from './notices/notifier.ts';

/** The engine as those see it who do not start it. */
export interface EngineControl {
  /** Adds a study and puts its runs into the queue. */
  startStudy(study: Study, yaml?: string): { readonly studyId: number; readonly created: boolean };
  /** The same on a cluster, which is asked first whether the runs would find there what they need: else nothing is added. */
  startStudyOn(
    cluster: string,
    study: Study,
    yaml?: string,
  ): Promise<{ readonly studyId: number; readonly created: boolean }>;
  /** Whether the runs of a study would find on this machine what they need, as far as that is told at once. */
  lookHere(study: Study): PlaceLook;
  /** What a cluster is, and whether runs with these settings would find there what they need. */
  checkCluster(name: string, runs?: readonly Settings[]): Promise<ClusterReport>;
  /** Copies the model files of a checkpoint that lies on a cluster into a folder here. */
  fetchCheckpoint(uri: string, into: string): Promise<void>;
  /** Queues every run of a study that is not finished. Returns how many. */
  resumeStudy(studyId: number): number;
  /** Adds what a study's plan has and the study lacks (runs deleted or in the trash), and queues all that is not finished. */
  fillStudy(studyId: number): { readonly added: number; readonly queued: number };
  /** Gives a study its next `count` seeds and queues their runs; runs that it lacks besides are added too. */
  addSeeds(studyId: number, count: number): { readonly seeds: readonly number[]; readonly queued: number };
  /** Stops every running or waiting run of a study. Returns how many. */
  stopStudy(studyId: number): number;
  /** Queues a run: it goes on from its newest sound checkpoint, or from the one of `fromStep`, what came later becoming a branch. */
  resumeRun(runId: number, fromStep?: number): void;
  stopRun(runId: number): void;
  status(): EngineStatus;
  settings(): HomeSettings;
  /** Writes some settings of the home and acts on them. */
  changeSettings(patch: Partial<HomeSettings>): HomeSettings;
  /** Where the key that goes by a variable comes from; null: there is none. */
  keySource(variable: string): KeySource;
  /** The key of an endpoint, for one request to it; null where it has none, or is not where that key was given for. */
  endpointKey(endpoint: Endpoint): string | null;
  /** Resolves once what an engine that was killed left half done is out of the way. */
  readonly settled: Promise<void>;
  diskUsage(): Promise<HomeUsage>;
  /** Something was deleted: runs that waited for room may go on. */
  spaceFreed(): void;
  /** What users were told, and tests of hooks. */
  readonly notices: Pick<Notifier, 'list' | 'test' | 'count'>;
  /** What its machine is busy with. */
  readonly machine: Pick<MachineWatch, 'look'>;
  /** Steps of the TRM's pipeline. */
  readonly pipeline: Pick<PipelineQueue, 'jobs' | 'add' | 'stop'>;
  /** What is computed from checkpoints because somebody asked for it. */
  readonly checkpoints: Pick<CheckpointQueue, 'jobs' | 'addAnswers' | 'addTokens' | 'stop'>;
  /** The command line, for work that is left to a process of its own. */
  readonly program: Program;
}

/** Where a key comes from. */
export type KeySource = 'environment' | 'store' | null;

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
  /** Whether the runs at a time were given when the engine was started, which goes before the settings. */
  readonly parallelFromStart: boolean;
  readonly cores: number;
}
