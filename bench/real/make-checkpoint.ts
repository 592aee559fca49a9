/**
 * Writes a Qwen2.5-VL folder with random bfloat16 weights in the released widths: `node make-checkpoint.ts tiny|mini|l1|l4|3b|7b FOLDER`. l4
 * has 4 layers of 36 and 8 blocks of 32, l1 one of each; mini is narrow with the whole vocabulary, tiny is for tests. --layers, --depth and --vocabulary make another depth
 * or a smaller table of the same widths. The tokenizer is the embedded models', so that nothing is downloaded: what is measured depends on
 * shapes alone.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { familyOf, parseModelConfig } from '../../src/main/model/families/registry.ts';
import { modelFolder } from '../../src/main/model/folder/find-model.ts';
import { loadTokenizer } from '../../src/main/model/folder/tokenizer.ts';
import { writeSynced } from '../../src/main/model/io/atomic-write.ts';
import { writeWeights } from '../../src/main/model/io/sharded-safetensors.ts';

const TOWER = { vision: 1280, visionInner: 3420, visionHeads: 16 };
const REAL = { ...TOWER, hidden: 2048, inner: 11008, heads: 16, kv: 2, vocabulary: 151_936, tied: true };
const SIZES = {
  tiny: {
    hidden: 128,
    inner: 256,
    heads: 1,
    kv: 1,
    vision: 80,
    visionInner: 160,
    visionHeads: 1,
    vocabulary: 512,
    tied: true,
    layers: 1,
    depth: 1,
  },
  mini: {
    ...REAL,
    hidden: 256,
    inner: 1376,
    heads: 2,
    kv: 1,
    vision: 160,
    visionInner: 428,
    visionHeads: 2,
    layers: 4,
    depth: 8,
  },
  l1: { ...REAL, layers: 1, depth: 1 },
  l4: { ...REAL, layers: 4, depth: 8 },
  '3b': { ...REAL, layers: 36, depth: 32 },
  '7b': {
    ...TOWER,
    hidden: 3584,
    inner: 18_944,
    heads: 28,
    kv: 4,
    vocabulary: 152_064,
    tied: false,
    layers: 28,
    depth: 32,
  },
} as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { layers: { type: 'string' }, depth: { type: 'string' }, vocabulary: { type: 'string' } },
});
const [size = '', folder = ''] = positionals;
const released = SIZES[size as keyof typeof SIZES];
if (released === undefined || folder === '')
  throw new Error(`Usage: make-checkpoint.ts ${Object.keys(SIZES).join('|')} FOLDER`);
const sizes = {
  ...released,
  layers: Number(values.layers ?? released.layers),
  depth: Number(values.depth ?? released.depth),
  vocabulary: Number(values.vocabulary ?? released.vocabulary),
};
const origin = modelFolder('tiny-vl-base');
const tokenizer = loadTokenizer(origin);
const id = (token: string) => tokenizer.tokenId(token);
const configJson = {
  architectures: ['Qwen2_5_VLForConditionalGeneration'],
  model_type: 'qwen2_5_vl',
  torch_dtype: 'bfloat16',
  vocab_size: sizes.vocabulary,
  hidden_size: sizes.hidden,
  intermediate_size: sizes.inner,
  num_hidden_layers: sizes.layers,
  num_attention_heads: sizes.heads,
  num_key_value_heads: sizes.kv,
  rms_norm_eps: 1e-6,
  rope_theta: 1_000_000,
  rope_scaling: { type: 'mrope', mrope_section: [16, 24, 24] },
  max_position_embeddings: 128_000,
  tie_word_embeddings: sizes.tied,
  hidden_act: 'silu',
  eos_token_id: id('<|im_end|>'),
  pad_token_id: id('<|endoftext|>'),
  image_token_id: id('<|image_pad|>'),
  video_token_id: id('<|video_pad|>'),
  vision_start_token_id: id('<|vision_start|>'),
  vision_end_token_id: id('<|vision_end|>'),
  vision_config: {
    depth: sizes.depth,
    hidden_act: 'silu',
    hidden_size: sizes.vision,
    intermediate_size: sizes.visionInner,
    num_heads: sizes.visionHeads,
    in_chans: 3,
    out_hidden_size: sizes.hidden,
    patch_size: 14,
    spatial_merge_size: 2,
    temporal_patch_size: 2,
    window_size: 112,
    fullatt_block_indexes: [7, 15, 23, 31],
    tokens_per_second: 2,
  },
};
const config = parseModelConfig(configJson, 'the configuration');
const family = familyOf(config);

/** About normal(0, 0.02) in bfloat16: one block of random numbers, each weight begins elsewhere in it. */
const block = new Uint16Array(2 ** 22 + 12_345);
let state = 1;
for (let i = 0; i < block.length; i++) {
  let sum = 0;
  for (let j = 0; j < 4; j++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    sum += state / 2 ** 32 - 0.5;
  }
  block[i] = new Uint32Array(new Float32Array([sum * 0.035]).buffer)[0]! >>> 16;
}
function numbers(name: string, count: number): Uint8Array {
  if (name.endsWith('bias')) return new Uint8Array(2 * count);
  const out = new Uint16Array(count);
  if (/norm|ln_q/.test(name)) return new Uint8Array(out.fill(0x3f80).buffer); // 1
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  for (let at = 0, from = state % block.length; at < count; from = 0) {
    const part = block.subarray(from, from + count - at);
    out.set(part, at);
    at += part.length;
  }
  return new Uint8Array(out.buffer);
}

mkdirSync(folder, { recursive: true });
const json = (name: string, value: unknown) => writeSynced(join(folder, name), `${JSON.stringify(value, null, 2)}\n`);
json('config.json', configJson);
json('generation_config.json', { eos_token_id: config.text.eosTokenIds });
json('preprocessor_config.json', { ...family.preprocessorJson(config), max_pixels: 12_845_056 });
json('tokenizer.json', tokenizer.files.tokenizerJson);
json('tokenizer_config.json', tokenizer.files.tokenizerConfig);
if (tokenizer.files.template !== null) json('chat_template.json', { chat_template: tokenizer.files.template.text });
const tensors = family.expectedTensors(config).map(({ name, shape }) => ({
  name: family.fileName(name),
  shape,
  dtype: 'BF16' as const,
  data: () =>
    numbers(
      name,
      shape.reduce((product, of) => product * of, 1),
    ),
}));
writeWeights(folder, tensors, { dtype: 'BF16' });
const total = tensors.reduce((sum, { shape }) => sum + shape.reduce((product, of) => product * of, 1), 0);
console.log(`${folder}: ${(total / 1e6).toFixed(0)} M numbers`);
