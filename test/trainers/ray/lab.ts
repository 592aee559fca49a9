/** A home with the fake cluster `lab`, and engines on it that ask often. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Engine } from '../../../src/main/engine/engine.ts';
import type { Store } from '../../../src/main/store/store.ts';
import type { Cluster } from '../../../src/shared/settings/cluster.ts';
import { parseStudy } from '../../../src/shared/study/study.ts';
import { rowsOf } from '../../store/helpers.ts';
import { plainStudy } from '../trl/plain/plain-python.ts';
import { FakeJobsApi } from './fake-jobs-api.ts';
import { trlThatSees } from './fast-trl.ts';

/** Both, to be ended. */
export class Lab {
  readonly fake: FakeJobsApi;
  readonly home = mkdtempSync(join(tmpdir(), 'sophia-lab-'));
  engine!: Engine;
  /** Whether the engine's machine sees a run's folder. */
  sees: (attempt: string) => boolean = () => false;
  /** Bytes that one package may have; 0: what Ray takes. */
  packageBytes = 0;

  private constructor(fake: FakeJobsApi) {
    this.fake = fake;
  }

  /** `fake`: a cluster that another lab uses too. */
  static async start(more: Partial<Cluster> = {}, fake?: FakeJobsApi): Promise<Lab> {
    const lab = new Lab(fake ?? (await FakeJobsApi.start()));
    lab.open();
    const { address, storage } = lab.fake;
    const cluster = { name: 'lab', address, tokenVariable: '', storage, gpus: 0, cpus: 1, memoryGiB: 0 };
    lab.engine.changeSettings({ clusters: [{ ...cluster, packages: 'pip', ...more }] });
    return lab;
  }

  /** A new engine on the home. */
  open(): Engine {
    this.engine = new Engine({
      home: this.home,
      trainers: trlThatSees(
        (attempt) => this.sees(attempt),
        this.packageBytes > 0 ? { packageBytes: this.packageBytes } : {},
      ),
      graceMs: 2000,
    });
    return this.engine;
  }

  /** Starts a study of one run on the cluster. */
  async begin(steps = 6, environment: Record<string, string> = {}): Promise<void> {
    Object.assign(this.fake.environment, environment);
    await this.engine.startStudyOn('lab', parseStudy(oneRun(steps), 'test'), oneRun(steps));
  }

  run() {
    return this.engine.store.run(1);
  }

  /** Resolves once the run has this step. */
  async until(holds: (run: ReturnType<Lab['run']>) => boolean): Promise<void> {
    while (!holds(this.run())) {
      if (this.engine.queue.running.length === 0)
        throw new Error(`It ended: ${this.run().state}, ${this.run().reason}`);
      await sleep(30);
    }
  }

  async end(): Promise<void> {
    await this.engine.close();
    await this.fake.end();
    rmSync(this.home, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** A study of one run. */
export const oneRun = (steps: number): string => plainStudy({ steps, seeds: '[0]' });

/** Every row of the run, but how much memory this machine had. */
export function rowsThere(store: Store) {
  const { metrics, ...rows } = rowsOf(store, 1) as { metrics: [name: string, step: number, value: number][] };
  return { ...rows, metrics: metrics.filter(([name]) => name !== 'memory/free') };
}

/** All rows that a run of this length has, from a lab that nothing disturbs. */
export async function undisturbed(steps: number) {
  const lab = await Lab.start();
  await lab.begin(steps);
  await lab.engine.queue.whenIdle();
  const rows = rowsThere(lab.engine.store);
  await lab.end();
  return rows;
}
