/**
 * Runs training steps as a run does (encode, grpoStep, metrics, for the vision step SQLite) and says what each cost: one JSON line per step, a
 * last line that sums up. Deliberately absent: a step of its own; what is timed is src/main/train/grpo-step.ts.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from '../../src/main/model/families/family.ts';
import { promptOfIds } from '../../src/main/model/families/prompt.ts';
import { loadModel, saveModel } from '../../src/main/model/folder/model-folder.ts';
import type { Tokenizer } from '../../src/main/model/folder/tokenizer.ts';
import { createGenerator } from '../../src/main/model/network/decode.ts';
import { disposeWeights, type Weights } from '../../src/main/model/network/weights.ts';
import { modelRewarder } from '../../src/main/rewards/thinking/model-rewarder.ts';
import { type EncodedQuestion, type EncodeOptions, encodeQuestion } from '../../src/main/rollouts/encode-question.ts';
import { createSampler } from '../../src/main/rollouts/generate-responses.ts';
import { openStore } from '../../src/main/store/store.ts';
import { SCORE_TOKENS } from '../../src/main/tasks/language/vocabulary.ts';
import { type BackendInfo, gflops, useBackend } from '../../src/main/tensor/backend.ts';
import { grpoStep } from '../../src/main/train/grpo-step.ts';
import { type PreparedRun, prepareRun } from '../../src/main/train/prepare/prepare-run.ts';
import { initialWeights } from '../../src/main/train/recipes/initial-weights.ts';
import { stepMetrics } from '../../src/main/train/step-metrics.ts';
import type { RunEvent } from '../../src/shared/run/run-events.ts';
import type { Settings } from '../../src/shared/settings/settings.ts';
import { checkStudy } from '../../src/shared/study/study.ts';
import {
  benchConfig,
  benchImage,
  benchQuestions,
  benchSettings,
  benchTokenizer,
  GROUPS,
  IMAGE_SIDE,
  NEW_TOKENS,
  PER_GROUP,
  VISION_PROMPT,
} from './workload.ts';

/** Seconds of one step by phase; `encode` is prompts and pictures, `metrics` the logged figures, `log` the commit to SQLite. */
export interface StepLine {
  readonly step: number;
  readonly seconds: number;
  readonly cpuSeconds: number; // of all threads: what the step cost, however busy others kept the machine
  readonly phases: Readonly<Record<Phase, number>>;
  readonly tokens: number;
  readonly rssMiB: number;
  readonly tensors: number;
}

export const PHASES = ['encode', 'generate', 'thinking', 'reference', 'update', 'metrics', 'log'] as const;
export type Phase = (typeof PHASES)[number];

/** The last line of a program's output. */
export interface RunSummary {
  readonly backend: BackendInfo;
  readonly parameters: number;
  readonly scored: number; // thinkings that got a score, per step
  readonly peakRssMiB: number;
  readonly gflops: number;
  readonly startSeconds: number; // backend and model, before the first step
  readonly lines: readonly StepLine[];
}

export interface BenchOptions {
  readonly withVision: boolean;
  readonly steps: number;
  readonly threads: number;
  readonly freezeVision: boolean;
  readonly onStep?: (line: StepLine) => void;
}

/** Reads --steps, --threads, --freeze-vision and runs, printing JSON lines. */
export async function benchProgram(withVision: boolean): Promise<void> {
  const { values } = parseArgs({
    options: {
      steps: { type: 'string', default: '12' },
      threads: { type: 'string', default: '2' },
      'freeze-vision': { type: 'boolean', default: false },
    },
  });
  const print = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);
  const options = {
    withVision,
    steps: Number(values.steps),
    threads: Number(values.threads),
    freezeVision: values['freeze-vision'],
    onStep: print,
  };
  const { lines: _printed, ...summary } = await benchSteps(options);
  print({ summary });
}

