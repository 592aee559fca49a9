/** Folders that are not what they seem are named for what they are; what is saved of a model has its side files as they were. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { reportCheckpoint } from '../../src/main/model/folder/checkpoint-report.ts';
import { loadConfig, loadImageEncoder, loadModel, saveModel } from '../../src/main/model/folder/model-folder.ts';
import { useBackend } from '../../src/main/tensor/backend.ts';
import { tinyModelFolder } from '../train/tiny-model.ts';

let model: string;
before(async () => {
  await useBackend('auto', { threads: 1 });
  model = tinyModelFolder();
});

/** A copy of the model with some files written or removed. */
function changed(files: Record<string, string | null>): string {
  const folder = mkdtempSync(join(tmpdir(), 'sophia-kind-'));
  cpSync(model, folder, { recursive: true });
  for (const [name, text] of Object.entries(files))
    text === null ? rmSync(join(folder, name)) : writeFileSync(join(folder, name), text);
  return folder;
}
const config = () => JSON.parse(readFileSync(join(model, 'config.json'), 'utf8'));
const refused = (files: Record<string, string | null>, message: RegExp) =>
  assert.throws(() => {
    const { problems } = reportCheckpoint(changed(files));
    throw new Error(problems.join('\n'));
  }, message);

describe('a folder that is no model to train', () => {
  it('is said to be what it is', () => {
    for (const [method, words] of [
      ['fp8', /8-bit floats \(fp8\), which cannot be trained/],
      ['awq', /4-bit AWQ/],
      ['gptq', /4-bit GPTQ/],
    ] as const)
      refused({ 'config.json': JSON.stringify({ ...config(), quantization_config: { quant_method: method } }) }, words);
    refused({ 'config.json': JSON.stringify({ model_type: 'llava' }) }, /this is a LLaVA model/);
    refused({ 'config.json': JSON.stringify({ model_type: 'qwen2' }) }, /sees no pictures/);
    refused({ 'model.safetensors': null, 'pytorch_model.bin': 'PK' }, /PyTorch pickles/);
    refused({ 'model.safetensors': null, 'x.Q4.gguf': 'GGUF' }, /GGUF/);
    refused({ 'tokenizer.json': null }, /no tokenizer \(tokenizer\.json/);
    refused({ 'tokenizer.json': null, 'vocab.json': '{}', 'merges.txt': '' }, /only the slow form/);
    refused({ 'tokenizer.json': '[]' }, /Error: tokenizer\.json holds no tokenizer/);
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 7000000000\n';
    refused({ 'model.safetensors': pointer }, /Git LFS pointer, not the weights\. Run git lfs pull/);
    refused({ 'tokenizer.json': pointer }, /tokenizer\.json is a Git LFS pointer, not the file/);
    refused({ 'preprocessor_config.json': '{"patch_size": 99}' }, /patch_size is 99/);
    for (const id of ['"x"', '-1', '[1, null]', '1.5'])
      refused({ 'generation_config.json': `{"eos_token_id": ${id}}` }, /generation_config\.json: eos_token_id must be/);
    const loop = changed({ 'config.json': null });
    symlinkSync('config.json', join(loop, 'config.json'));
    assert.throws(() => reportCheckpoint(loop), { name: 'SophiaError', message: /config\.json/ });
    const adapter = mkdtempSync(join(tmpdir(), 'sophia-adapter-'));
    writeFileSync(join(adapter, 'adapter_config.json'), '{"peft_type": "LORA", "base_model_name_or_path": "Q/W"}');
    assert.throws(() => reportCheckpoint(adapter), /adapter alone \(PEFT, LORA\), trained on Q\/W.*--base/);
  });
});

describe('a folder that loads, but not as it was meant', () => {
  const warned = (files: Record<string, string | null>) => reportCheckpoint(changed(files)).warnings;
  const vocabulary = () => Number((config().text_config ?? config()).vocab_size);

  it('is warned of for end tokens beyond the vocabulary, by the file that names them', () => {
    assert.deepEqual(warned({}), []);
    const size = vocabulary();
    const { text_config: text, ...top } = config();
    const never = ': in transformers answers never end before their limit';
    const named = (eos: unknown) =>
      JSON.stringify(
        text === undefined ? { ...top, eos_token_id: eos } : { ...top, text_config: { ...text, eos_token_id: eos } },
      );
    const beyond = (file: string, ids: string) =>
      `${file} names the end token ${ids}, beyond the vocabulary of ${size} tokens`;
    assert.deepEqual(warned({ 'config.json': named(size), 'generation_config.json': null }), [
      `${beyond('config.json', String(size))}${never}`,
    ]);
    assert.deepEqual(warned({ 'generation_config.json': `{"eos_token_id": [${size + 1}, ${size + 2}, 3]}` }), [
      beyond('generation_config.json', `${size + 1}, ${size + 2}`),
    ]);
    assert.deepEqual(warned({ 'config.json': named(2), 'generation_config.json': `{"eos_token_id": ${size}}` }), [
      `${beyond('generation_config.json', String(size))}${never}; here config.json’s are used`,
    ]);
    assert.deepEqual(warned({ 'config.json': named([2, size - 1]) }), []);
  });

  it('is refused where its chat template raises at every question, in the words of the template', () => {
    const raises = "{{ raise_exception('This model does not chat') }}";
    refused(
      { 'chat_template.jinja': raises },
      /^Error: The chat template of .*chat_template\.jinja cannot lay out an image with a question: This model does not chat\. Use the template that came/,
    );
    refused(
      { 'chat_template.jinja': '{% for message in messages %}{{ message.role }}{% endfor %}' },
      /cannot lay out an image with a question: it drops the image or the question\./,
    );
  });
});

describe('how pictures are prepared for a model', () => {
  const picture = { width: 112, height: 112, data: new Uint8Array(112 * 112 * 3).fill(200) };
  const rows = (files: Record<string, string | null>) =>
    loadImageEncoder(changed(files), loadConfig(model)).encode(picture).grid.rows;

  it("is read from transformers 5's processor_config.json too, which comes before preprocessor_config.json", () => {
    const limited = (pixels: number) => ({ size: { shortest_edge: 196, longest_edge: pixels } });
    const own = JSON.stringify(limited(56 * 56));
    const nested = JSON.stringify({ image_processor: limited(28 * 28), processor_class: 'Qwen2_5_VLProcessor' });
    const older = JSON.stringify({ processor_class: 'Qwen2_5_VLProcessor' });
    assert.equal(rows({ 'preprocessor_config.json': own }), 8 * 8);
    assert.equal(rows({ 'preprocessor_config.json': null, 'processor_config.json': nested }), 4 * 4);
    assert.equal(rows({ 'preprocessor_config.json': own, 'processor_config.json': nested }), 4 * 4);
    assert.equal(rows({ 'preprocessor_config.json': own, 'processor_config.json': older }), 8 * 8);
    refused(
      { 'processor_config.json': '{"image_processor": {"patch_size": 99}}' },
      /processor_config\.json: patch_size/,
    );
  });
});

describe('what is saved of a model', () => {
  it('has its side files to the byte: templates in each form, limits, end tokens, vocabulary', () => {
    const files = {
      'generation_config.json': '{"eos_token_id": [1, 2], "pad_token_id": 2, "temperature": 0.1}',
      'preprocessor_config.json': '{"min_pixels": 3136, "max_pixels": 12845056}',
      'chat_template.json': '{"chat_template": "{% for m in messages %}{{ m.content }}{% endfor %}"}',
      'special_tokens_map.json': '{"eos_token": "x"}',
      'vocab.json': '{"a": 0}',
      'merges.txt': '#version: 0.2\n',
      'config.json': `${JSON.stringify({ ...config(), torch_dtype: 'bfloat16', kept_by_nobody: 1 })}\n`,
    };
    const origin = changed({ ...files, 'trainer.json': '{}', 'chat_template.jinja': null });
    mkdirSync(join(origin, 'adapter'));
    const loaded = loadModel(origin);
    assert.deepEqual(loaded.config.text.eosTokenIds, [1, 2]); // generation_config's, at which transformers stops
    const out = join(mkdtempSync(join(tmpdir(), 'sophia-saved-')), 'out');
    saveModel(out, { config: loaded.config, tokenizer: loaded.tokenizer, weights: loaded.weights, origin });
    for (const [name, text] of Object.entries(files))
      if (name !== 'config.json') assert.equal(readFileSync(join(out, name), 'utf8'), text, name);
    const saved = JSON.parse(readFileSync(join(out, 'config.json'), 'utf8'));
    assert.deepEqual(saved, { ...config(), torch_dtype: 'float32', kept_by_nobody: 1 });
    assert.throws(() => readFileSync(join(out, 'trainer.json')), /ENOENT/);
    assert.equal(loadModel(out).hash, loaded.hash);
  });
});
