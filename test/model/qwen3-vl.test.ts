/** Qwen3-VL: its configuration in both forms, what is refused, names of weights, interleaved positions, what is saved. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { familyOf, parseModelConfig } from '../../src/main/model/families/registry.ts';
import { reportCheckpoint } from '../../src/main/model/folder/checkpoint-report.ts';
import { loadModel, saveModel } from '../../src/main/model/folder/model-folder.ts';
import { readPeftAdapter, writePeftAdapter } from '../../src/main/model/folder/peft-adapter.ts';
import { readSafetensors } from '../../src/main/model/io/safetensors.ts';
import { createAdapters } from '../../src/main/model/network/adapters/lora.ts';
import { rotaryTables } from '../../src/main/model/network/inputs/rope.ts';
import { disposeWeights } from '../../src/main/model/network/weights.ts';
import { useBackend } from '../../src/main/tensor/backend.ts';
import { disposeTree } from '../../src/main/tensor/tree.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON that the tests bend at any depth
type Json = Record<string, any>;

const fixture = join(import.meta.dirname, '../fixtures/qwen3vl-a');
const folder = mkdtempSync(join(tmpdir(), 'sophia-qwen3-'));
before(() => useBackend('auto', { threads: 1 }));
after(() => rmSync(folder, { recursive: true }));

/** The sizes of the released Qwen3-VL-4B, in the form of its file. */
const RELEASED: Json = {
  architectures: ['Qwen3VLForConditionalGeneration'],
  image_token_id: 151655,
  model_type: 'qwen3_vl',
  text_config: {
    attention_bias: false,
    bos_token_id: 151643,
    dtype: 'bfloat16',
    eos_token_id: 151645,
    head_dim: 128,
    hidden_act: 'silu',
    hidden_size: 2560,
    intermediate_size: 9728,
    max_position_embeddings: 262144,
    model_type: 'qwen3_vl_text',
    num_attention_heads: 32,
    num_hidden_layers: 36,
    num_key_value_heads: 8,
    rms_norm_eps: 1e-6,
    rope_scaling: { mrope_interleaved: true, mrope_section: [24, 20, 20], rope_type: 'default' },
    rope_theta: 5000000,
    tie_word_embeddings: true,
    vocab_size: 151936,
  },
  tie_word_embeddings: true,
  video_token_id: 151656,
  vision_config: {
    deepstack_visual_indexes: [5, 11, 17],
    depth: 24,
    hidden_act: 'gelu_pytorch_tanh',
    hidden_size: 1024,
    in_channels: 3,
    intermediate_size: 4096,
    model_type: 'qwen3_vl',
    num_heads: 16,
    num_position_embeddings: 2304,
    out_hidden_size: 2560,
    patch_size: 16,
    spatial_merge_size: 2,
    temporal_patch_size: 2,
  },
  vision_end_token_id: 151653,
  vision_start_token_id: 151652,
};

function refuses(change: (json: Json) => void, message: RegExp): void {
  const json = structuredClone(RELEASED);
  change(json);
  assert.throws(() => parseModelConfig(json), message);
}

