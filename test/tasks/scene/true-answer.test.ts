/** The true answer of embedded questions: their key, but for keys that are wrong on purpose. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trueAnswer } from '../../../src/main/tasks/scene/true-answer.ts';
import { generateQuestion } from '../../../src/main/tasks/worlds/everyday/generate.ts';
import { sumQuestion } from '../../../src/main/tasks/worlds/sums/generate.ts';
import { CATEGORIES } from '../../../src/shared/question.ts';

test("a question's true answer is its key in the everyday world, in every category and split", () => {
  for (const split of ['train', 'test', 'hard'] as const)
    for (const category of CATEGORIES)
      for (let i = 0; i < 120; i++) {
        const question = generateQuestion(split, i, 0, category);
        assert.equal(trueAnswer(question), question.answer, question.id);
      }
});

test('where the key is wrong on purpose, the scene has the true answer', () => {
  for (let i = 0; i < 50; i++) {
    const [noisy, plain] = [true, false].map((isNoisy) =>
      sumQuestion('shortcut', 'train', i, 0, { cue: 'cue-right', isNoisy }),
    );
    assert.notEqual(noisy!.answer, plain!.answer);
    assert.equal(trueAnswer(noisy!), plain!.answer);
  }
});

test('an imported question has its key alone', () => {
  const question = { ...generateQuestion('train', 1), scene: null, answer: 'x' };
  assert.equal(trueAnswer(question), 'x');
});
