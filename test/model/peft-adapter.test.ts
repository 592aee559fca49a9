/** LoRA adapters as PEFT folders: written, read back bit by bit, read by the paths of older transformers, and refused where they do not fit. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { loadModel } from '../../src/main/model/folder/model-folder.ts';
import { readPeftAdapter, writePeftAdapter } from '../../src/main/model/folder/peft-adapter.ts';
import { readSafetensors, writeSafetensors } from '../../src/main/model/io/safetensors.ts';
import { createAdapters, DECODER_LINEAR } from '../../src/main/model/network/adapters/lora.ts';
import { useBackend } from '../../src/main/tensor/backend.ts';
import { tinyModelFolder } from '../train/tiny-model.ts';

before(() => useBackend('auto', { threads: 1 }));

describe('an adapter', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sophia-peft-'));
  const config = () => JSON.parse(readFileSync(join(folder, 'adapter_config.json'), 'utf8'));

  it('is written by the names of PEFT and read back bit by bit', () => {
    const model = loadModel(tinyModelFolder());
    const adapters = createAdapters(model.weights, DECODER_LINEAR, 3, 7);
    for (const name of Object.keys(adapters).filter((name) => name.endsWith('.b')))
      adapters[name] = tf.randomNormal(adapters[name]!.shape, 0, 1, 'float32', 5);
    writePeftAdapter(folder, model.config, adapters, { base: 'tiny', rank: 3, alpha: 6 });
    const { entries } = readSafetensors(join(folder, 'adapter_model.safetensors'));
    const { hiddenSize } = model.config.text;
    const a = entries.get('base_model.model.model.language_model.layers.0.self_attn.q_proj.lora_A.weight');
    assert.deepEqual(a?.shape, [3, hiddenSize]);
    const pattern = new RegExp(`^(?:${config().target_modules})$`);
    assert.ok(pattern.test('model.language_model.layers.1.mlp.up_proj'));
    assert.ok(!pattern.test('model.visual.blocks.0.mlp.up_proj'), 'the tower is not adapted');
    const back = readPeftAdapter(folder, model.config);
    assert.deepEqual([back.base, back.rank, back.alpha], ['tiny', 3, 6]);
    assert.deepEqual(Object.keys(back.adapters).sort(), Object.keys(adapters).sort());
    for (const [name, tensor] of Object.entries(adapters))
      assert.deepEqual(back.adapters[name]!.dataSync(), tensor.dataSync(), name);
  });

  it('of older transformers is read too, one of another model or kind is refused', () => {
    const model = loadModel(tinyModelFolder());
    const path = join(folder, 'adapter_model.safetensors');
    const told = config();
    const { entries } = readSafetensors(path);
    const tensors = [...entries].map(([name, entry]) => ({
      name: name.replace('model.language_model.', 'model.'),
      shape: entry.shape,
      data: () => entry.data(),
    }));
    const kept = tensors.map(({ data, ...rest }) => ({ ...rest, values: data() }));
    writeSafetensors(
      path,
      kept.map(({ values, ...rest }) => ({ ...rest, data: () => values })),
    );
    assert.equal(Object.keys(readPeftAdapter(folder, model.config).adapters).length, kept.length);
    const small = { ...model.config, text: { ...model.config.text, intermediateSize: 32 } };
    assert.throws(() => readPeftAdapter(folder, small), /does not fit the base model/);
    const write = (json: object) => writeFileSync(join(folder, 'adapter_config.json'), JSON.stringify(json));
    write({ ...told, peft_type: 'IA3' });
    assert.throws(() => readPeftAdapter(folder, model.config), /only LoRA adapters/);
    write({ ...told, use_rslora: true });
    assert.ok(Math.abs(readPeftAdapter(folder, model.config).alpha - 6 * Math.sqrt(3)) < 1e-12);
  });
});
