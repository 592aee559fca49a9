/**
 * The engine: opens the home, owns its database, runs its queue. The same object serves the window, the browser page, the command line
 * and the tests; only who starts it differs. Deliberately absent: HTTP (start-engine.ts adds it).
 */
import { availableParallelism } from 'node:os';
import { SophiaError } from '../../shared/errors.ts';
import type { RunState } from '../../shared/run/run-events.ts';
import type { Endpoint, HomeSettings } from '../../shared/settings/home-settings.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import type { Study } from '../../shared/study/study.ts';
import { watchHome } from '../jobs/home-watch.ts';
import { RunQueue } from '../jobs/run-queue.ts';
import type { Trainers } from '../jobs/trainer.ts';
import type { CheckpointQueue } from '../jobs/verbs/checkpoint-queue.ts';
import { COMMAND_LINE, type Program } from '../jobs/verbs/command-line.ts';
import { homeQueues } from '../jobs/verbs/home-queues.ts';
import type { PipelineQueue } from '../jobs/verbs/pipeline-queue.ts';
import { Changes } from '../services/changes.ts';
import { refuseBusyClusters } from '../services/clusters.ts';
import type { EngineControl, EngineStatus, KeySource } from '../services/engine-control.ts';
import { MachineWatch } from '../services/machine/machine-watch.ts';
import { homeNotifier } from '../services/notices/home-notifier.ts';
import type { Notifier } from '../services/notices/notifier.ts';
import { refuseRewind } from '../services/runs/refuse-rewind.ts';
import { exampleForEmpty } from '../services/studies/examples.ts';
import { nextSeeds, withSeeds } from '../services/studies/more-seeds.ts';
import { endValidation } from '../services/validations.ts';
import type { HomeUsage } from '../store/open/disk-usage.ts';
import { readHomeSettings, writeHomeSettings } from '../store/settings/home-settings.ts';
import { openStore, type Store } from '../store/store.ts';
import { settleHome } from '../store/write/slices/settle-home.ts';
import { builtInTrainers } from '../trainers/trainers.ts';
import { BrowserSecrets } from './browser-secret.ts';
import { type DiskBudget, homeBudget } from './disk-budget.ts';
import { EndpointKeys } from './endpoint-keys.ts';
import type { EngineOptions } from './engine-options.ts';
import { HomeClusters } from './home-clusters.ts';
import { programVersion } from './program-version.ts';
import { inTrash, lookHere, refuseImported, refuseResume, refuseUntrainable } from './refusals.ts';
import { storeLedger } from './store-ledger.ts';

const RESUMABLE: ReadonlySet<RunState> = new Set(['queued', 'failed', 'stopped', 'interrupted', 'paused']);

