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

  it('whose ranks or alphas differ by layer makes the same products; one without a half, or begun as PiSSA, is refused', () => {
    const model = loadModel(tinyModelFolder());
    const own = mkdtempSync(join(tmpdir(), 'sophia-peft-pattern-'));
    const path = 'model.language_model.layers.0.self_attn.q_proj';
    const { hiddenSize } = model.config.text;
    const half = (of: 'A' | 'B', rank: number) => {
      const shape = of === 'A' ? [rank, hiddenSize] : [hiddenSize, rank];
      const values = Float32Array.from({ length: rank * hiddenSize }, (_, i) => Math.sin(i + (of === 'A' ? 1 : 2)));
      return { name: `base_model.model.${path}.lora_${of}.weight`, shape, values };
    };
    const write = (halves: readonly ReturnType<typeof half>[], more: object = {}) => {
      writeSafetensors(
        join(own, 'adapter_model.safetensors'),
        halves.map(({ values, ...rest }) => ({ ...rest, data: () => values })),
      );
      const json = { peft_type: 'LORA', r: 4, lora_alpha: 8, ...more };
      writeFileSync(join(own, 'adapter_config.json'), JSON.stringify(json));
    };
    /** What is added to the weight [in, out]. */
    const added = (): Float32Array => {
      const { rank, alpha, adapters } = readPeftAdapter(own, model.config);
      const name = Object.keys(adapters)[0]!.slice(0, -1);
      return tf.tidy(() => {
        const product = tf.matMul(adapters[`${name}a`] as tf.Tensor2D, adapters[`${name}b`] as tf.Tensor2D);
        return tf.mul(product, alpha / rank).dataSync<'float32'>();
      });
    };
    const two = [half('A', 2), half('B', 2)];
    write(two, { r: 2, lora_alpha: 10 });
    const wanted = added();
    for (const more of [
      { rank_pattern: { q_proj: 2 }, alpha_pattern: { 'layers.0.self_attn.q_proj': 10 } },
      { lora_alpha: 10, rank_pattern: { [`^${path}`]: 2 } },
      { r: 1, lora_alpha: 10, rank_pattern: { q_proj: 2 } },
    ]) {
      write(two, more);
      const values = added();
      for (const [i, value] of wanted.entries()) assert.ok(Math.abs(values[i]! - value) < 1e-5, JSON.stringify(more));
    }
    write(two);
    assert.throws(
      () => readPeftAdapter(own, model.config),
      /lora_A\.weight" .* is not of rank 4, as adapter_config\.json has it/,
    );
    write(two, { rank_pattern: { '(a+)+': 2 } });
    assert.throws(() => readPeftAdapter(own, model.config), /names of modules alone can be read/);
    write([half('A', 4)]);
    assert.throws(
      () => readPeftAdapter(own, model.config),
      /layers\.0\.self_attn\.q_proj\.weight has lora_A and no lora_B/,
    );
    write([half('A', 4), half('B', 4)], { init_lora_weights: 'pissa_niter_16' });
    assert.throws(
      () => readPeftAdapter(own, model.config),
      /init_lora_weights: adapters that began with other weights/,
    );
  });
});
