import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { reportCheckpoint } from '../../src/main/model/folder/checkpoint-report.ts';
import { EMBEDDED_MODELS, modelFolder } from '../../src/main/model/folder/find-model.ts';
import { loadWeights } from '../../src/main/model/folder/load-weights.ts';
import { loadConfig, loadModel, saveModel } from '../../src/main/model/folder/model-folder.ts';
import { loadTokenizer } from '../../src/main/model/folder/tokenizer.ts';
import { readSafetensors, type TensorToWrite, writeSafetensors } from '../../src/main/model/io/safetensors.ts';
import { readWeights, writeWeights } from '../../src/main/model/io/sharded-safetensors.ts';
import { useBackend } from '../../src/main/tensor/backend.ts';

const fixtures = join(import.meta.dirname, '../fixtures');
const fixture = join(fixtures, 'qwen25vl-a');
const folder = mkdtempSync(join(tmpdir(), 'sophia-model-folder-'));
after(() => rmSync(folder, { recursive: true }));
before(() => useBackend('wasm'));

/** A copy of the fixture whose weights went through `change`. */
function changed(name: string, change: (tensors: TensorToWrite[]) => TensorToWrite[]): string {
  const dir = join(folder, name);
  mkdirSync(dir);
  cpSync(join(fixture, 'config.json'), join(dir, 'config.json'));
  const { entries } = readSafetensors(join(fixture, 'model.safetensors'));
  writeSafetensors(
    join(dir, 'model.safetensors'),
    change([...entries.values()].map(({ name, shape, data }) => ({ name, shape, data }))),
  );
  return dir;
}

const hashOf = (dir: string) => loadWeights(dir, loadConfig(dir)).hash;

test('a saved model loads back with the same weights, whole and with its tokenizer', () => {
  const config = loadConfig(fixture);
  const { weights, hash } = loadWeights(fixture, config);
  const dir = join(folder, 'saved');
  saveModel(dir, { config, weights, tokenizer: loadTokenizer(join(fixtures, 'tokenizer-bpe')), card: '# A model\n' });
  const model = loadModel(dir);
  assert.equal(model.hash, hash);
  assert.deepEqual(model.config, config);
  assert.deepEqual(
    model.tokenizer.encode('It is 7.'),
    loadTokenizer(join(fixtures, 'tokenizer-bpe')).encode('It is 7.'),
  );
  assert.deepEqual(readdirSync(dir).sort(), [
    'README.md',
    'config.json',
    'generation_config.json',
    'model.safetensors',
    'preprocessor_config.json',
    'tokenizer.json',
    'tokenizer_config.json',
  ]);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('.')),
    [],
  );
});

test('names of newer transformers and shards hold the same model', () => {
  const prefixed = changed('prefixed', (tensors) =>
    tensors.map((tensor) => ({
      ...tensor,
      name: tensor.name.replace(/^model\./, 'model.language_model.').replace(/^visual\./, 'model.visual.'),
    })),
  );
  assert.equal(hashOf(prefixed), hashOf(fixture));
  assert.equal(reportCheckpoint(prefixed).layout, 'prefixed');
  const sharded = changed('sharded', (tensors) => tensors);
  rmSync(join(sharded, 'model.safetensors'));
  const tensors = [...readWeights(fixture).entries.values()].map(({ name, shape, data }) => ({ name, shape, data }));
  writeWeights(sharded, tensors, { maxShardBytes: 200_000 });
  assert.equal(hashOf(sharded), hashOf(fixture));
});

test('bfloat16 weights load as the nearest float32', () => {
  const dir = join(folder, 'bf16');
  const config = loadConfig(fixture);
  const { weights } = loadWeights(fixture, config);
  saveModel(dir, { config, weights, tokenizer: loadTokenizer(join(fixtures, 'tokenizer-bpe')), dtype: 'BF16' });
  const name = 'model.norm.weight';
  const [exact, rounded] = [fixture, dir].map((one) => readWeights(one).entries.get(name)!.data());
  exact!.forEach((x, i) => {
    assert.ok(Math.abs(x - rounded![i]!) <= Math.abs(x) * 2 ** -8);
  });
});

test('weights that do not fit config.json are named with both shapes', () => {
  const missing = changed('missing', (tensors) =>
    tensors.filter((tensor) => tensor.name !== 'visual.merger.ln_q.weight'),
  );
  assert.throws(() => hashOf(missing), { code: 'data', message: /weight "visual\.merger\.ln_q\.weight" is missing/ });
  const other = changed('other', (tensors) =>
    tensors.map((tensor) => (tensor.name === 'model.norm.weight' ? { ...tensor, shape: [8, 8] } : tensor)),
  );
  assert.throws(() => hashOf(other), /"model\.norm\.weight" has shape \[8, 8\], config\.json asks for \[64\]/);
  const { problems } = reportCheckpoint(other);
  assert.equal(problems.filter((problem) => problem.includes('model.norm.weight')).length, 1);
});

test('a broken config.json is one line that names the file', () => {
  const dir = join(folder, 'broken');
  mkdirSync(dir);
  writeFileSync(join(dir, 'config.json'), readFileSync(join(fixture, 'config.json'), 'utf8').slice(0, 100));
  assert.throws(() => loadModel(dir), { code: 'data', message: /broken\/config\.json is not valid JSON: [^\n]*$/ });
  assert.throws(() => loadModel(join(folder, 'nowhere')), { code: 'usage', message: /not found/ });
});

test("a world's base model that is not shipped is told with the recipe that makes it; once in the home it is found", () => {
  const home = mkdtempSync(join(tmpdir(), 'sophia-models-'));
  const name = 'tiny-vl-hard-shortcut';
  assert.throws(() => modelFolder(`${name}er`, home), /not found: there is no/);
  if (!existsSync(join(EMBEDDED_MODELS, name)))
    assert.throws(
      () => modelFolder(name, home),
      /world hard-shortcut is not shipped.*not been made here yet.*bin\/sophia recipe hard-shortcut/,
    );
  mkdirSync(join(home, 'models', name), { recursive: true });
  writeFileSync(join(home, 'models', name, 'config.json'), '{}');
  assert.ok(modelFolder(name, home).endsWith(name));
  rmSync(home, { recursive: true, force: true });
});
