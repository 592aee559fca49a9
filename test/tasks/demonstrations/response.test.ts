import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Tokenizer } from '@huggingface/tokenizers';
import { mixedStyle } from '../../../src/main/tasks/demonstrations/mixture.ts';
import { STYLES, writeResponse } from '../../../src/main/tasks/demonstrations/response.ts';
import { parseClaim, sayClaim, splitSentences } from '../../../src/main/tasks/language/claims.ts';
import { buildTokenizerFiles } from '../../../src/main/tasks/language/tokenizer-files.ts';
import { rateThinking } from '../../../src/main/tasks/rubric/rate.ts';
import { generateQuestion } from '../../../src/main/tasks/worlds/everyday/generate.ts';
import { SPLITS } from '../../../src/shared/question.ts';
import { Random } from '../../../src/shared/values/random.ts';

const files = buildTokenizerFiles();
const tokenizer = new Tokenizer(files.tokenizerJson, files.tokenizerConfig);
const questions = SPLITS.flatMap((split) => Array.from({ length: 400 }, (_, index) => generateQuestion(split, index)));

test('the vocabulary has 512 tokens with ids 0 to 511', () => {
  const { model, added_tokens } = files.tokenizerJson as {
    model: { vocab: Record<string, number> };
    added_tokens: { id: number }[];
  };
  const ids = [...Object.values(model.vocab), ...added_tokens.map((token) => token.id)].sort((a, b) => a - b);
  assert.deepEqual(
    ids,
    Array.from({ length: 512 }, (_, id) => id),
  );
  assert.equal(files.vocabSize, 512);
});

test('every response of every style survives the tokenizer exactly, without unknown tokens', () => {
  const random = new Random(1, 'styles');
  for (const question of questions) {
    for (const style of STYLES) {
      const { text } = writeResponse(question, style, random);
      const { ids, tokens } = tokenizer.encode(text);
      assert.equal(tokenizer.decode(ids), text);
      assert.ok(!tokens.includes('[UNK]'), text);
    }
  }
});

test('questions are made of whole words, and only printed words are spelled', () => {
  for (const question of questions) {
    const spelled = tokenizer
      .encode(question.text)
      .tokens.filter((token: string) => token.startsWith('##') || token === '[UNK]');
    assert.deepEqual(spelled, [], question.text);
    if (question.answerType !== 'ocr')
      assert.ok(!tokenizer.encode(question.answer).tokens.some((token: string) => token.startsWith('##')));
  }
});

test('sound responses of train and test take at most 48 tokens', () => {
  for (const question of questions.filter((entry) => entry.split !== 'hard')) {
    const { text } = writeResponse(question, 'sound', new Random(0));
    assert.ok(tokenizer.encode(text).ids.length <= 48, text);
  }
});

test('any text of letters and digits is representable, and the score and tag tokens survive decoding', () => {
  for (const text of ['supercalifragilistic x9y 2048', 'Qwen VL', '<think> rate 0.7 </think>']) {
    const { ids, tokens } = tokenizer.encode(text);
    assert.ok(!tokens.includes('[UNK]') || /[A-Z]{2}/.test(text), text);
    if (!tokens.includes('[UNK]')) assert.equal(tokenizer.decode(ids, { skip_special_tokens: true }), text);
  }
  const chat = tokenizer.encode('<|im_start|>user\n<|vision_start|><|image_pad|><|vision_end|>rate<|im_end|>');
  assert.deepEqual(chat.tokens, [
    '<|im_start|>',
    'user',
    '<|vision_start|>',
    '<|image_pad|>',
    '<|vision_end|>',
    'rate',
    '<|im_end|>',
  ]);
  assert.equal(tokenizer.decode(chat.ids, { skip_special_tokens: true }), 'user rate');
});

test('every sentence that is written can be read back', () => {
  const random = new Random(2, 'sentences');
  for (const question of questions) {
    for (const style of STYLES) {
      for (const sentence of splitSentences(writeResponse(question, style, random).thinking)) {
        const claim = parseClaim(sentence);
        assert.ok(claim !== null, sentence);
        if (claim.kind !== 'guess') assert.equal(sayClaim(claim), sentence);
      }
    }
  }
});

test('styles do what they say: right answers, wrong answers, flaws', () => {
  const random = new Random(3, 'styles');
  for (const question of questions) {
    assert.equal(writeResponse(question, 'sound', random).answer, question.answer);
    assert.equal(writeResponse(question, 'right-by-wrong', random).answer, question.answer);
    assert.equal(writeResponse(question, 'redundant', random).answer, question.answer);
    assert.notEqual(writeResponse(question, 'slip', random).answer, question.answer);
    assert.equal(writeResponse(question, 'slip', random).flawed, false);
    assert.equal(writeResponse(question, 'misread', random).flawed, true);
  }
  const guesses = questions.map((question) => writeResponse(question, 'guess', random).answer === question.answer);
  const share = guesses.filter(Boolean).length / guesses.length;
  assert.ok(share > 0.3 && share < 0.5, `guesses right ${share}`);
});

test('in the demonstration mixture 15 to 40 % of right answers are reached by flawed thinking', () => {
  const random = new Random(4, 'mixture');
  let [right, flawed] = [0, 0];
  for (const question of questions.filter((entry) => entry.split === 'train')) {
    for (let time = 0; time < 4; time++) {
      const response = writeResponse(question, mixedStyle(random), random);
      if (response.answer !== question.answer) continue;
      right++;
      if (rateThinking(question, response.thinking).score < 0.7) flawed++;
    }
  }
  assert.ok(flawed / right > 0.15 && flawed / right < 0.4, `${flawed} of ${right}`);
});