/** Runs the steps of one side of the comparison. */
export async function benchSteps({
  withVision,
  steps,
  threads,
  freezeVision,
  onStep,
}: BenchOptions): Promise<RunSummary> {
  const began = performance.now();
  const backend = await useBackend('auto', { threads });
  const settings = benchSettings(withVision, steps, freezeVision);
  const encode: EncodeOptions = { imageSize: IMAGE_SIDE, prompt: 'short', loadImage: benchImage };
  const run = benchRun(settings, backend, encode);
  const log = withVision ? stepLog(settings) : null;
  warmPictures(withVision);
  const startSeconds = (performance.now() - began) / 1000;
  const lines: StepLine[] = [];
  let tokensSoFar = 0;
  let scored = 0;
  for (let step = 1; step <= steps; step++) {
    const clock = stopwatch();
    const cpu = process.cpuUsage();
    const questions = benchQuestions(withVision, step);
    const encoded = questions.map((question) =>
      checked(run.sampler.config, encodeQuestion(run.sampler, question, encode), withVision),
    );
    const encodeSeconds = clock();
    const result = await grpoStep(run, step, encoded);
    clock();
    const metrics = stepMetrics(result, {
      stepSeconds: 1,
      cpuSeconds: 0,
      tokensSoFar,
      liveTensors: tf.memory().numTensors,
      usesThinking: withVision,
      usesReference: true,
    });
    const metricsSeconds = clock();
    log?.record({ kind: 'questions', step, questions });
    log?.record({ kind: 'step', step, metrics, responses: result.records });
    const logSeconds = clock();
    const tokens = result.records.reduce((sum, record) => sum + record.tokens, 0);
    if (tokens !== GROUPS * PER_GROUP * NEW_TOKENS)
      throw new Error(`Step ${step} made ${tokens} tokens instead of ${GROUPS * PER_GROUP * NEW_TOKENS}.`);
    tokensSoFar += tokens;
    scored = result.scores.filter((score) => score?.score != null).length;
    const used = process.cpuUsage(cpu);
    const phases = { encode: encodeSeconds, ...result.seconds, metrics: metricsSeconds, log: logSeconds };
    const line = {
      step,
      seconds: clock.total(),
      cpuSeconds: (used.user + used.system) / 1e6,
      phases,
      tokens,
      rssMiB: process.memoryUsage.rss() / 2 ** 20,
      tensors: tf.memory().numTensors,
    };
    lines.push(line);
    onStep?.(line);
  }
  log?.close();
  const peakRssMiB = process.resourceUsage().maxRSS / 1024;
  const used = Object.entries(run.policy).filter(([name]) => withVision || !name.startsWith('visual.'));
  const parameters = used.reduce((sum, [, one]) => sum + one.size, 0);
  return { backend, parameters, scored, peakRssMiB, gflops: gflops(), startSeconds, lines };
}

/** The peers give their prompts as they are; ours come out of the product's prompt builder: 55 ids with a picture, cut to 32 without. */
function checked(config: ModelConfig, encoded: EncodedQuestion, withVision: boolean): EncodedQuestion {
  const { ids } = encoded.prompt;
  if (!withVision) return { ...encoded, prompt: promptOfIds(config, ids.slice(-32), []) };
  if (ids.length !== VISION_PROMPT)
    throw new Error(`The vision prompt has ${ids.length} ids instead of ${VISION_PROMPT}.`);
  return encoded;
}

/** A run as prepareRun makes it from model folders, with the bench's words and pictures put in. */
function benchRun(settings: Settings, backend: BackendInfo, encode: EncodeOptions): PreparedRun {
  const folder = mkdtempSync(join(tmpdir(), 'sophia-bench-'));
  const models = { policy: join(folder, 'policy'), trm: join(folder, 'trm') };
  const tokenizer = benchTokenizer();
  const withVision = settings.reward.thinking === 'trm';
  const config = benchConfig(withVision, tokenizer);
  writeModel(models.policy, config, tokenizer, initialWeights(config, 1));
  writeModel(models.trm, config, tokenizer, onlyScores(initialWeights(config, 2), tokenizer));
  try {
    const run = prepareRun({ ...settings, model: { ...settings.model, ...models } }, backend, folder, null);
    const rewarder = withVision ? modelRewarder('trm', loadModel(models.trm), encode) : run.rewarder;
    const sampler = createSampler({ ...run.model, tokenizer }, createGenerator(config));
    return { ...run, encode, rewarder, sampler };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeModel(folder: string, config: ModelConfig, tokenizer: Tokenizer, weights: Weights): void {
  saveModel(folder, { config, tokenizer, weights });
  disposeWeights(weights);
}

/** An output layer that knows the eleven score tokens only, so that every thinking gets a score and trust has work to do. */
function onlyScores(weights: Weights, tokenizer: Tokenizer): Weights {
  const head = weights['lm_head.weight']!; // [H, V]
  const known = new Set(SCORE_TOKENS.map((token) => tokenizer.tokenId(token)));
  const mask = tf.tensor1d(Float32Array.from({ length: head.shape[1]! }, (_, id) => Number(known.has(id))));
  const masked = tf.mul(head, mask);
  tf.dispose([head, mask]);
  return { ...weights, 'lm_head.weight': masked };
}

/** A store in a temporary home; in the product the engine's process does this beside the training, here its time counts in full. */
function stepLog(settings: Settings) {
  const home = mkdtempSync(join(tmpdir(), 'sophia-bench-'));
  const store = openStore(home);
  const { model, data, training, generation, reward, loss } = settings;
  const study = checkStudy(
    { name: 'bench', settings: { model, data, training, generation, reward, loss }, variants: ['full'] },
    'bench',
  );
  const { studyId } = store.addStudy(study);
  const id = store.listRuns({ studyId })[0]!.id;
  const { attempt } = store.startRun(id);
  return {
    record: (event: RunEvent) => void store.recordEvent(id, attempt, event),
    close: () => {
      store.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function warmPictures(withVision: boolean): void {
  for (let step = 1; withVision && step <= 16; step++)
    for (const question of benchQuestions(true, step)) benchImage(question);
}

/** Seconds since the last call; `total` since the first. */
function stopwatch(): (() => number) & { total: () => number } {
  const first = performance.now();
  let last = first;
  const lap = () => {
    const now = performance.now();
    const seconds = (now - last) / 1000;
    last = now;
    return seconds;
  };
  return Object.assign(lap, { total: () => (last - first) / 1000 });
}