describe('the configuration of Qwen3-VL', () => {
  it('is read from a released file and from transformers 5 alike, and written so that it reads back as it was', () => {
    const config = parseModelConfig(RELEASED);
    assert.deepEqual([config.text.headDim, config.text.ropeTheta, config.text.tieWordEmbeddings], [128, 5e6, true]);
    const newer = structuredClone(RELEASED);
    const { rope_theta, rope_scaling, ...text } = newer.text_config;
    newer.text_config = { ...text, rope_parameters: { ...rope_scaling, rope_theta } };
    assert.deepEqual(parseModelConfig(newer), config);
    const family = familyOf(config);
    assert.deepEqual(parseModelConfig(JSON.parse(JSON.stringify(family.configJson(config, 'bfloat16')))), config);
    const parameters = family
      .expectedTensors(config)
      .reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
    assert.equal(parameters, 4_437_815_808); // 4.02 billion in the decoder, as Qwen3-4B has, 0.42 in the tower
  });

  it('of a model that cannot be right or is another kind is refused in one line that names the key', () => {
    refuses((j) => delete j.text_config, /text_config: describes the language model and is missing/);
    refuses((j) => delete j.vision_config, /vision_config/);
    refuses((j) => (j.text_config.attention_bias = true), /text_config\.attention_bias: attention with biases/);
    refuses((j) => (j.text_config.rope_scaling.rope_type = 'yarn'), /rope type "yarn"/);
    refuses((j) => (j.text_config.rope_scaling.mrope_section = [24, 20, 18]), /sum to half the head size, 64/);
    refuses((j) => (j.vision_config.hidden_act = 'silu'), /hidden_act: only "gelu_pytorch_tanh" is supported/);
    refuses((j) => (j.vision_config.out_hidden_size = 4096), /out_hidden_size 4096 is not .* hidden_size 2560/);
    refuses((j) => (j.vision_config.deepstack_visual_indexes = [5, 24]), /\[5, 24\] must rise and name some of the 24/);
    refuses((j) => (j.vision_config.deepstack_visual_indexes = [11, 5]), /\[11, 5\] must rise/);
    refuses((j) => (j.text_config.num_hidden_layers = 2), /more than the 2 layers of the language model/);
    refuses((j) => (j.image_token_id = 151936), /image_token_id 151936 is beyond vocab_size/);
    refuses((j) => (j.model_type = 'qwen3_vl_moe'), /"qwen3_vl_moe" cannot be read: this is a Qwen3-VL model with exp/);
  });
});

describe('interleaved rotary positions', () => {
  it('give time, height and width the frequencies in turn, and time those that are left over', () => {
    const { text } = parseModelConfig(RELEASED);
    const [time, height, width] = [3, 50, 700];
    const { cos } = rotaryTables([[time], [height], [width]], text);
    for (let i = 0; i < 64; i++) {
      const position = i < 60 ? [time, height, width][i % 3]! : time;
      const expected = Math.cos(position * 5e6 ** (-i / 64));
      assert.ok(Math.abs(cos[i]! - expected) < 1e-4, `frequency ${i}`);
      assert.equal(cos[i + 64], cos[i]);
    }
  });
});

describe('a checkpoint of Qwen3-VL', () => {
  it('is described, and saved by the names of released files, so that it loads back the same', () => {
    const report = reportCheckpoint(fixture);
    assert.deepEqual([report.problems, report.unused, report.layout], [[], [], 'released']);
    assert.deepEqual([report.family, report.chatTemplate], ['Qwen3-VL', 'chat_template.jinja']);
    assert.match(familyOf(report.config).describeVision(report.config), /25 learned places, DeepStack from 0, 2$/);
    const model = loadModel(fixture);
    const saved = join(folder, 'saved');
    saveModel(saved, { config: model.config, weights: model.weights, tokenizer: model.tokenizer });
    disposeWeights(model.weights);
    const names = (dir: string) => [...readSafetensors(join(dir, 'model.safetensors')).entries.keys()].sort();
    assert.deepEqual(names(saved), names(fixture));
    assert.ok(names(saved).includes('model.visual.deepstack_merger_list.1.norm.bias'));
    const back = loadModel(saved);
    assert.equal(back.hash, model.hash);
    assert.deepEqual(back.config, model.config);
    disposeWeights(back.weights);
    const preprocessor = JSON.parse(readFileSync(join(saved, 'preprocessor_config.json'), 'utf8'));
    assert.deepEqual([preprocessor.image_mean, preprocessor.patch_size], [[0.5, 0.5, 0.5], 16]);
  });

  it('takes adapters in its decoder alone, as PEFT names them', () => {
    const model = loadModel(fixture);
    const adapters = createAdapters(model.weights, familyOf(model.config).loraTargets, 2, 7);
    writePeftAdapter(folder, model.config, adapters, { base: 'tiny', rank: 2, alpha: 4 });
    const { entries } = readSafetensors(join(folder, 'adapter_model.safetensors'));
    assert.equal(entries.size, 3 * 7 * 2); // layers, linear layers of each, A and B
    const b = entries.get('base_model.model.model.language_model.layers.2.self_attn.q_proj.lora_B.weight');
    assert.deepEqual(b?.shape, [4 * 24, 2]);
    assert.deepEqual(Object.keys(readPeftAdapter(folder, model.config).adapters).sort(), Object.keys(adapters).sort());
    disposeTree(adapters);
    disposeWeights(model.weights);
  });
});
