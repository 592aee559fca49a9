import assert from 'node:assert/strict';
import { test } from 'node:test';
import { previewSheet } from '../../../src/main/tasks/preview.ts';
import { cellLabels } from '../../../src/main/tasks/scene/layout.ts';
import { renderPng, renderQuestion } from '../../../src/main/tasks/scene/render.ts';
import { generateQuestion } from '../../../src/main/tasks/worlds/everyday/generate.ts';
import { CATEGORIES, type Question } from '../../../src/shared/question.ts';

test('a picture is the same each time, whatever was drawn before', () => {
  const question = generateQuestion('train', 3);
  const first = renderQuestion(question);
  renderQuestion(generateQuestion('hard', 9), { width: 112, height: 112 });
  assert.deepEqual(renderQuestion(question), first);
  assert.equal(first.data.length, 56 * 56 * 3);
});

test('any size can be drawn, and shows the same picture', () => {
  const question = generateQuestion('train', 0, 0, 'chart');
  const [small, large] = [renderQuestion(question), renderQuestion(question, { width: 560, height: 560 })];
  assert.deepEqual([large.width, large.height, large.data.length], [560, 560, 560 * 560 * 3]);
  let difference = 0;
  for (let y = 0; y < 56; y++) {
    for (let x = 0; x < 56; x++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let dy = 0; dy < 10; dy++)
          for (let dx = 0; dx < 10; dx++) sum += large.data[((y * 10 + dy) * 560 + x * 10 + dx) * 3 + channel]!;
        difference += Math.abs(sum / 100 - small.data[(y * 56 + x) * 3 + channel]!);
      }
    }
  }
  assert.ok(difference / small.data.length < 6, `mean difference ${difference / small.data.length} of 255`);
});

test('cells with different labels look different: the nearest mean picture of a label names it', () => {
  const cellsOf = (from: number, to: number): { label: string; pixels: Float64Array }[] => {
    const cells: { label: string; pixels: Float64Array }[] = [];
    for (let index = from; index < to; index++) {
      for (const category of CATEGORIES) {
        const question = generateQuestion('train', index, 0, category);
        const { data } = renderQuestion(question);
        cellLabels(question).forEach((label, at) => {
          const pixels = new Float64Array(14 * 14 * 3);
          for (let y = 0; y < 14; y++) {
            const start = ((Math.floor(at / 4) * 14 + y) * 56 + (at % 4) * 14) * 3;
            pixels.set(data.subarray(start, start + 42), y * 42);
          }
          if (label !== 'outline' && !label.startsWith('pie')) cells.push({ label, pixels }); // those look different by place
        });
      }
    }
    return cells;
  };
  const means = new Map<string, { sum: Float64Array; count: number }>();
  for (const { label, pixels } of cellsOf(0, 800)) {
    const mean = means.get(label) ?? { sum: new Float64Array(pixels.length), count: 0 };
    pixels.forEach((value, at) => {
      mean.sum[at]! += value;
    });
    mean.count++;
    means.set(label, mean);
  }
  const asked = cellsOf(800, 860).filter(({ label }) => label !== 'empty');
  const named = asked.filter(({ label, pixels }) => {
    let [best, nearest] = ['', Number.POSITIVE_INFINITY];
    for (const [name, { sum, count }] of means) {
      let distance = 0;
      for (let at = 0; at < pixels.length; at++) distance += (pixels[at]! - sum[at]! / count) ** 2;
      if (distance < nearest) [best, nearest] = [name, distance];
    }
    return best === label;
  });
  assert.ok(named.length / asked.length > 0.8, `only ${named.length} of ${asked.length} cells named rightly`);
});

test('a question without a scene is refused in one line', () => {
  const imported: Question = { ...generateQuestion('train', 0), id: 'mine/1', scene: null };
  assert.throws(() => renderQuestion(imported), /^SophiaError: Question mine\/1 has no scene to draw/);
  assert.throws(() => cellLabels(imported), /no scene/);
});

test('PNG files and preview sheets are PNG', async () => {
  const signature = '89504e470d0a1a0a';
  assert.equal(renderPng(generateQuestion('train', 0), 112).subarray(0, 8).toString('hex'), signature);
  assert.equal(
    (await previewSheet([0, 1, 2].map((i) => generateQuestion('hard', i, 0, 'general'))))
      .subarray(0, 8)
      .toString('hex'),
    signature,
  );
});
