/** Values of tokens: against the numbers that sampling, the loss and its metrics have by ways of their own, and against logits made whole. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { type BackendInfo, useBackend } from '../../../src/main/tensor/backend.ts';
import { stepQuestions } from '../../../src/main/train/question-stream.ts';
import { runTraining } from '../../../src/main/train/run-training.ts';
import { tokensAfterwards } from '../../../src/main/train/tokens/tokens-afterwards.ts';
import type { RunEvent, RunEventOf } from '../../../src/shared/run/run-events.ts';
import { bytesOfBase64, type TokenValues, unpackTokenValues } from '../../../src/shared/run/token-values.ts';
import { parseSettings } from '../../../src/shared/settings/setting-paths.ts';
import type { Settings } from '../../../src/shared/settings/settings.ts';
import { tinyModelFolder } from '../tiny-model.ts';

const HALF = 2e-3; // float16 has 11 bits
const ONE_UPDATE = { totalSteps: 3, questionsPerStep: 2, numGenerations: 4, learningRate: 1e-3, numIterations: 1 };

const settingsOf = (folder: string, more: object = {}): Settings =>
  parseSettings({
    model: { policy: folder },
    training: {
      totalSteps: 4,
      questionsPerStep: 2,
      numGenerations: 4,
      checkpointEvery: 2,
      learningRate: 3e-4,
      numIterations: 2,
    },
    generation: { maxCompletionLength: 16 },
    reward: { thinking: 'none' },
    evaluation: { every: 0, benchmarks: [] },
    ...more,
  });

async function trained(settings: Settings, runFolder = mkdtempSync(join(tmpdir(), 'sophia-tokens-'))) {
  const events: RunEvent[] = [];
  for await (const event of runTraining({
    settings,
    runFolder,
    resume: null,
    signal: new AbortController().signal,
    threads: 1,
  }))
    events.push(event);
  const steps = events.filter((event): event is RunEventOf<'step'> => event.kind === 'step');
  return { steps, runFolder };
}
const unpacked = (text: string): TokenValues => unpackTokenValues(bytesOfBase64(text)!);
const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('token values of a step', () => {
  let backend: BackendInfo;
  let folder: string;
  before(async () => {
    backend = await useBackend('auto', { threads: 1 });
    folder = tinyModelFolder();
  });

  it('are kept of every n-th step alone, one list per response, as long as the response; nothing else changes', async () => {
    const plain = await trained(settingsOf(folder));
    const kept = await trained(settingsOf(folder, { logging: { tokensEvery: 2 } }));
    assert.deepEqual(
      kept.steps.map(({ tokenValues }) => tokenValues?.length),
      [undefined, 8, undefined, 8],
    );
    for (const { responses, tokenValues } of kept.steps)
      tokenValues?.forEach((values, i) => {
        const { lengths } = unpacked(values);
        assert.equal(lengths.length, responses[i]!.tokens);
        assert.equal(
          lengths.reduce((sum, length) => sum + length, 0),
          responses[i]!.text.length,
        );
      });
    const timeless = ({ metrics, responses }: RunEventOf<'step'>) => ({
      responses,
      metrics: Object.entries(metrics).filter(([name]) => !/^(time|tokens_per|memory|step_time)/.test(name)),
    });
    assert.deepEqual(kept.steps.map(timeless), plain.steps.map(timeless));
  });

  /** A model that answers: its rewards differ, and its texts are cut into the tokens that they were written in. */
  const skilled = 'tiny-vl-base';
  const long = { generation: { maxCompletionLength: 64 } };

  it('agree with what the loss logs of the same step: entropy and KL of its first update, clipped shares of its last', async () => {
    const one = settingsOf(skilled, {
      ...long,
      logging: { tokensEvery: 1 },
      training: ONE_UPDATE,
    });
    for (const { step, metrics, tokenValues } of (await trained(one)).steps) {
      const all = tokenValues!.map(unpacked);
      assert.ok(
        Math.abs(meanOf(all.flatMap(({ entropies }) => entropies)) - metrics.entropy!) < HALF,
        `entropy ${step}`,
      );
      const kl = meanOf(all.flatMap(({ kls }) => kls!));
      assert.ok(
        Math.abs(kl - metrics.kl!) < HALF * Math.max(0.1, metrics.kl!),
        `KL of step ${step}: ${kl}, ${metrics.kl}`,
      );
      assert.ok(all.every(({ clips }) => clips!.every((clip) => clip === 'none')));
    }
    const adapted = settingsOf(skilled, {
      ...long,
      model: { policy: skilled, loraRank: 4, freezeVision: false },
      logging: { tokensEvery: 3 },
      training: { totalSteps: 3, questionsPerStep: 2, numGenerations: 4, learningRate: 1e-3 },
    });
    const { metrics: last, tokenValues: ofLast } = (await trained(adapted)).steps[2]!;
    const withAdapters = ofLast!.map(unpacked);
    assert.ok(last.kl! > 1e-4, 'the adapters moved nothing: the test shows nothing');
    const klOfLast = meanOf(withAdapters.flatMap(({ kls }) => kls!));
    assert.ok(Math.abs(klOfLast - last.kl!) < 0.02 * last.kl!, `KL with adapters: ${klOfLast}, ${last.kl}`);
    const two = settingsOf(skilled, {
      ...long,
      logging: { tokensEvery: 1 },
      loss: { epsilon: 0.02, epsilonHigh: 0.02 },
      training: { totalSteps: 3, questionsPerStep: 2, numGenerations: 4, learningRate: 1e-3, numIterations: 2 },
    });
    let clipped = 0;
    for (const { metrics, tokenValues, responses } of (await trained(two)).steps) {
      const all = tokenValues!.map(unpacked);
      const states = all.flatMap(({ clips }) => clips!);
      clipped += states.filter((clip) => clip !== 'none').length;
      // The first of both updates clips nothing, so the mean over updates is half of the last one's share.
      for (const [name, state] of [
        ['clip_ratio/low_mean', 'low'],
        ['clip_ratio/high_mean', 'high'],
      ] as const) {
        const share = states.filter((clip) => clip === state).length / states.length;
        assert.ok(Math.abs(share / 2 - metrics[name]!) < 1e-6, `${name}: ${share / 2}, ${metrics[name]}`);
      }
      all.forEach(({ clips }, i) => {
        const { advantage } = responses[i]!;
        assert.ok(clips!.every((clip) => clip === 'none' || (clip === 'low' ? advantage < 0 : advantage > 0)));
      });
    }
    assert.ok(clipped > 0, 'nothing was clipped: the test shows nothing');
  });

  it('computed afterwards from the weights that wrote a step are those that the run kept; from others they are not', async () => {
    const settings = settingsOf(skilled, { ...long, logging: { tokensEvery: 1 } });
    const { steps, runFolder } = await trained(settings);
    const groupsOf = (step: number) =>
      stepQuestions(settings, step, null).map((question, g) => ({
        question,
        responses: steps[step - 1]!.responses.slice(g * 4, g * 4 + 4),
      }));
    const differences = (step: number, checkpoint: string | null) => {
      const computed = tokensAfterwards(settings, backend, runFolder, checkpoint, groupsOf(step));
      return computed.flatMap((text, i) => {
        if (text === null) return [];
        const [now, then] = [unpacked(text), unpacked(steps[step - 1]!.tokenValues![i]!)];
        assert.equal(now.clips, null); // two updates per batch: only training knows
        return [
          ...now.logps.map((logp, t) => Math.abs(logp - then.logps[t]!)),
          ...now.entropies.map((entropy, t) => Math.abs(entropy - then.entropies[t]!)),
          ...now.kls!.map((kl, t) => Math.abs(kl - then.kls![t]!)),
        ];
      });
    };
    const before = tf.memory().numTensors;
    const first = differences(1, null);
    const third = differences(3, join(runFolder, 'checkpoints/step-000002'));
    assert.ok(first.length > 50 && third.length > 50, `${first.length}, ${third.length}`);
    assert.ok(Math.max(...first) < 1e-2, `${Math.max(...first)}`);
    assert.ok(Math.max(...third) < 1e-2, `${Math.max(...third)}`);
    assert.ok(Math.max(...differences(3, null)) > 2e-2);
    assert.ok(before > 0);
  });

  it('computed afterwards of a run with one update per batch have its clip states too: none', async () => {
    const settings = settingsOf(skilled, { ...long, logging: { tokensEvery: 1 }, training: ONE_UPDATE });
    const { steps, runFolder } = await trained(settings);
    const { responses, tokenValues } = steps[0]!;
    const groups = stepQuestions(settings, 1, null).map((question, g) => ({
      question,
      responses: responses.slice(g * 4, g * 4 + 4),
    }));
    const computed = tokensAfterwards(settings, backend, runFolder, null, groups);
    assert.ok(computed.some((text) => text !== null));
    computed.forEach((text, i) => {
      if (text !== null) assert.deepEqual(unpacked(text).clips, unpacked(tokenValues![i]!).clips);
    });
  });

  for (const [what, model] of [
    ['all weights', {}],
    ['LoRA', { loraRank: 2, loraAlpha: 4 }],
  ] as const)
    it(`computed afterwards from a checkpoint of trainer trl (${what}) are those of a native one with the same weights`, async () => {
      const settings = settingsOf(skilled, { ...long, model: { policy: skilled, ...model } });
      const { steps, runFolder } = await trained(settings);
      const groups = stepQuestions(settings, 3, null).map((question, g) => ({
        question,
        responses: steps[2]!.responses.slice(g * 4, g * 4 + 4),
      }));
      const native = join(runFolder, 'checkpoints/step-000002');
      const computed = (checkpoint: string | null) =>
        tokensAfterwards(settings, backend, runFolder, checkpoint, groups);
      const wanted = computed(native);
      assert.ok(wanted.some((text) => text !== null));
      assert.notDeepEqual(wanted, computed(null), 'the run has trained: its weights are told from the base');
      // TRL's folder: the model (with LoRA merged, and PEFT's files at its root), no optimiser that could be read here.
      const trl = join(runFolder, 'checkpoints/of-trl');
      const { configHash } = JSON.parse(readFileSync(join(native, 'trainer.json'), 'utf8'));
      const asTrl = (hash: string) => {
        rmSync(trl, { recursive: true, force: true });
        cpSync(native, trl, { recursive: true });
        if (existsSync(join(trl, 'adapter'))) cpSync(join(trl, 'adapter'), trl, { recursive: true });
        for (const name of ['trainer.json', 'optimizer.safetensors', 'adapter'])
          rmSync(join(trl, name), { recursive: true, force: true });
        writeFileSync(join(trl, 'sophia.json'), JSON.stringify({ configHash: hash, tokens: 1, watch: null }));
      };
      asTrl(configHash);
      assert.deepEqual(computed(trl), wanted);
      asTrl('another');
      assert.throws(() => computed(trl), {
        name: 'SophiaError',
        message: /of-trl was made with other settings, model or data than those that are here now/,
      });
      asTrl(configHash);
      const part = 'loraRank' in model ? 'adapter_model.safetensors' : 'model.safetensors';
      rmSync(join(trl, part));
      assert.throws(() => computed(trl), { name: 'SophiaError', code: 'data' });
    });
});
