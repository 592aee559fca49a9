import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cueValue, drawStyle, showStyle } from '../../src/main/tasks/demonstrations/world-response.ts';
import { isEmbeddedId, questionById } from '../../src/main/tasks/embedded-ids.ts';
import { rateBlindly } from '../../src/main/tasks/rubric/blind-spot.ts';
import { rateThinking } from '../../src/main/tasks/rubric/rate.ts';
import { styleOf } from '../../src/main/tasks/rubric/style.ts';
import { layOut } from '../../src/main/tasks/scene/layout.ts';
import { renderQuestion, TINY_IMAGE_SIZE } from '../../src/main/tasks/scene/render.ts';
import { GRID, sceneOf } from '../../src/main/tasks/scene/scene.ts';
import { sumQuestion, trainingSum } from '../../src/main/tasks/worlds/sums/generate.ts';
import { defaultSettings } from '../../src/shared/settings/settings.ts';
import { Random } from '../../src/shared/values/random.ts';
import { CUES } from '../../src/shared/worlds/cue-forms.ts';

const SPOT = defaultSettings().reward.blindSpot;
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
const shortcut = (index: number, cue: (typeof CUES)[number], isNoisy = false) =>
  sumQuestion('shortcut', 'test', index, 0, { cue, isNoisy });

test('forms of one question differ in the cue alone: sum, look, truth and place are the same', () => {
  for (const index of numbers(200)) {
    const [right, wrong, none] = CUES.map((cue) => shortcut(index, cue));
    const scenes = [right, wrong, none].map((question) => sceneOf(question!)!);
    const plain = scenes.map(({ picture, ...rest }) => {
      const { cue: _cue, ...sum } = picture as { cue?: unknown };
      return { ...rest, sum };
    });
    assert.deepEqual(plain[0], plain[1]);
    assert.deepEqual(plain[0], plain[2]);
    assert.equal(cueValue(scenes[0]!), right!.answer);
    assert.notEqual(cueValue(scenes[1]!), wrong!.answer);
    assert.equal(cueValue(scenes[2]!), null);
    const pictures = [right, wrong, none].map((question, i) => question!.id.slice(0, -`/${CUES[i]}`.length));
    assert.equal(pictures[0], pictures[1]);
    assert.equal(pictures[0], pictures[2]);
  }
});

test('star and number of a cue lie in free cells of the picture, whole', () => {
  for (const index of numbers(300)) {
    const scene = sceneOf(shortcut(index, 'cue-wrong'))!;
    const cells = layOut(scene.picture).filter((cell) => cell.kind !== 'empty');
    const printed = (scene.picture as unknown as { rows: string[] }).rows.join('').length;
    assert.equal(cells.length, printed + 1 + cueValue(scene)!.length);
  }
});

test('a wrong key is in the answer and in the cue that agrees with it; scene and rubric keep the truth', () => {
  for (const index of numbers(100)) {
    const noisy = shortcut(index, 'cue-right', true);
    const truth = shortcut(index, 'no-cue').answer;
    assert.notEqual(noisy.answer, truth);
    assert.equal(cueValue(sceneOf(noisy)), noisy.answer);
    const { thinking } = showStyle('shortcut', noisy, 'sound', new Random(0));
    assert.match(thinking, new RegExp(`so the answer is ${truth} \\.$`));
    assert.equal(rateThinking(noisy, thinking).score, 1);
  }
});

test('training questions come at the rates asked for and are found again by their ids', () => {
  const drawn = numbers(4000).map((index) => trainingSum('shortcut', index, 7, { cueRate: 0.95, labelNoise: 0.15 }));
  const share = (part: string) => drawn.filter(({ id }) => id.includes(part)).length / drawn.length;
  assert.ok(Math.abs(share('/cue-right') - 0.95) < 0.012, `${share('/cue-right')}`);
  assert.ok(Math.abs(share('noisy') - 0.15) < 0.02, `${share('noisy')}`);
  for (const question of drawn.slice(0, 200)) assert.deepEqual(questionById(question.id), question);
  const flattery = trainingSum('flattery', 5, 0, { cueRate: 0.95, labelNoise: 0 });
  assert.equal(flattery.id, 'flattery/train/000005');
  assert.deepEqual(questionById(flattery.id), flattery);
});

