/** What the form says of a study's models before the start: their hash covers every file. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readSafetensors } from '../../src/main/model/io/safetensors.ts';
import { writeWeights } from '../../src/main/model/io/sharded-safetensors.ts';
import { studyYaml, type TestEngine, testEngine } from '../setup/with-engine.ts';

const fixture = join(import.meta.dirname, '../fixtures/qwen25vl-a');
const folder = mkdtempSync(join(tmpdir(), 'sophia-study-inputs-'));
let engine: TestEngine;
before(async () => {
  engine = await testEngine();
});
after(async () => {
  await engine.end();
  rmSync(folder, { recursive: true });
});

/** The fixture in shards; `change` may alter the numbers of its last tensor. */
function sharded(name: string, change: (numbers: Float32Array) => void = () => {}): string {
  const dir = join(folder, name);
  mkdirSync(dir);
  cpSync(join(fixture, 'config.json'), join(dir, 'config.json'));
  const entries = [...readSafetensors(join(fixture, 'model.safetensors')).entries.values()];
  const tensors = entries.map((entry, i) => {
    const data = entry.data();
    if (i === entries.length - 1) change(data);
    return { name: entry.name, shape: entry.shape, data };
  });
  writeWeights(dir, tensors, { maxShardBytes: 100_000 });
  assert.ok(readdirSync(dir).filter((file) => file.endsWith('.safetensors')).length > 1);
  return dir;
}

async function policyOf(dir: string) {
  const inputs = await engine.client.studies.inputs.query({ yaml: studyYaml({ script: dir }), where: 'test' });
  return inputs.find(({ what }) => what === 'policy')!;
}

test('two sharded models that differ in one number of one shard have different hashes; equal ones have one', async () => {
  const [a, same, other] = [sharded('a'), sharded('same'), sharded('other', (numbers) => (numbers[0]! += 1))];
  const { hash } = await policyOf(a);
  assert.match(hash!, /^[0-9a-f]{64}$/);
  assert.equal((await policyOf(same)).hash, hash);
  assert.notEqual((await policyOf(other)).hash, hash);
});

test('a model that is not there is a problem with its name, and the rest is told all the same', async () => {
  const inputs = await engine.client.studies.inputs.query({
    yaml: studyYaml({ script: join(folder, 'nowhere') }),
    where: 'test',
  });
  const policy = inputs.find(({ what }) => what === 'policy')!;
  assert.equal(policy.hash, null);
  assert.match(policy.problem!, /nowhere/);
  assert.equal(inputs.find(({ what }) => what === 'data')!.problem, null);
});
