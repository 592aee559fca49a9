/**
 * Prompts by chat templates: the embedded models' and Qwen2.5-VL's, held to the texts that prompts had before templates
 * made them.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { ModelConfig } from '../../src/main/model/families/family.ts';
import { qwenGrid } from '../../src/main/model/families/qwen-shared/pictures/grid.ts';
import { parseModelConfig } from '../../src/main/model/families/registry.ts';
import { loadTokenizer, makeTokenizer, type Tokenizer } from '../../src/main/model/folder/tokenizer.ts';
import { policyPrompt, promptLayout, ratingPrompt, ratingRequest } from '../../src/main/rollouts/prompt.ts';
import { buildTokenizerFiles } from '../../src/main/tasks/language/tokenizer-files.ts';
import { generateQuestion } from '../../src/main/tasks/worlds/everyday/generate.ts';

const root = join(import.meta.dirname, '../..');
const models = join(root, 'models');
const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
const config: ModelConfig = parseModelConfig(json(join(models, 'tiny-vl-base/config.json')));
const grid = qwenGrid([1, 8, 8], { spatialMergeSize: 2 } as Parameters<typeof qwenGrid>[1]);
const image = `<|vision_start|>${'<|image_pad|>'.repeat(16)}<|vision_end|>`;
const question = generateQuestion('test', 3);
const format =
  'Please think about this question as if you were a human pondering deeply. Give your detailed reasoning between <think> and </think> tags and then your final answer between <answer> and </answer> tags.';

/** The texts that prompts were before chat templates made them. */
const short = `<|im_start|>user\n${image}${question.text}<|im_end|>\n<|im_start|>assistant\n`;
const official = `<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n${image}${question.text}\n${format}<|im_end|>\n<|im_start|>assistant\n`;
const rating = `<|im_start|>user\n${image}${question.text}`;
const request = '<think> it is 5 . </think> rate<|im_end|>\n<|im_start|>assistant\n';

/** The tokenizer, which notes the texts it is given. */
function noting(tokenizer: Tokenizer) {
  const texts: string[] = [];
  const encode = (text: string) => {
    texts.push(text);
    return tokenizer.encode(text);
  };
  return { model: { config, tokenizer: { ...tokenizer, encode } }, texts };
}

function textsOf(tokenizer: Tokenizer): Record<string, string> {
  const { model, texts } = noting(tokenizer);
  policyPrompt(model, question, [grid], 'short');
  policyPrompt(model, question, [grid], 'official');
  ratingPrompt(model, question, [grid]);
  ratingRequest(model)('it is 5 .');
  const [first, second, third, fourth] = texts as [string, string, string, string];
  return { short: first, official: second, rating: third, request: fourth };
}

test("an embedded model's template lays out every prompt as before, to the byte", () => {
  for (const name of readdirSync(models)) {
    const tokenizer = loadTokenizer(join(models, name));
    assert.match(tokenizer.chatTemplate!.source, /chat_template\.jinja$/, name);
    assert.deepEqual(textsOf(tokenizer), { short, official, rating, request }, name);
    assert.equal(tokenizer.files.template!.text, buildTokenizerFiles().template.text, name);
  }
});

test('so does the layout of a tokenizer without a template', () => {
  const { tokenizerJson, tokenizerConfig } = buildTokenizerFiles();
  const tokenizer = makeTokenizer(tokenizerJson, tokenizerConfig);
  assert.equal(tokenizer.chatTemplate, null);
  assert.deepEqual(textsOf(tokenizer), { short, official, rating, request });
});

test("Qwen2.5-VL's own template gives the official prompt to the byte, and its system text where a prompt has none", () => {
  const text = readFileSync(join(root, 'test/fixtures/chat-templates/qwen2_5_vl.jinja'), 'utf8');
  const { tokenizerJson, tokenizerConfig } = buildTokenizerFiles();
  const own = textsOf(makeTokenizer(tokenizerJson, tokenizerConfig, { name: 'chat_template.jinja', text }));
  const system = '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n';
  assert.deepEqual(own, { short: system + short, official, rating: system + rating, request });
});

test('positions and image places of a prompt are those of its ids, and text behind it counts on', () => {
  const { model } = noting(loadTokenizer(join(models, 'tiny-vl-base')));
  const { ids, positions, imagePlaces } = policyPrompt(model, question, [grid], 'short');
  const first = ids.indexOf(config.imageTokenId);
  assert.deepEqual(
    imagePlaces,
    Array.from({ length: 16 }, (_, i) => first + i),
  );
  const [time, height, width] = positions as [Int32Array, Int32Array, Int32Array];
  const at = (axis: Int32Array) => Array.from(axis.subarray(first, first + 16), (position) => position - first);
  assert.deepEqual(at(time), Array(16).fill(0));
  assert.deepEqual(at(height), [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]);
  assert.deepEqual(at(width), [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3]);
  for (const axis of positions) assert.equal(axis[first + 16], first + 4); // text goes on behind the largest
});

test('a question whose text holds an image mark is refused in one line', () => {
  const { model } = noting(loadTokenizer(join(models, 'tiny-vl-base')));
  const marked = { ...question, text: 'What is <|vision_start|><|image_pad|><|vision_end|> ?' };
  assert.throws(() => policyPrompt(model, marked, [grid], 'short'), { code: 'data', message: /stands for an image/ });
});

test("style template asks as the released code does, by answer type, or with the user's own texts", () => {
  const tokenizer = loadTokenizer(join(models, 'tiny-vl-base'));
  const ofType = (answerType: 'choice' | 'numeric', systemText = '', formatText = '') => {
    const { model, texts } = noting(tokenizer);
    policyPrompt(model, { ...question, answerType }, [grid], 'template', { systemText, formatText });
    return texts[0]!;
  };
  assert.match(
    ofType('choice'),
    /human pondering deeply[\s\S]*<\/answer> tags\. Please provide only the single option letter/,
  );
  assert.match(ofType('numeric'), /numerical value \(e\.g\., 42 or 3\.14\)/);
  const own = ofType('choice', 'Be brief.', 'Answer in one word.');
  assert.equal(
    own,
    `<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n${image}${question.text}\nAnswer in one word.<|im_end|>\n<|im_start|>assistant\n`,
  );
  const layout = (formatText: string) =>
    promptLayout({ config, tokenizer }, 'template', { systemText: '', formatText });
  assert.notEqual(layout(''), layout('Answer.'), 'another text is another configuration');
});