/** An open engine. */
export class Engine implements EngineControl {
  readonly store: Store;
  readonly queue: RunQueue;
  readonly pipeline: PipelineQueue;
  readonly checkpoints: CheckpointQueue;
  readonly changes = new Changes();
  readonly program: Program;
  readonly keys: EndpointKeys;
  readonly keySource = (variable: string): KeySource => this.keys.source(variable);
  readonly checkCluster = (name: string, runs: readonly Settings[] = []) => this.#clusters.check(name, runs);
  readonly lookHere = (study: Study) => lookHere(this.#trainers, study, false);
  readonly fetchCheckpoint = (uri: string, into: string) => this.#clusters.fetch(uri, into);
  readonly endpointKey = (endpoint: Endpoint) => this.keys.of(endpoint);
  readonly settled: Promise<void>;
  readonly settings = (): HomeSettings => this.#settings;
  readonly diskUsage = (): Promise<HomeUsage> => this.#budget.usage();
  readonly #trainers: Trainers;
  readonly #clusters: HomeClusters;
  readonly #budget: DiskBudget;
  readonly notices: Notifier;
  readonly machine: MachineWatch;
  readonly #startedAt = Date.now();
  readonly #startedParallel: number | undefined;
  readonly #warnings: string[];
  #settings: HomeSettings;
  #exampleStudyId: number | null = null;
  readonly browsers: BrowserSecrets;
  readonly #endWatch: () => void;

  constructor(options: EngineOptions) {
    this.store = openStore(options.home);
    this.keys = new EndpointKeys(this.store.paths.home, () => this.#settings.endpoints);
    const { node = process.execPath, commandLine = COMMAND_LINE, trainers = builtInTrainers } = options;
    this.program = { node, commandLine };
    this.#clusters = new HomeClusters(this.store.paths.home, () => this.#settings, this.keys);
    this.#trainers = trainers({ home: this.store.paths.home, node, clusters: this.#clusters });
    this.settled = settleHome(this.store);
    this.browsers = new BrowserSecrets(this.store.paths.home);
    const { settings, problem } = readHomeSettings(this.store.paths.home);
    this.#settings = settings;
    this.#warnings = [...this.store.warnings, ...(problem === null ? [] : [problem])];
    this.#startedParallel = options.parallel;
    const limitGiB = () => this.#settings.diskLimitGiB;
    this.#budget = homeBudget(this.store, limitGiB, (runIds) => this.queue.add(runIds));
    this.machine = new MachineWatch({ home: options.home, isBusy: () => this.queue.running.length > 0 });
    this.queue = new RunQueue({
      ledger: storeLedger(this.store),
      trainers: this.#trainers,
      parallel: options.parallel ?? settings.parallel ?? 1,
      ...(settings.threads !== null && { threads: settings.threads }),
      environmentOf: (run) => this.keys.environmentOf(run),
      refusal: async (runId) => this.keys.refusal(this.store.run(runId).settings) ?? (await this.#budget.refusal()),
      ...(options.graceMs !== undefined && { graceMs: options.graceMs }),
      onEvent: (runId, event) => {
        this.changes.notify();
        options.onEvent?.(runId, event);
      },
      onState: (runId, state, reason) => {
        this.changes.notify();
        this.machine.wake();
        options.onState?.(runId, state, reason);
      },
    });
    this.notices = homeNotifier({
      ...{ store: this.store, changes: this.changes, onNotice: options.onNotice, settings: () => this.#settings },
      secretOf: (variable) => this.keys.ofHook(variable),
      refusal: () => this.#budget.refusal(),
    });
    this.queue.attach();
    ({ pipeline: this.pipeline, checkpoints: this.checkpoints } = homeQueues(this.store, {
      program: this.program,
      threads: () => this.queue.threads,
      environmentOf: (values) => this.keys.environmentOfStep(values),
      refuse: (values) => this.keys.refuseUnconfirmedStep(values),
      ...(options.graceMs !== undefined && { graceMs: options.graceMs }),
    }));
    this.#endWatch = watchHome(this.store.paths.home, this.queue, options.onLost);
  }

  startStudy(study: Study, yaml?: string): { studyId: number; created: boolean } {
    refuseUntrainable(this.#trainers, study, null);
    return this.#begin(study, yaml);
  }

  async startStudyOn(cluster: string, study: Study, yaml?: string): Promise<{ studyId: number; created: boolean }> {
    refuseUntrainable(this.#trainers, study, cluster);
    await this.#clusters.refuseUnfit(cluster, study);
    return this.#begin(study, yaml, cluster);
  }

  /** Adds a study and queues what is open of it; on a cluster, where one is named, else where it was before. */
  #begin(study: Study, yaml?: string, cluster?: string): { studyId: number; created: boolean } {
    this.keys.refuseStudy(study);
    const { studyId, created } = this.store.addStudy(study, yaml);
    this.resumeStudy(studyId, cluster);
    this.changes.notify();
    return { studyId, created };
  }

  resumeStudy(studyId: number, cluster?: string): number {
    const { name, trashedAt } = this.store.study(studyId); // an unknown id is told by name
    if (trashedAt !== null) throw inTrash(`Study ${name}`);
    const open = this.#runsOf(studyId).filter((run) => RESUMABLE.has(run.state));
    for (const run of open) refuseImported(run);
    this.keys.refuseUnconfirmed(open.map(({ id }) => this.store.run(id).settings));
    const ids = open.map((run) => run.id);
    if (cluster !== undefined) this.store.placeRuns(ids, cluster);
    this.queue.add(ids);
    return ids.length;
  }

  fillStudy(studyId: number): { added: number; queued: number } {
    const { plan, yaml } = this.store.study(studyId);
    this.keys.refuseStudy(plan);
    const added = this.store.extendStudy(studyId, plan, yaml).length;
    const queued = this.resumeStudy(studyId);
    this.changes.notify();
    return { added, queued };
  }

  addSeeds(studyId: number, count: number): { seeds: number[]; queued: number } {
    const { plan, yaml, name, trashedAt } = this.store.study(studyId);
    if (trashedAt !== null) throw inTrash(`Study ${name}`);
    for (const run of this.#runsOf(studyId)) refuseImported(run);
    const seeds = nextSeeds(plan, count);
    const { study, yaml: text } = withSeeds(plan, yaml, seeds);
    this.keys.refuseStudy(study);
    const added = this.store.extendStudy(studyId, study, text);
    this.queue.add(added);
    this.changes.notify();
    return { seeds, queued: added.length };
  }

  stopStudy(studyId: number): number {
    // Backwards: a running place that comes free must not start the next one of those being stopped.
    const ids = this.#runsOf(studyId).map((run) => run.id);
    return ids.reverse().filter((id) => this.queue.stop(id)).length;
  }

  resumeRun(runId: number, fromStep?: number): void {
    const run = this.store.run(runId);
    refuseResume(run, this.store.study(run.studyId));
    this.keys.refuseUnconfirmed([run.settings]);
    if (fromStep !== undefined) refuseRewind(this.store, run, fromStep);
    this.queue.add([runId], fromStep === undefined ? {} : { fromStep });
  }

  stopRun(runId: number): void {
    const run = this.store.run(runId);
    if (!this.queue.stop(runId))
      throw new SophiaError('conflict', `Run ${run.name} is not running (it is ${run.state}).`);
  }

  /** On an empty home: queues the example study, so that a newcomer sees something live. Returns its id, or null. */
  startExample(): number | null {
    const example = exampleForEmpty(this.store);
    if (example === null) return null;
    return (this.#exampleStudyId = this.startStudy(example.study, example.text).studyId);
  }

  status(): EngineStatus {
    return {
      home: this.store.paths.home,
      version: programVersion(),
      pid: process.pid,
      startedAt: this.#startedAt,
      parallel: this.queue.parallel,
      threads: this.queue.threads,
      running: this.queue.running,
      waiting: this.queue.waiting,
      exampleStudyId: this.#exampleStudyId,
      warnings: this.#warnings,
      parallelFromStart: this.#startedParallel !== undefined,
      cores: availableParallelism(),
    };
  }

  changeSettings(patch: Partial<HomeSettings>): HomeSettings {
    const settings = { ...this.#settings, ...patch };
    refuseBusyClusters(this.store, settings.clusters);
    writeHomeSettings(this.store.paths.home, settings);
    this.#settings = settings;
    this.queue.share(this.#startedParallel ?? settings.parallel ?? 1, settings.threads ?? undefined);
    this.spaceFreed();
    return settings;
  }

  spaceFreed(): void {
    this.#budget.recheck().catch((error: Error) => console.error(`sophia: ${error.message}`));
  }

  /** Ends all runs (they stay resumable) and closes the database. */
  async close(): Promise<void> {
    this.#endWatch();
    endValidation(this.store.paths.home);
    this.machine.close();
    await Promise.all([this.queue.close(), this.pipeline.close(), this.checkpoints.close()]);
    await this.notices.close();
    this.store.close();
  }

  /** In the matrix's order: variant by variant as planned, seeds within. */
  #runsOf(studyId: number) {
    return this.store.studyMatrix(studyId, []).cells;
  }
}
