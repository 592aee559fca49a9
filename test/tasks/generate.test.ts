import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEmbeddedId, questionById } from '../../src/main/tasks/embedded-ids.ts';
import { CELL_LABEL_INDEX, cellLabels } from '../../src/main/tasks/scene/layout.ts';
import { runProgram } from '../../src/main/tasks/scene/program.ts';
import { readingsOf } from '../../src/main/tasks/scene/readings.ts';
import { sceneOf } from '../../src/main/tasks/scene/scene.ts';
import { generateQuestion, streamOf, TEMPLATES } from '../../src/main/tasks/worlds/everyday/generate.ts';
import { HELD_OUT_PAIRS } from '../../src/main/tasks/worlds/everyday/templates/draft.ts';
import { CATEGORIES, SPLITS } from '../../src/shared/question.ts';

const questions = SPLITS.flatMap((split) => Array.from({ length: 1500 }, (_, index) => generateQuestion(split, index)));

test('a question depends on seed, split, category and index alone', () => {
  const first = generateQuestion('test', 7, 0, 'chart');
  generateQuestion('train', 3);
  assert.deepEqual(generateQuestion('test', 7, 0, 'chart'), first);
  assert.notDeepEqual(generateQuestion('test', 7, 1, 'chart').scene, first.scene);
  assert.notDeepEqual(generateQuestion('train', 7, 0, 'chart').scene, first.scene);
  assert.deepEqual(JSON.parse(JSON.stringify(first)), first, 'a question is plain JSON');
});

test('splits and categories draw from different streams', () => {
  const streams = SPLITS.flatMap((split) => CATEGORIES.map((category) => streamOf(split, category)));
  assert.equal(new Set(streams).size, SPLITS.length * CATEGORIES.length);
});

test('ids lead back to their questions', () => {
  for (const question of questions.slice(0, 50)) assert.deepEqual(questionById(question.id), question);
  assert.equal(generateQuestion('hard', 12, 5, 'ocr').id, 'ocr/hard/000012@5');
  assert.deepEqual(questionById('ocr/hard/000012@5'), generateQuestion('hard', 12, 5, 'ocr'));
  assert.equal(isEmbeddedId('my-data/12'), false);
  assert.throws(() => questionById('my-data/12'), /not an embedded question/);
});

test('every program, run from its readings, gives the answer, and every reading is true of the picture', () => {
  for (const question of questions) {
    const scene = sceneOf(question)!;
    const readings = readingsOf(scene.picture);
    assert.deepEqual(
      runProgram(scene.program, scene.options),
      scene.program.map((step) => step.value),
      question.id,
    );
    assert.equal(scene.program.at(-1)!.value, question.answer, question.id);
    for (const step of scene.program) {
      if (step.kind === 'read' || step.kind === 'count')
        assert.ok(readings.get(step.key)?.includes(step.value), `${question.id} ${step.key}`);
    }
  }
});

test('a reading that is asked for has one true value, save a shape that has both a colour and a place', () => {
  for (const question of questions) {
    const scene = sceneOf(question)!;
    if (question.template === 'colour') continue;
    for (const step of scene.program) {
      if (step.kind === 'read')
        assert.equal(readingsOf(scene.picture).get(step.key)!.length, 1, `${question.id} ${step.key}`);
    }
  }
});

test('all cells have labels of the closed set', () => {
  for (const question of questions) {
    const labels = cellLabels(question);
    assert.equal(labels.length, 16);
    for (const label of labels) assert.ok(CELL_LABEL_INDEX.has(label), `${question.id} ${label}`);
  }
});

test('there are at least 20 templates, all used, and all four answer types', () => {
  const names = Object.values(TEMPLATES).flatMap((templates) => templates.map((template) => template.name));
  assert.ok(new Set(names).size >= 20);
  for (const split of SPLITS) {
    const used = new Set(questions.filter((question) => question.split === split).map((question) => question.template));
    assert.deepEqual([...used].sort(), [...names].sort());
  }
  assert.deepEqual([...new Set(questions.map((question) => question.answerType))].sort(), [
    'choice',
    'free_form',
    'numeric',
    'ocr',
  ]);
});

test('no answer is given to more than 35 % of a category', () => {
  for (const split of SPLITS) {
    for (const category of CATEGORIES) {
      const answers = new Map<string, number>();
      for (let index = 0; index < 1000; index++) {
        const { answer } = generateQuestion(split, index, 0, category);
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
      }
      assert.ok(Math.max(...answers.values()) <= 350, `${category} ${split}`);
    }
  }
});

test('options differ from each other and hold the truth', () => {
  for (const question of questions.filter((entry) => entry.answerType === 'choice')) {
    const options = sceneOf(question)!.options!;
    assert.equal(new Set(options).size, options.length, question.id);
    assert.ok(question.answer.charCodeAt(0) - 65 < options.length);
    assert.equal(question.text.split('\n').length, options.length + 1);
  }
});

test('train and test never ask about the held out pairs, hard does', () => {
  const asks = (text: string): boolean =>
    HELD_OUT_PAIRS.some(([colour, shape]) => new RegExp(`the ${colour} ${shape}`).test(text.split('\n')[0]!));
  const general = questions.filter((question) => question.category === 'general');
  assert.equal(general.filter((question) => question.split !== 'hard' && asks(question.text)).length, 0);
  assert.ok(general.filter((question) => question.split === 'hard' && asks(question.text)).length > 20);
});
