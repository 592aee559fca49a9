/**
 * Where the time of one run goes: `node scripts/run.mjs bench/study/profile.ts [--study examples/table3.yaml] [--variant full] [--steps 60]`.
 * Trains as a run's process does, in this process, and prints seconds by the clock and of CPU: loading, each compiled function (tracing, its
 * first call, the others), evaluations, checkpoints, and the rest of a step. Deliberately absent: the engine beside it, and its database.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type GraphCall, graphCalls } from '../../src/main/tensor/compile.ts';
import { runTraining } from '../../src/main/train/run-training.ts';
import { parseStudy, planRuns } from '../../src/shared/study/study.ts';

const began = { wall: performance.now(), cpu: process.cpuUsage() };
const { values } = parseArgs({
  options: {
    study: { type: 'string', default: 'examples/table3.yaml' },
    variant: { type: 'string', default: 'full' },
    steps: { type: 'string', default: '60' },
    threads: { type: 'string', default: '1' },
    set: { type: 'string', multiple: true, default: [] },
  },
});

interface Cost {
  times: number;
  wall: number; // seconds
  cpu: number; // seconds, all threads
}
const costs = new Map<string, Cost>();
const now = () => {
  const { user, system } = process.cpuUsage();
  return { wall: performance.now() / 1000, cpu: (user + system) / 1e6 };
};
function add(name: string, from: ReturnType<typeof now>, to: ReturnType<typeof now>): void {
  const cost = costs.get(name) ?? { times: 0, wall: 0, cpu: 0 };
  costs.set(name, { times: cost.times + 1, wall: cost.wall + to.wall - from.wall, cpu: cost.cpu + to.cpu - from.cpu });
}

let phase = 'step';
const stack: ReturnType<typeof now>[] = [];
let graphTime = { wall: 0, cpu: 0 };
graphCalls.subscribe((message) => {
  const { name, traced, at } = message as GraphCall;
  const here = now();
  if (at === 'start') stack.push(here);
  else {
    const from = stack.pop()!;
    const kind = at === 'traced' ? (traced ? 'trace' : null) : traced ? 'first call' : 'call';
    if (kind !== null) add(`graph ${name}, ${kind} (${phase})`, from, here);
    graphTime = { wall: graphTime.wall + here.wall - from.wall, cpu: graphTime.cpu + here.cpu - from.cpu };
    if (at === 'traced') stack.push(here);
  }
});

const study = parseStudy(readFileSync(values.study, 'utf8'), values.study, {
  set: [`training.totalSteps=${values.steps}`, ...values.set],
});
const { settings } = planRuns(study).find((run) => run.variant === values.variant)!;
const home = mkdtempSync(join(tmpdir(), 'sophia-bench-'));
const runFolder = join(home, 'runs', 'profile');
mkdirSync(runFolder, { recursive: true });
try {
  let last = now();
  let graphs = graphTime;
  const events = runTraining({
    settings,
    runFolder,
    resume: null,
    signal: new AbortController().signal,
    threads: Number(values.threads),
    sharedEvaluations: join(home, 'evaluations'),
  });
  for await (const event of events) {
    const here = now();
    const name = event.kind === 'phase' ? `phase ${event.phase}` : event.kind;
    add(`event ${name}, all`, last, here);
    const inGraphs = { wall: graphTime.wall - graphs.wall, cpu: graphTime.cpu - graphs.cpu };
    add(`event ${name}, outside graphs`, { wall: last.wall + inGraphs.wall, cpu: last.cpu + inGraphs.cpu }, here);
    last = now();
    graphs = graphTime;
    if (event.kind === 'phase') phase = phase === 'step' ? 'evaluation' : 'step';
    if (event.kind === 'finished') console.log('weights', event.weightsHash);
  }
} finally {
  rmSync(home, { recursive: true, force: true });
}
for (const [name, { times, wall, cpu }] of [...costs].sort((a, b) => b[1].cpu - a[1].cpu))
  console.log(
    `${name.padEnd(60)} ${String(times).padStart(6)} ${wall.toFixed(2).padStart(8)} ${cpu.toFixed(2).padStart(8)} ${((cpu / times) * 1000).toFixed(1).padStart(8)} ms`,
  );
const total = process.cpuUsage(began.cpu);
console.log(
  'total',
  ((performance.now() - began.wall) / 1000).toFixed(1),
  ((total.user + total.system) / 1e6).toFixed(1),
);
