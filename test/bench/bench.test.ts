import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type OurRun, type PeerRun, readPeer } from '../../bench/training/compare.ts';
import { stepFlop } from '../../bench/training/flop.ts';
import { report } from '../../bench/training/report.ts';
import { benchSteps, PHASES, type StepLine } from '../../bench/training/steps.ts';
import { benchConfig, benchQuestions, benchTokenizer } from '../../bench/training/workload.ts';

const tokenizer = benchTokenizer();

test('a vision step of the bench scores all thinkings, makes exactly 64 tokens per response and logs', async () => {
  const { lines, scored, parameters } = await benchSteps({
    withVision: true,
    steps: 1,
    threads: 1,
    freezeVision: false,
  });
  assert.equal(scored, 32);
  assert.equal(lines[0]!.tokens, 32 * 64);
  assert.equal(parameters, 1_373_632); // as trl_bench_vl.py says of its model
  for (const phase of PHASES) assert.ok(lines[0]!.phases[phase] > 0, phase);
});

test('the vocabulary has one id for each of its 512 words', () => {
  const [question] = benchQuestions(false, 1);
  assert.equal(tokenizer.encode(question!.text).length, 32);
  assert.equal(new Set(Array.from({ length: 512 }, (_, id) => tokenizer.decode([id]).split(' ')[1])).size, 512);
});

test('FLOP of a forward pass are counted as by hand', () => {
  const shape = {
    groups: 1,
    perGroup: 1,
    prompt: 1,
    newTokens: 1,
    patches: 0,
    visionTrained: false,
    shared: true,
    requestTokens: 0,
  };
  // Per layer and token: q and o 128x128, k and v 128x64, MLP 3 x 128x512; attention to 1 and to 2 keys over 4 heads of 32.
  const weights = 2 * (2 * 128 * 128 + 2 * 128 * 64 + 3 * 128 * 512);
  const expected = 4 * (2 * weights + 4 * 128 * 3) + 2 * 128 * 512;
  const flop = stepFlop(benchConfig(false, tokenizer), shape);
  assert.equal(flop.reference, expected);
  assert.equal(flop.update, 3 * expected);
  assert.equal(flop.total, 5 * expected);
});

test('a shared prompt is counted once per group, else once per response', () => {
  const shape = {
    groups: 4,
    perGroup: 8,
    prompt: 32,
    newTokens: 64,
    patches: 0,
    visionTrained: false,
    requestTokens: 0,
  };
  const of = (shared: boolean) => stepFlop(benchConfig(false, tokenizer), { ...shape, shared }).reference;
  assert.ok(of(true) < of(false));
  assert.equal(
    of(false),
    stepFlop(benchConfig(false, tokenizer), { ...shape, groups: 32, perGroup: 1, shared: true }).reference,
  );
});

test("both peer scripts' output is read", () => {
  const spread = { min: 1, median: 2, max: 3 };
  const steps = { step: spread, generation: spread, score_minus_generation: spread, forward_backward: spread };
  const shared = { params: 7, peak_rss_mib: 9 };
  assert.deepEqual(
    readPeer({ ...shared, first_two_steps: [5, 1], per_step: steps, versions: { trl: '1' } }),
    peerRun({ versions: { trl: '1' } }),
  );
  assert.deepEqual(readPeer({ ...shared, first_two: [5, 1], ...steps }), peerRun({}));
});

test('the report gives the ratio of each round and their median, and memory growth', () => {
  const flop = { generate: 1e9, thinking: 0, reference: 1e9, update: 3e9, total: 5e9 };
  const rounds = [1, 2, 3].map((seconds) => ({ load: 0.5, ours: ourRun(seconds, 100), peer: peerRun({}) }));
  const text = { script: 'text-step.ts', peerScript: 'trl_bench.py', rounds } as const;
  const vision = { script: 'vision-step.ts', peerScript: 'trl_bench_vl.py', rounds } as const;
  const markdown = report({
    date: '2026-01-01',
    machine: 'Test.',
    threads: 2,
    steps: 3,
    command: 'npm run bench',
    peerMissing: null,
    text,
    vision,
    frozen: null,
    growth: ourRun(1, 100, 60, 110),
    gflops: 100,
    flop: { text: flop, vision: flop, peerText: flop, peerVision: flop },
  });
  assert.match(
    markdown,
    /\| Text \| 2\.000 \(1\.000 - 3\.000\) \| 2\.000 \(2\.000 - 2\.000\) \| \*\*1\.00\*\* \| 0\.50, 1\.00, 1\.50 \|/,
  );
  assert.match(markdown, /100 MiB at step 50, 110 MiB at step 60: 10\.0 % growth/);
  assert.match(markdown, /0\.050 \| 2\.000 \| 3 % \|/); // 5 GFLOP at 100 GFLOP/s against 2 s
});

test('the peer scripts lie in the repository, in English and without a path of this machine', () => {
  const folder = join(import.meta.dirname, '../../bench/training/peers');
  const scripts = readdirSync(folder).filter((name) => name.endsWith('.py'));
  assert.deepEqual(scripts.sort(), ['trl_bench.py', 'trl_bench_vl.py']);
  for (const name of scripts) assert.doesNotMatch(readFileSync(join(folder, name), 'utf8'), /\/work|\/home\//);
});

function peerRun({ versions = null }: { versions?: PeerRun['versions'] }): PeerRun {
  return {
    step: { min: 1, median: 2, max: 3 },
    generation: 2,
    scoring: 2,
    update: 2,
    firstStep: 5,
    peakRssMiB: 9,
    parameters: 7,
    versions,
  };
}

function ourRun(seconds: number, rssMiB: number, steps = 3, lastRss = rssMiB): OurRun {
  const phases = {
    encode: 0,
    generate: seconds / 2,
    thinking: 0,
    reference: 0,
    update: seconds / 2,
    metrics: 0,
    log: 0,
  };
  const lines = Array.from(
    { length: steps },
    (_, i): StepLine => ({
      step: i + 1,
      seconds,
      cpuSeconds: seconds,
      phases,
      tokens: 2048,
      rssMiB: i === steps - 1 ? lastRss : rssMiB,
      tensors: 1,
    }),
  );
  const backend = { name: 'tensorflow', version: '2', device: 'cpu', threads: 2, reason: '' } as const;
  const summary = { backend, parameters: 7, scored: 32, peakRssMiB: lastRss, gflops: 100, startSeconds: 1 };
  return {
    step: { min: seconds, median: seconds, max: seconds },
    cpu: seconds,
    phases,
    firstStep: seconds,
    tokens: 2048,
    summary,
    lines,
  };
}