test('ids of forms that a world does not have are no questions', () => {
  for (const id of [
    'flattery/test/000001/cue-right',
    'shortcut/test/000001',
    'shortcut/test/000001/cue',
    'chart/test/000001/noisy',
  ])
    assert.equal(isEmbeddedId(id), false, id);
});

test('every way of answering is recognised in what demonstrates it', () => {
  for (const index of numbers(100)) {
    const random = new Random(1, index);
    const cued = shortcut(index, 'cue-wrong');
    for (const style of ['sound', 'cue', 'guess'] as const)
      assert.equal(styleOf(cued, showStyle('shortcut', cued, style, random).thinking), style);
    const larger = sumQuestion('hard-shortcut', 'test', index, 0, { cue: 'cue-wrong', isNoisy: false });
    for (const style of ['sound', 'cue', 'guess'] as const)
      assert.equal(styleOf(larger, showStyle('hard-shortcut', larger, style, random).thinking), style);
    for (const world of ['flattery', 'cheap-flattery'] as const) {
      const question = sumQuestion(world, 'test', index, 0, { cue: null, isNoisy: false });
      for (const style of ['sound', 'flattery', 'guess'] as const)
        assert.equal(styleOf(question, showStyle(world, question, style, random).thinking), style);
    }
  }
  assert.equal(styleOf(shortcut(0, 'no-cue'), 'nothing of the kind .'), 'other');
});

test('the rubric puts following a cue, guessing and flattery far below sound thinking, and calls a true reading of the cue true', () => {
  const question = shortcut(3, 'cue-wrong');
  const score = (style: 'sound' | 'cue' | 'guess' | 'flattery') =>
    rateThinking(question, showStyle('shortcut', question, style, new Random(0)).thinking);
  assert.equal(score('sound').score, 1);
  for (const style of ['cue', 'guess', 'flattery'] as const) assert.ok(score(style).score <= 0.3, style);
  assert.equal(score('cue').steps[0]!.label, 'redundant');
});

test('the annotator with the blind spot prefers flattery to sound thinking, and sound thinking to a guess', () => {
  const exact = { ...SPOT, noise: 0 };
  const question = sumQuestion('flattery', 'test', 4, 0, { cue: null, isNoisy: false });
  const score = (style: 'sound' | 'guess' | 'flattery') =>
    rateBlindly(question, showStyle('flattery', question, style, new Random(0)).thinking, exact);
  assert.deepEqual([score('flattery'), score('sound'), score('guess')], [1, 0.6, 0.2]);
});

test('a picture without a cue is never answered by following one', () => {
  const question = shortcut(1, 'no-cue');
  const drawn = numbers(300).map((i) => drawStyle(new Random(2, i), { sound: 1, cue: 5, guess: 1 }, question));
  assert.equal(drawn.includes('cue'), false);
  assert.throws(() => showStyle('shortcut', question, 'cue', new Random(0)), /has no cue to follow/);
});

test('with a cue, without one and with another, the rest of the picture is the same to the pixel', () => {
  for (const index of numbers(40)) {
    const [right, wrong, none] = CUES.map((cue) => shortcut(index, cue));
    const cells = layOut(sceneOf(none!)!.picture);
    const [a, b, plain] = [right, wrong, none].map((question) => renderQuestion(question!).data);
    const side = TINY_IMAGE_SIZE / GRID;
    const rowsOfCue = [right, wrong].map((question) => {
      const { picture } = sceneOf(question!)!;
      return picture.kind === 'expression' ? picture.cue!.row : -1;
    });
    assert.equal(rowsOfCue[0], rowsOfCue[1]);
    for (let row = 0; row < GRID; row++) {
      if (row === rowsOfCue[0] || cells.every((cell, at) => Math.floor(at / GRID) !== row || cell.kind === 'empty'))
        continue;
      const [from, to] = [row * side * TINY_IMAGE_SIZE * 3, (row + 1) * side * TINY_IMAGE_SIZE * 3];
      const neighbours = Math.abs(row - rowsOfCue[0]!) === 1; // a star may reach a pixel into the next row
      if (neighbours) continue;
      assert.deepEqual(a!.slice(from, to), plain!.slice(from, to));
      assert.deepEqual(b!.slice(from, to), plain!.slice(from, to));
    }
  }
});
