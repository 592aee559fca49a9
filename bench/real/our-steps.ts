/**
 * Steps of the native trainer on a checkpoint folder, as a run's process does them: `node our-steps.ts HOME CHECKPOINT [options]`, where HOME
 * holds the imported set "q" (--source). --rank 0 trains all weights. One JSON line: seconds and processor time of each step, and the peak of memory (VmHWM) in each phase, which is
 * reset between phases (Linux). Deliberately absent: evaluation, checkpoints.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { type GraphCall, graphCalls } from '../../src/main/tensor/compile.ts';
import { runTraining } from '../../src/main/train/run-training.ts';
import { parseSettings } from '../../src/shared/settings/setting-paths.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    steps: { type: 'string', default: '4' },
    tokens: { type: 'string', default: '64' },
    generations: { type: 'string', default: '4' },
    rank: { type: 'string', default: '16' },
    threads: { type: 'string', default: '2' },
    dtype: { type: 'string', default: 'float32' },
    format: { type: 'string', default: 'Think, then answer.' },
    checkpointing: { type: 'boolean', default: false },
    source: { type: 'string', default: 'q' }, // the imported set
    questions: { type: 'string', default: '1' }, // per step
    tower: { type: 'boolean', default: false }, // trained too
  },
});
const [home = '', checkpoint = ''] = positionals;
const steps = Number(values.steps);

/** The process's peak of resident memory in MiB since it was last reset; where that cannot be had, since the start. */
function peak(): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}
function reset(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // not on this system: peaks only grow
  }
}

const settings = parseSettings({
  model: { policy: checkpoint, loraRank: Number(values.rank), dtype: values.dtype, freezeVision: !values.tower },
  data: { source: values.source, prompt: 'template', formatText: values.format },
  training: {
    totalSteps: steps + 1, // the last one is never begun: no checkpoint is written
    questionsPerStep: Number(values.questions),
    numGenerations: Number(values.generations),
    checkpointEvery: 100_000,
    learningRate: 1e-6,
    gradientCheckpointing: values.checkpointing,
  },
  generation: { maxCompletionLength: Number(values.tokens) },
  reward: { thinking: 'none' },
  loss: { beta: 0.04 },
  evaluation: { every: 0, benchmarks: [] },
});

/** Seconds of processor time of each thread so far, in hundredths (Linux). */
function threadSeconds(): Map<string, number> {
  try {
    return new Map(
      readdirSync('/proc/self/task').map((id) => {
        const fields = readFileSync(`/proc/self/task/${id}/stat`, 'utf8').split(') ')[1]!.split(' ');
        return [id, (Number(fields[11]) + Number(fields[12])) / 100];
      }),
    );
  } catch {
    return new Map();
  }
}

/** What the process holds, in MiB: all that is resident, JavaScript's heap and buffers; and how many tensors. */
function memory(): Record<string, number> {
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  const mib = (bytes: number) => Math.round(bytes / 2 ** 20);
  return { rssMiB: mib(rss), heapMiB: mib(heapUsed), buffersMiB: mib(arrayBuffers), tensors: tf.memory().numTensors };
}

let top = 0;
/** Processor time of each thread by phase: how evenly a phase's work is shared, whatever else keeps the machine busy. */
const shares: Record<string, Map<string, number>> = {};
let threadsBefore = threadSeconds();
/** Peaks of every phase, by step (0: loading). */
const peaks: Record<string, number>[] = [{}];
function endPhase(name: string): void {
  const mib = peak();
  top = Math.max(top, mib);
  const now = peaks.at(-1)!;
  now[name] = Math.max(now[name] ?? 0, mib);
  const threads = threadSeconds();
  shares[name] ??= new Map();
  for (const [id, seconds] of threads)
    shares[name].set(id, (shares[name].get(id) ?? 0) + seconds - (threadsBefore.get(id) ?? 0));
  threadsBefore = threads;
  reset();
}
graphCalls.subscribe((message) => {
  const { name, at, traced } = message as GraphCall;
  if (at === 'start') endPhase('between');
  else if (at === 'end') endPhase(name);
  else if (traced) endPhase(`${name}, traced`);
});

const runFolder = join(home, 'runs', 'real');
mkdirSync(runFolder, { recursive: true });
process.env.SOPHIA_HOME = home;
const lines: object[] = [];
let last = performance.now();
for await (const event of runTraining({
  settings,
  runFolder,
  resume: null,
  signal: new AbortController().signal,
  threads: Number(values.threads),
})) {
  endPhase('between');
  if (event.kind === 'started') {
    last = performance.now();
    peaks.push({});
  }
  if (event.kind !== 'step') continue;
  const { metrics, responses } = event;
  const seconds = (performance.now() - last) / 1000;
  const time = (name: string) => (metrics as Record<string, number | null>)[`time/${name}`];
  lines.push({
    seconds,
    cpu: (time('cpu_cores') ?? 0) * seconds,
    generate: time('generate'),
    reference: time('reference'),
    update: time('update'),
    ...memory(),
    tokens: responses.reduce((sum, { tokens }) => sum + tokens, 0),
  });
  if (lines.length % 25 === 0) process.stderr.write(`step ${lines.length}: ${JSON.stringify(memory())}\n`);
  last = performance.now();
  peaks.push({});
  if (lines.length === steps) break;
}
/** Of each phase the processor time of its busiest threads, over all steps. */
const threads = Object.fromEntries(
  Object.entries(shares).map(([name, of]) => [name, [...of.values()].sort((a, b) => b - a).slice(0, 4)]),
);
process.stdout.write(`${JSON.stringify({ steps: lines, peaks, threads, peakMiB: top })}\n`);
process.exit(0);
