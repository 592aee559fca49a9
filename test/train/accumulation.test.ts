/**
 * Gradient accumulation is a matter of memory alone: one step of the same questions, cut into 1, 2 and 4 micro-batches, has the same loss,
 * gradient and figures. Answers of unlike lengths, two updates, KL and an entropy bonus, so that nothing is the same by chance.
 */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { useBackend } from '../../src/main/tensor/backend.ts';
import { runTraining } from '../../src/main/train/run-training.ts';
import type { StepMetrics } from '../../src/shared/run/metrics.ts';
import { parseSettings, type SettingsPatch } from '../../src/shared/settings/setting-paths.ts';

const FIGURES = [
  'loss',
  'policy_loss',
  'kl',
  'entropy',
  'clip_ratio/low_mean',
  'clip_ratio/high_mean',
  'clip_ratio/region_mean',
  'grad_norm',
] as const;

before(() => useBackend('auto', { threads: 1 }));

/** The metrics of one step from the embedded base model, whose answers end by themselves. */
async function stepOf(gradientAccumulationSteps: number, loss: object): Promise<StepMetrics> {
  const settings = parseSettings({
    training: {
      totalSteps: 1,
      questionsPerStep: 4,
      numGenerations: 4,
      gradientAccumulationSteps,
      numIterations: 2,
      learningRate: 1e-3,
    },
    loss,
    data: { categories: ['ocr', 'chart'] },
    generation: { maxCompletionLength: 32 },
    reward: { thinking: 'length' },
    evaluation: { every: 0, questions: 1, benchmarks: ['ocr-test'], sampled: false },
    seed: 3,
  } as SettingsPatch);
  const runFolder = mkdtempSync(join(tmpdir(), 'sophia-accumulation-'));
  const signal = new AbortController().signal;
  for await (const event of runTraining({ settings, runFolder, resume: null, signal, threads: 1 }))
    if (event.kind === 'step') return event.metrics;
  throw new Error('no step');
}

describe('a step cut into micro-batches', () => {
  const cases = [
    { loss: { lossType: 'grpo', entropyCoef: 0.1 }, counts: [2, 4] },
    { loss: { lossType: 'cispo', epsilonHigh: 1.1, entropyCoef: 0.1 }, counts: [4] },
  ];
  for (const { loss, counts } of cases)
    it(`has the same figures however it is cut: ${JSON.stringify(loss)}`, async () => {
      const whole = await stepOf(1, loss);
      assert.ok(whole.kl! > 1e-6 && whole.entropy! > 0.01, 'there is something to compare');
      for (const count of counts) {
        const cut = await stepOf(count, loss);
        for (const name of FIGURES) {
          const [expected, got] = [whole[name]!, cut[name]!];
          const tolerance = 2e-4 * Math.max(Math.abs(expected), 1e-3);
          assert.ok(Math.abs(got - expected) <= tolerance, `${name} of ${count} parts: ${got}, not ${expected}`);
        }
      }
    });
});
