import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { parseQwenVlConfig } from '../../src/main/model/families/qwen2-5-vl/config.ts';
import { qwenVlConfigJson } from '../../src/main/model/families/qwen2-5-vl/config-json.ts';
import { parseModelConfig } from '../../src/main/model/families/registry.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON that the tests bend at any depth
type Json = Record<string, any>;

const folder = new URL('../fixtures/qwen25vl-a/', import.meta.url);
const read = (name: string): Json => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));

function refuses(change: (json: Json) => void, message: RegExp, from = 'config.json'): void {
  const json = read(from);
  change(json);
  assert.throws(() => parseModelConfig(json), message);
}

test('both forms of config.json give the same configuration', () => {
  const nested = parseQwenVlConfig(read('config.json'));
  const flat = parseQwenVlConfig(read('config.hub-style.json'));
  assert.deepEqual(flat, nested);
  assert.equal(nested.text.headDim, 16);
  assert.deepEqual(nested.text.mropeSection, [2, 3, 3]);
  assert.equal(nested.vision.windowSize, 56);
  assert.deepEqual(nested.text.eosTokenIds, [511]);
  assert.equal(nested.imageTokenId, 505);
});

test('a written configuration reads back as it was', () => {
  const config = parseQwenVlConfig(read('config.json'));
  assert.deepEqual(parseQwenVlConfig(JSON.parse(JSON.stringify(qwenVlConfigJson(config, 'float32')))), config);
  const other = {
    ...config,
    text: { ...config.text, eosTokenIds: [511, 510], tieWordEmbeddings: true, padTokenId: null },
  };
  assert.deepEqual(parseQwenVlConfig(JSON.parse(JSON.stringify(qwenVlConfigJson(other, 'float32')))), other);
});

test('tied embeddings are found on either level', () => {
  const json = read('config.json');
  delete json.tie_word_embeddings;
  json.text_config.tie_word_embeddings = true;
  assert.equal(parseQwenVlConfig(json).text.tieWordEmbeddings, true);
});

test('a configuration that cannot be right is refused in one line that names the key', () => {
  refuses((json) => (json.text_config.num_hidden_layers = 1e9), /num_hidden_layers: Too big/);
  refuses((json) => (json.vision_config.depth = 5000), /depth: Too big/);
  refuses((json) => (json.text_config.vocab_size = 1e12), /vocab_size: Too big/);
  refuses((j) => (j.model_type = 'qwen2_vl'), /models of type "qwen2_vl" cannot be read/);
  refuses((j) => delete j.model_type, /config\.json names no model_type/);
  refuses((j) => delete j.vision_config, /no vision_config/);
  refuses((j) => delete j.text_config, /no language model/);
  refuses((j) => delete j.rope_scaling, /mrope_section/, 'config.hub-style.json');
  refuses((j) => (j.text_config.hidden_size = 65), /hidden_size 65 is not a multiple of num_attention_heads 4/);
  refuses((j) => (j.text_config.hidden_size = '64'), /text_config\.hidden_size/);
  refuses((j) => (j.text_config.rope_parameters.rope_type = 'yarn'), /rope type "yarn"/);
  refuses((j) => (j.text_config.rope_parameters.mrope_section = [1, 1, 1]), /sum to half the head size, 8/);
  refuses((j) => (j.vision_config.out_hidden_size = 32), /out_hidden_size 32 is not the text's hidden_size 64/);
  refuses((j) => (j.image_token_id = 512), /image_token_id 512 is beyond vocab_size 512/);
  assert.throws(() => parseModelConfig([]), /config\.json/);
  assert.throws(() => parseModelConfig(null), /config\.json/);
});
