/**
 * An engine that follows many runs of a cluster at once: `node scripts/run.mjs bench/cluster.ts [--runs 10000] [--events 500] [--seconds 60]
 * [--by storage|log]`. A made-up head (cluster/head.ts) says a step of 20 metrics and 64 responses for one run after the other, `events` a second
 * over all of them; the engine is opened on a home in which all of them go on. Prints start-up, events and rows a second, lag, memory, requests,
 * the database's size, and how long pages wait.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Engine } from '../src/main/engine/engine.ts';
import { readHomeSettings, writeHomeSettings } from '../src/main/store/settings/home-settings.ts';
import { openStore } from '../src/main/store/store.ts';
import { newRecord, rayFolder, referenceOf } from '../src/main/trainers/ray/ray-job.ts';
import type { Cluster } from '../src/shared/settings/cluster.ts';
import { parseStudy } from '../src/shared/study/study.ts';
import { type BenchPlan, stepTime } from './cluster/plan.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    events: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '60' },
    by: { type: 'string', default: 'storage' },
  },
});
const [count, events, seconds] = [Number(values.runs), Number(values.events), Number(values.seconds)];
const by = values.by === 'log' ? 'log' : 'storage';
const SEEDS = 1000; // of a study, at most
const SETTLE_MS = 30_000; // before the first step, for start-up
const RESPONSES = 64;
const LOOKS = 6;

const home = mkdtempSync(join(tmpdir(), 'sophia-bench-'));
const storage = join(home, 'storage');
const children: ChildProcess[] = [];
try {
  await bench();
} finally {
  for (const child of children) child.kill();
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}

async function bench(): Promise<void> {
  const cluster: Cluster = {
    name: 'lab',
    address: 'http://127.0.0.1:9',
    tokenVariable: '',
    storage,
    gpus: 1,
    cpus: 1,
    memoryGiB: 0,
    packages: 'cluster',
  };
  const { runs, ids, out } = fill(cluster);
  const plan: BenchPlan = { runs, ids, out, by, startAt: Date.now() + SETTLE_MS, intervalMs: (count / events) * 1000 };
  const port = await started(plan);
  const { settings } = readHomeSettings(home);
  writeHomeSettings(home, { ...settings, clusters: [{ ...cluster, address: `http://127.0.0.1:${port}` }] });
  const lags: number[] = [];
  const began = performance.now();
  const engine = new Engine({
    home,
    onEvent: (run, event) => {
      if (event.kind === 'step') lags.push(Date.now() - stepTime(plan, run, event.step));
    },
  });
  console.log(`${count} runs going on, ${events} steps/s asked for, by ${by}; load ${loadavg()[0]!.toFixed(1)}`);
  console.log(`start-up: open after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  await sleep(Math.max(0, plan.startAt - Date.now()));
  const delay = monitorEventLoopDelay();
  delay.enable();
  const [cpu, measured] = [process.cpuUsage(), performance.now()];
  for (let look = 1; look <= LOOKS; look++) {
    const [from, since] = [lags.length, performance.now()];
    await sleep((seconds * 1000) / LOOKS);
    const part = lags.slice(from).sort((a, b) => a - b);
    const at = (share: number) => ((part[Math.floor(share * (part.length - 1))] ?? Number.NaN) / 1000).toFixed(1);
    const asked = performance.now();
    engine.store.listStudies();
    engine.store.listRuns({ studyId: 1 });
    const waited = performance.now() - asked;
    const perSecond = (part.length * 1000) / (performance.now() - since);
    const mib = process.memoryUsage().rss / 2 ** 20;
    console.log(
      `${((performance.now() - began) / 1000).toFixed(0)} s: ${perSecond.toFixed(0)} steps/s, ${(perSecond * RESPONSES).toFixed(0)} responses/s; lag median ${at(0.5)} s, p95 ${at(0.95)}, max ${at(1)}; ${mib.toFixed(0)} MiB; a study's runs read in ${waited.toFixed(0)} ms`,
    );
  }
  const { user, system } = process.cpuUsage(cpu);
  console.log(
    `event loop: median ${(delay.percentile(50) / 1e6).toFixed(0)} ms, p99 ${(delay.percentile(99) / 1e6).toFixed(0)} ms, max ${(delay.max / 1e6).toFixed(0)} ms; ${((user + system) / 10 / (performance.now() - measured)).toFixed(0)} % of a core; ${((user + system) / 1000 / lags.length).toFixed(2)} ms of processor time a step`,
  );
  console.log(
    `database: ${(statSync(join(home, 'sophia.db')).size / 2 ** 20).toFixed(0)} MiB for ${lags.length} steps`,
  );
  const requests = (await (await fetch(`http://127.0.0.1:${port}/requests`)).json()) as number;
  console.log(`requests to the head: ${requests}`);
  const closing = performance.now();
  await engine.close();
  console.log(`closed in ${((performance.now() - closing) / 1000).toFixed(1)} s`);
}

/** A home in which these runs go on at the cluster. */
function fill(cluster: Cluster): { runs: number[]; ids: Record<number, string>; out: string } {
  const store = openStore(home);
  store.database.pragma('synchronous = OFF');
  for (let first = 0; first < count; first += SEEDS) {
    const seeds = Array.from({ length: Math.min(SEEDS, count - first) }, (_, i) => first + i);
    store.addStudy(
      parseStudy(`name: s-${first}\nvariants: [full]\nseeds: [${seeds}]\nsettings: { trainer: trl }\n`, 'bench'),
    );
  }
  const runs = store.listRuns().map((run) => run.id);
  const ids: Record<number, string> = {};
  let out = '';
  store.placeRuns(runs, cluster.name);
  for (const run of runs) {
    const { attempt } = store.startRun(run, { trainer: 'trl' });
    const plan = {
      runId: run,
      attempt,
      package: '_ray_pkg_0.zip',
      resume: 'none',
      keyHosts: '',
      workers: 1,
      extras: [],
    };
    const record = newRecord(home, cluster, plan);
    mkdirSync(rayFolder(home, run), { recursive: true });
    writeFileSync(join(rayFolder(home, run), `attempt-${attempt}.json`), JSON.stringify(record)); // 10,000 need no sync
    store.keepReference(run, attempt, referenceOf(run, attempt));
    [ids[run], out] = [record.id, record.out];
  }
  store.close();
  return { runs, ids, out };
}

async function started(plan: BenchPlan): Promise<string> {
  const file = join(import.meta.dirname, 'cluster/head.ts');
  const planFile = join(home, 'plan.json');
  writeFileSync(planFile, JSON.stringify(plan));
  const head = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file, planFile], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(head);
  const [port] = (await once(createInterface({ input: head.stdout }), 'line')) as [string];
  return port;
}
