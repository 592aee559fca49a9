/** Whole runs on a random tiny model: reproducible, resumable bit by bit, stopped by a NaN with its data kept. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { reportCheckpoint } from '../../src/main/model/folder/checkpoint-report.ts';
import { loadModel, saveModel } from '../../src/main/model/folder/model-folder.ts';
import { useBackend } from '../../src/main/tensor/backend.ts';
import { runTraining } from '../../src/main/train/run-training.ts';
import type { RunEvent } from '../../src/shared/run/run-events.ts';
import { parseSettings, type SettingsPatch } from '../../src/shared/settings/setting-paths.ts';
import { hashOf } from '../../src/shared/values/hash.ts';
import { byKind } from './by-kind.ts';
import { resumePoint } from './resume-point.ts';
import { timeless } from './timeless.ts';
import { tinyModelFolder } from './tiny-model.ts';

let model: string;

before(async () => {
  await useBackend('auto', { threads: 1 });
  model = tinyModelFolder();
});

function settingsOf(patch: SettingsPatch) {
  const { training, reward, ...rest } = patch as Record<string, object>;
  return parseSettings({
    model: { policy: model },
    generation: { maxCompletionLength: 12 },
    training: {
      totalSteps: 4,
      questionsPerStep: 2,
      numGenerations: 4,
      checkpointEvery: 2,
      learningRate: 1e-3,
      ...training,
    },
    reward: { thinking: 'length', ...reward },
    evaluation: { every: 2, questions: 2, benchmarks: ['chart-test', 'ocr-hard'] },
    ...rest,
  } as SettingsPatch);
}

async function run(
  patch: SettingsPatch = {},
  resume: { step: number; uri: string } | null = null,
  folder = mkdtempSync(join(tmpdir(), 'sophia-run-')),
  sharedEvaluations?: string,
) {
  const events: RunEvent[] = [];
  let error: unknown = null;
  try {
    for await (const event of runTraining({
      settings: settingsOf(patch),
      runFolder: folder,
      resume,
      signal: new AbortController().signal,
      threads: 1,
      ...(sharedEvaluations === undefined ? {} : { sharedEvaluations }),
    }))
      events.push(event);
  } catch (caught) {
    error = caught;
  }
  return { events, of: byKind(events), error, folder };
}

describe('a training run', () => {
  it('ends with the same rows and the same weights every time', async () => {
    const [a, b] = [await run(), await run()];
    assert.equal(a.error, null);
    assert.deepEqual(a.of('step').map(timeless), b.of('step').map(timeless));
    assert.equal(a.of('finished')[0]!.weightsHash, b.of('finished')[0]!.weightsHash);
    assert.deepEqual(
      a.of('evaluation').map((one) => one.results),
      b.of('evaluation').map((one) => one.results),
    );
  });

  it('continues from a checkpoint to the same rows and weights as the uninterrupted run', async () => {
    const whole = await run();
    const { step, uri } = resumePoint(whole.folder, whole.of('checkpoint')[0]!);
    const rest = await run({}, { step, uri });
    assert.equal(step, 2);
    assert.deepEqual(rest.of('step').map(timeless), whole.of('step').slice(2).map(timeless));
    assert.equal(rest.of('finished')[0]!.weightsHash, whole.of('finished')[0]!.weightsHash);
  });

  it('starts with zero KL and a ratio of one, and learns', async () => {
    const { of } = await run();
    assert.ok(Math.abs(of('step')[0]!.metrics.kl!) < 1e-6);
    assert.ok(of('step')[3]!.metrics.kl! > 1e-6);
    assert.equal(of('step')[0]!.metrics['clip_ratio/region_mean'], 0);
  });

  it('takes its answers before the first step from a run that asked the same, and from no other', async () => {
    const shared = mkdtempSync(join(tmpdir(), 'sophia-shared-'));
    const brief = { training: { totalSteps: 1 } };
    const start = async (patch: SettingsPatch, folder?: string) =>
      (await run({ ...brief, ...patch }, null, undefined, folder))
        .of('evaluation')
        .filter((one) => one.step === 0)
        .map(({ mode, results }) => ({ mode, results }));
    const own = await start({});
    assert.deepEqual(await start({}, shared), own);
    const [first, ...more] = readdirSync(shared).map((name) => join(shared, name));
    assert.equal(more.length, 1); // greedy and sampled
    // Another arm of the study asks the same; another seed samples anew; another prompt is another question.
    assert.deepEqual(await start({ reward: { trust: 'none' } } as SettingsPatch, shared), own);
    assert.equal(readdirSync(shared).length, 2);
    await start({ seed: 1 }, shared);
    assert.equal(readdirSync(shared).length, 3);
    await start({ data: { prompt: 'official' } } as SettingsPatch, shared);
    assert.equal(readdirSync(shared).length, 5);
    writeFileSync(first!, '{"inputs":"cut');
    assert.deepEqual(await start({}, shared), own);
    // What is kept is what is given: a mark put into the file comes back.
    const kept = JSON.parse(readFileSync(first!, 'utf8'));
    for (const result of kept.results) result.text = 'marked';
    writeFileSync(first!, JSON.stringify({ ...kept, hash: hashOf(kept.results) }));
    assert.ok((await start({}, shared)).some(({ results }) => results.every((result) => result.text === 'marked')));
  });

  it('tells what each evaluation took of the machine, and nothing where answers were taken over', async () => {
    const shared = mkdtempSync(join(tmpdir(), 'sophia-shared-'));
    const loads = async () =>
      (await run({ training: { totalSteps: 1 } }, null, undefined, shared))
        .of('phase')
        .filter((one) => one.phase === 'evaluating' && one.done === one.total)
        .map(({ step, load }) => ({ step, load }));
    const computed = await loads();
    assert.deepEqual(
      computed.map((one) => one.step),
      [0, 1],
    );
    for (const { load } of computed) assert.ok(load!.seconds > 0 && load!.cpuCores! > 0 && load!.freeMiB > 0);
    assert.deepEqual(
      (await loads()).map((load) => load.load !== undefined),
      [false, true],
    );
  });

  it('gives other responses for another seed', async () => {
    const texts = async (seed: number) =>
      (await run({ seed, training: { totalSteps: 1 } })).of('step')[0]!.responses.map((response) => response.text);
    assert.notDeepEqual(await texts(0), await texts(1));
  });

  it('computes the same update whether or not the step is cut into micro-batches', async () => {
    const hash = async (gradientAccumulationSteps: number) =>
      (await run({ training: { totalSteps: 2, gradientAccumulationSteps } }))
        .of('step')
        .map((one) => one.metrics.grad_norm!);
    const [one, two] = [await hash(1), await hash(2)];
    one.forEach((norm, i) => {
      assert.ok(Math.abs(norm - two[i]!) < 1e-4 * norm, `${norm} against ${two[i]}`);
    });
  });

  it('runs several updates per batch, other losses, and a trained vision tower', async () => {
    for (const patch of [
      { training: { totalSteps: 1, numIterations: 2 } },
      {
        training: { totalSteps: 1 },
        loss: { lossType: 'dr_grpo', importanceLevel: 'sequence', klEstimator: 'k1', entropyCoef: 0.01 },
      },
      { training: { totalSteps: 1 }, model: { policy: model, freezeVision: false } },
    ]) {
      const { error, of } = await run(patch as SettingsPatch);
      assert.equal(error, null);
      assert.ok(of('step')[0]!.metrics.grad_norm! > 0);
    }
  });

  it('trains LoRA adapters alone, and continues them bit by bit', async () => {
    const patch = { model: { policy: model, loraRank: 2, loraAlpha: 8 } };
    const whole = await run(patch);
    assert.equal(whole.error, null);
    assert.ok(whole.of('step')[3]!.metrics.kl! > 0);
    const { step, uri } = resumePoint(whole.folder, whole.of('checkpoint')[0]!);
    const rest = await run(patch, { step, uri });
    assert.deepEqual(rest.of('step').map(timeless), whole.of('step').slice(2).map(timeless));
    assert.equal(rest.of('finished')[0]!.weightsHash, whole.of('finished')[0]!.weightsHash);
  });

  it("saves in the number format of the policy's files or the one asked for, and goes on from float32 bit by bit", async () => {
    const loaded = loadModel(model);
    const policy = join(mkdtempSync(join(tmpdir(), 'sophia-bf16-')), 'model');
    saveModel(policy, { config: loaded.config, tokenizer: loaded.tokenizer, weights: loaded.weights, dtype: 'BF16' });
    const formatOf = (folder: string) =>
      reportCheckpoint(join(folder, 'checkpoints', readdirSync(join(folder, 'checkpoints')).sort()[0]!)).formats;
    const patch = { model: { policy } };
    const whole = await run(patch);
    assert.equal(whole.error, null);
    assert.deepEqual(formatOf(whole.folder), ['BF16']);
    const { step, uri } = resumePoint(whole.folder, whole.of('checkpoint')[0]!);
    const rest = await run(patch, { step, uri });
    assert.deepEqual(rest.of('step').map(timeless), whole.of('step').slice(2).map(timeless));
    assert.equal(rest.of('finished')[0]!.weightsHash, whole.of('finished')[0]!.weightsHash);
    const asked = await run({ ...patch, training: { totalSteps: 2, saveDtype: 'float32' } } as SettingsPatch);
    assert.deepEqual(formatOf(asked.folder), ['F32']);
    assert.deepEqual(formatOf((await run({ training: { totalSteps: 2 } } as SettingsPatch)).folder), ['F32']);
  });

  it('stops at a loss that explodes, with the step kept and a reason', async () => {
    const { error, of } = await run({
      training: { totalSteps: 4, learningRate: 1, maxGradNorm: 1e6, numIterations: 4 },
      loss: { beta: 10 },
    } as SettingsPatch);
    assert.match(String(error), /Step \d: .*(loss|gradient norm).*stopped/);
    assert.ok(of('step').length >= 1);
    assert.equal(of('finished').length, 0);
  });

  it('keeps memory and tensors level over steps', async () => {
    const { of } = await run({ training: { totalSteps: 6 } });
    const counts = of('step').map((one) => one.metrics['memory/tensors']!);
    assert.equal(counts.at(-1), counts[2]);
  });

  it('refuses a checkpoint of other settings', async () => {
    const whole = await run({ training: { totalSteps: 2 } });
    const { step, uri } = resumePoint(whole.folder, whole.of('checkpoint')[0]!);
    const { error } = await run({ training: { totalSteps: 2, learningRate: 2e-3 } }, { step, uri });
    assert.match(String(error), /other settings/);
  });
});
