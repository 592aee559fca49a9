/** A run that goes on finds what it relies on as it was, or says by name what was altered: policy, reward model, reference, shared answers. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { useBackend } from '../../src/main/tensor/backend.ts';
import { runTraining } from '../../src/main/train/run-training.ts';
import { SophiaError } from '../../src/shared/errors.ts';
import type { RunEvent } from '../../src/shared/run/run-events.ts';
import { parseSettings, type SettingsPatch } from '../../src/shared/settings/setting-paths.ts';
import { byKind } from './by-kind.ts';
import { tinyModelFolder } from './tiny-model.ts';

const work = mkdtempSync(join(tmpdir(), 'sophia-altered-'));
after(() => rmSync(work, { recursive: true, force: true }));
before(async () => {
  await useBackend('auto', { threads: 1 });
});

/** A home with two imported models. */
function newHome(name: string): string {
  const home = join(work, name);
  for (const model of ['mine', 'rater']) cpSync(tinyModelFolder(), join(home, 'models', model), { recursive: true });
  return home;
}

async function run(home: string, patch: SettingsPatch = {}, resume: { step: number; uri: string } | null = null) {
  const runFolder = join(home, 'runs/1');
  mkdirSync(runFolder, { recursive: true });
  const settings = parseSettings({
    model: { policy: 'mine', trm: 'rater' },
    generation: { maxCompletionLength: 8 },
    training: { totalSteps: 2, questionsPerStep: 1, numGenerations: 2, checkpointEvery: 1 },
    reward: { thinking: 'trm' },
    evaluation: { every: 0, questions: 2, benchmarks: ['chart-test'] },
    ...patch,
  } as SettingsPatch);
  const options = { settings, runFolder, resume, signal: new AbortController().signal, threads: 1 };
  const events: RunEvent[] = [];
  for await (const event of runTraining({ ...options, sharedEvaluations: join(home, 'evaluations') }))
    events.push(event);
  return byKind(events);
}

/** Changes one bit in the middle of a file; returns what puts it back. */
function flip(file: string): () => void {
  const bytes = readFileSync(file);
  const changed = Buffer.from(bytes);
  changed[Math.floor(bytes.length / 2)]! ^= 1;
  writeFileSync(file, changed);
  return () => writeFileSync(file, bytes);
}

const isAltered = (what: RegExp) => (error: unknown) =>
  error instanceof SophiaError && error.code === 'altered' && what.test(error.message);

describe('a run that goes on', () => {
  test('names the model that was altered, weights or what lies beside them, and goes on once it is back, in a moved home too', async () => {
    const home = newHome('models');
    const whole = await run(home);
    const [{ step, uri } = assert.fail()] = whole('checkpoint');
    for (const [file, what] of [
      [
        'models/rater/model.safetensors',
        /^The thinking reward model "rater" was altered since this run began .* Put its files back/,
      ],
      ['models/rater/tokenizer.json', /^The thinking reward model "rater" was altered/],
      ['models/mine/model.safetensors', /^The policy model "mine" was altered/],
      ['models/mine/preprocessor_config.json', /^The policy model "mine" was altered/],
    ] as const) {
      const mend = flip(join(home, file));
      await assert.rejects(run(home, {}, { step, uri }), isAltered(what), file);
      mend();
    }
    rmSync(join(home, 'models/rater/tokenizer.json'));
    await assert.rejects(run(home, {}, { step, uri }), isAltered(/reward model "rater" was altered .*tokenizer\.json/));
    cpSync(join(home, 'models/mine/tokenizer.json'), join(home, 'models/rater/tokenizer.json'));
    const moved = join(work, 'moved');
    renameSync(home, moved);
    const again = await run(moved, {}, { step, uri });
    assert.equal(again('finished')[0]!.weightsHash, whole('finished')[0]!.weightsHash);
  });

  test('names the KL reference that was altered or is gone', async () => {
    const home = newHome('reference');
    const patch = { sft: { steps: 1, batchSize: 2 }, reward: { thinking: 'none' } } as unknown as SettingsPatch;
    const whole = await run(home, patch);
    const [{ step, uri } = assert.fail()] = whole('checkpoint');
    const mend = flip(join(home, 'runs/1/reference/model.safetensors'));
    await assert.rejects(run(home, patch, { step, uri }), isAltered(/^The KL reference "reference" was altered/));
    mend();
    const again = await run(home, patch, { step, uri });
    assert.equal(again('finished')[0]!.weightsHash, whole('finished')[0]!.weightsHash);
    rmSync(join(home, 'runs/1/reference'), { recursive: true });
    await assert.rejects(run(home, patch, { step, uri }), /reference/);
  });

  test('is told that the program was changed, and goes on', async () => {
    const home = newHome('program');
    const whole = await run(home);
    const [{ step, uri } = assert.fail()] = whole('checkpoint');
    process.env.SOPHIA_CODE_VERSION = 'another';
    const again = await run(home, {}, { step, uri });
    delete process.env.SOPHIA_CODE_VERSION;
    assert.match(
      again('alert').find(({ name }) => name === 'program')!.message,
      /changed since .* \(source, now another\)/,
    );
    assert.equal(again('finished').length, 1);
  });
});

test('answers before the first step that were altered are computed again, and that is told', async () => {
  const home = newHome('answers');
  const first = await run(home);
  const folder = join(home, 'evaluations');
  const [name = ''] = readdirSync(folder);
  const kept = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
    results: { outcomeReward: number; correct: boolean }[];
  };
  for (const result of kept.results)
    Object.assign(result, { outcomeReward: 1 - result.outcomeReward, correct: !result.correct });
  writeFileSync(join(folder, name), JSON.stringify(kept));
  const again = await run(home);
  assert.deepEqual(again('evaluation'), first('evaluation'));
  assert.match(again('alert')[0]!.message, /answers in evaluations\/.*json were altered; they were computed again/);
  assert.deepEqual((await run(home))('alert'), []);
});
