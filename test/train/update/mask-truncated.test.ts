/** training.maskTruncated: responses that were cut off leave the loss, as under TRL's mask_truncated_completions. */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { encodeQuestion } from '../../../src/main/rollouts/encode-question.ts';
import { generateQuestion } from '../../../src/main/tasks/worlds/everyday/generate.ts';
import type { BackendInfo } from '../../../src/main/tensor/backend.ts';
import { useBackend } from '../../../src/main/tensor/backend.ts';
import { disposeTree } from '../../../src/main/tensor/tree.ts';
import { prepareRun } from '../../../src/main/train/prepare/prepare-run.ts';
import { mergedResult, microBatches } from '../../../src/main/train/update/micro-batches.ts';
import { parseSettings } from '../../../src/shared/settings/setting-paths.ts';
import { tinyModelFolder } from '../tiny-model.ts';

const RESPONSES = [
  { ids: [30, 31, 32], truncated: false },
  { ids: [33, 34, 35, 36], truncated: true },
  { ids: [37], truncated: true },
  { ids: [38, 39], truncated: false },
].map((one) => ({ ...one, text: '', logps: one.ids.map(() => -2) }));
const ADVANTAGES = [1, -2, 0.5, -0.25];

let backend: BackendInfo;
let model: string;
before(async () => {
  backend = await useBackend('auto', { threads: 1 });
  model = tinyModelFolder();
});

/** The step's mask and figures; responses of `without` are given advantage 0. */
function step(lossType: string, maskTruncated: boolean, parts: number, without: readonly number[] = []) {
  const settings = parseSettings({
    model: { policy: model },
    training: { questionsPerStep: 2, numGenerations: 2, gradientAccumulationSteps: parts, maskTruncated },
    loss: { lossType, beta: 0 },
    reward: { thinking: 'none' },
    evaluation: { questions: 1, benchmarks: ['ocr-test'] },
  });
  const run = prepareRun(settings, backend, join(mkdtempSync(join(tmpdir(), 'sophia-mask-')), 'runs/1'), null);
  const questions = [1, 2].map((i) => encodeQuestion(run.sampler, generateQuestion('train', i), run.encode));
  const features = run.sampler.features(run.policy, questions);
  const micros = microBatches(run, questions, { responses: RESPONSES, features });
  const tokens = micros.map((micro) => micro.tokens);
  const stepTokens = tokens.reduce((sum, of) => sum + of, 0);
  const results = micros.map((micro) => {
    const advantages = micro.rows.map((row) => (without.includes(row) ? 0 : ADVANTAGES[row]!));
    return run.graphs.gradients(run.policy, micro.batch, { advantages, refLogps: null, oldLogps: null, stepTokens });
  });
  const counted = micros.flatMap((micro) => {
    const rows = micro.batch.response.mask.arraySync();
    return micro.rows.map((row, r) => [row, rows[r]!.reduce((sum, counts) => sum + counts, 0)] as const);
  });
  const figures = mergedResult(results, tokens);
  disposeTree(
    results.map((result) => result.grads),
    micros.map((micro) => micro.own),
    features,
  );
  return { counted: Object.fromEntries(counted), tokens: stepTokens, figures };
}

describe('truncated responses', () => {
  it('count by default, and have no token in the loss where they are masked', () => {
    const whole = step('grpo', false, 1);
    assert.deepEqual([whole.counted, whole.tokens], [{ 0: 3, 1: 4, 2: 1, 3: 2 }, 10]);
    const masked = step('grpo', true, 1);
    assert.deepEqual([masked.counted, masked.tokens], [{ 0: 3, 1: 0, 2: 0, 3: 2 }, 5]);
    assert.notEqual(masked.figures.entropy, whole.figures.entropy);
  });

  it('leave the loss but stay in the number of responses (grpo), and leave the number of tokens too (dapo)', () => {
    const close = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-5, `${a} is not ${b}`);
    close(step('grpo', true, 1).figures.loss, step('grpo', false, 1, [1, 2]).figures.loss);
    close(step('dapo', true, 1).figures.loss, (step('dapo', false, 1, [1, 2]).figures.loss * 10) / 5);
  });

  it('are masked in micro-batches alike, to the same figures', () => {
    const [whole, cut] = [step('dapo', true, 1), step('dapo', true, 2)];
    assert.deepEqual(cut.counted, whole.counted);
    assert.ok(Math.abs(cut.figures.loss - whole.figures.loss) < 1e-5);
    assert.ok(Math.abs(cut.figures.entropy - whole.figures.entropy) < 1e-5);
  });
});
