/** A study of a Qwen3-VL checkpoint as a person runs one: by the command line, with the native trainer, from a folder that transformers wrote. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadConfig } from '../../src/main/model/folder/model-folder.ts';
import { readPeftAdapter } from '../../src/main/model/folder/peft-adapter.ts';
import { readSafetensors } from '../../src/main/model/io/safetensors.ts';
import { openStore } from '../../src/main/store/store.ts';
import { useBackend } from '../../src/main/tensor/backend.ts';

const root = join(import.meta.dirname, '../..');
const checkpoint = join(root, 'test/fixtures/qwen3vl-a');
const home = mkdtempSync(join(tmpdir(), 'sophia-qwen3-study-'));
after(() => rmSync(home, { recursive: true, force: true, maxRetries: 3 }));

const STUDY = `
name: qwen3
variants:
  - grpo: { model: { freezeVision: false } }
  - full-lora: { base: full, model: { loraRank: 2 } }
seeds: [0]
baseline: grpo
settings:
  model: { policy: ${JSON.stringify(checkpoint)} }
  data: { prompt: official }
  training: { totalSteps: 2, questionsPerStep: 2, numGenerations: 4, checkpointEvery: 2, learningRate: 1.0e-3 }
  generation: { maxCompletionLength: 8 }
  reward: { thinking: untrained }
  evaluation: { every: 2, questions: 1, benchmarks: [chart-test] }
`;

test('a study of a Qwen3-VL checkpoint runs to its table, and saves what transformers and PEFT name alike', {
  timeout: 300_000,
}, async () => {
  const file = join(home, 'study.yaml');
  writeFileSync(file, STUDY);
  const main = join(root, 'src/main/cli/main.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, '--home', home, 'study', 'run', file], {
    encoding: 'utf8',
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
  });
  assert.equal(status, 0, stderr);
  assert.match(stdout, /\| full-lora \| [*]*[\d.]+/);
  const { database } = openStore(home, { readonly: true });
  const losses = database
    .prepare("SELECT variant, step, value FROM v_metrics WHERE name = 'loss' ORDER BY variant, step")
    .all() as { variant: string; value: number | null }[];
  database.close();
  assert.equal(losses.filter(({ value }) => Number.isFinite(value)).length, 2 * 2, JSON.stringify(losses));

  const saved = (run: number) => join(home, 'runs', String(run), 'checkpoints', 'step-000002');
  const read = (dir: string, name: string) => readFileSync(join(dir, name), 'utf8');
  for (const run of [1, 2]) {
    for (const name of ['config.json', 'chat_template.jinja', 'preprocessor_config.json', 'generation_config.json'])
      assert.equal(read(saved(run), name), read(checkpoint, name), `${name} of run ${run}`);
    const names = (dir: string) => [...readSafetensors(join(dir, 'model.safetensors')).entries.keys()].sort();
    assert.deepEqual(names(saved(run)), names(checkpoint));
  }
  const places = (dir: string) =>
    readSafetensors(join(dir, 'model.safetensors')).entries.get('model.visual.pos_embed.weight')!.data();
  assert.notDeepEqual(places(saved(1)), places(checkpoint), 'the tower was trained');
  assert.deepEqual(places(saved(2)), places(checkpoint), 'the tower was frozen');
  await useBackend('auto', { threads: 1 });
  const { rank } = readPeftAdapter(join(saved(2), 'adapter'), loadConfig(checkpoint));
  assert.equal(rank, 2);
});
