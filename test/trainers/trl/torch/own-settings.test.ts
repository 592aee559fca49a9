/**
 * Settings that only trainer trl has reach PyTorch: what is trained in bfloat16 is saved so and gone on from, and a smaller share for each device
 * changes how a step is cut, not what it trains on. With the embedded models on CPU; SOPHIA_TEST_TRL=1 runs it.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readSafetensors } from '../../../../src/main/model/io/safetensors.ts';
import { writeRun } from '../../../../src/main/trainers/trl/write-run.ts';
import type { RunEvent } from '../../../../src/shared/run/run-events.ts';
import { parseSettings, type SettingsPatch } from '../../../../src/shared/settings/setting-paths.ts';
import { NO_TRL, trained, trlPython } from '../python.ts';

const training = { totalSteps: 2, questionsPerStep: 2, numGenerations: 4, checkpointEvery: 1, learningRate: 1e-3 };
const base = {
  trainer: 'trl' as const,
  generation: { maxCompletionLength: 24 },
  reward: { thinking: 'trm' as const },
  evaluation: { every: 0, benchmarks: ['chart-test'], questions: 1 },
};

describe("settings of TRL's own", { skip: NO_TRL, timeout: 1_800_000 }, () => {
  let folder: string;
  let python: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sophia-trl-own-'));
    python = await trlPython();
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const written = async (name: string, more: SettingsPatch) => {
    const settings = parseSettings({ ...base, training, ...more });
    await writeRun(settings, { home: folder, folder: join(folder, name), codeVersion: 'test' });
    return join(folder, name);
  };
  const step = (events: readonly RunEvent[], number: number) => {
    const found = events.find((event) => event.kind === 'step' && event.step === number)!;
    assert.ok(found.kind === 'step');
    return found;
  };

  test('bfloat16 with gradient checkpointing is saved as it is trained, and gone on from', async () => {
    const run = await written('half', {
      training: { ...training, gradientCheckpointing: true },
      trl: { dtype: 'bfloat16' },
    });
    const whole = trained(python, run, join(folder, 'half-out'));
    const first = join(folder, 'half-out/checkpoints/step-000001');
    const { entries } = readSafetensors(join(first, 'model.safetensors'));
    assert.deepEqual([...new Set([...entries.values()].map(({ dtype }) => dtype))], ['BF16']);
    const again = trained(python, run, join(folder, 'half-again'), first);
    assert.deepEqual(
      step(again, 2).responses.map(({ text }) => text),
      step(whole, 2).responses.map(({ text }) => text),
    );
  });

  test('responses per device cut a step into more micro-batches of the same step', async () => {
    const [whole, cut] = await Promise.all(
      [{}, { trl: { perDeviceBatchSize: 2 } }].map(async (more, i) => {
        const run = await written(`cut-${i}`, { loss: { lossType: 'grpo' as const }, ...more });
        return trained(python, run, join(folder, `cut-${i}-out`));
      }),
    );
    const texts = (events: readonly RunEvent[]) =>
      step(events, 1)
        .responses.map(({ text }) => text)
        .sort();
    assert.deepEqual(texts(cut!), texts(whole!));
    const norms = [whole!, cut!].map((events) => step(events, 1).metrics.grad_norm!);
    assert.ok(Math.abs(norms[1]! / norms[0]! - 1) < 1e-3, `${norms}`);
  });
});
