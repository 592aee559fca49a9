import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import type { QwenGrid } from '../../../src/main/model/families/qwen-shared/pictures/grid.ts';
import {
  parsePreprocessor,
  qwenImageEncoder,
} from '../../../src/main/model/families/qwen-shared/pictures/preprocessor.ts';
import { smartResize } from '../../../src/main/model/families/qwen-shared/pictures/smart-resize.ts';
import { parseQwenVlConfig } from '../../../src/main/model/families/qwen2-5-vl/config.ts';
import { QWEN2_5_PICTURES } from '../../../src/main/model/families/qwen2-5-vl/family.ts';
import { decodeImage, readImage } from '../../../src/main/model/image/decode-image.ts';
import { resizeBicubic } from '../../../src/main/model/image/resize.ts';
import type { RgbPixels } from '../../../src/main/model/image/rgb-pixels.ts';
import { readSafetensors } from '../../../src/main/model/io/safetensors.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const model = `${fixtures}qwen25vl-a/`;
const images = `${fixtures}images/`;
const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
const summary = ({ width, height, data }: RgbPixels) => ({
  width,
  height,
  sha256: createHash('sha256').update(data).digest('hex'),
});

test('every kind of file decodes to the pixels that Pillow reads', () => {
  for (const [name, expected] of Object.entries(json(`${images}pixels.json`).files)) {
    assert.deepEqual(summary(readImage(images + name)), expected, name);
  }
});

test('bicubic resizing is that of Pillow, up and down', () => {
  const image = readImage(`${images}plain.png`);
  for (const expected of json(`${images}pixels.json`).resized) {
    assert.deepEqual(summary(resizeBicubic(image, expected)), expected, `${expected.width}x${expected.height}`);
  }
});

test('sizes are those of transformers, halves rounded to even', () => {
  for (const { h, w, min_pixels, max_pixels, out } of json(`${model}expected.json`).smart_resize) {
    const size = smartResize(h, w, 28, min_pixels, max_pixels);
    assert.deepEqual([size.height, size.width], out, `${h}x${w}`);
  }
  assert.throws(() => smartResize(1, 201, 28, 3136, 1003520), /too long and thin/);
});

type Row = readonly [h: number, w: number, factor: number, least: number, most: number, out: number[] | null];

test('sizes are those of transformers under every limit, and what it refuses is refused', () => {
  const { sizes } = json(`${images}smart-resize.json`) as { sizes: readonly Row[] };
  assert.ok(sizes.length > 600);
  for (const [h, w, factor, least, most, out] of sizes) {
    const where = `${h}x${w}, ${factor}, ${least} to ${most}`;
    if (out === null) assert.throws(() => smartResize(h, w, factor, least, most), /too long and thin/, where);
    else assert.deepEqual(Object.values(smartResize(h, w, factor, least, most)), out, where);
  }
});

test("given limits stand before the checkpoint's own, as the processor's size does", () => {
  const { vision } = parseQwenVlConfig(json(`${model}config.json`));
  const encoder = qwenImageEncoder(vision, { min_pixels: 3136, max_pixels: 12845056 }, QWEN2_5_PICTURES, 'x');
  const { grids } = json(`${images}smart-resize.json`) as { grids: [number, number, number, number, number[]][] };
  for (const [height, width, minPixels, maxPixels, thw] of grids) {
    const limits = { minPixels, maxPixels };
    assert.deepEqual((encoder.gridOf({ height, width }, limits) as QwenGrid).thw, thw);
    const image = { height, width, data: new Uint8Array(height * width * 3) };
    assert.deepEqual((encoder.encode(image, limits).grid as QwenGrid).thw, thw);
  }
  const bounds = (minPixels: number | null, maxPixels: number | null) =>
    Object.values(encoder.boundsOf({ minPixels, maxPixels }));
  assert.deepEqual(Object.values(encoder.boundsOf()), [3136, 12845056]);
  assert.deepEqual(bounds(null, null), [3136, 12845056]);
  assert.deepEqual(bounds(null, 50176), [3136, 50176]);
  assert.deepEqual(bounds(null, 784), [784, 784], 'the smallest picture gives way');
  assert.deepEqual(bounds(2 ** 24, null), [2 ** 24, 2 ** 24], 'the largest picture gives way');
});

test('patches are those of transformers', () => {
  const { vision } = parseQwenVlConfig(json(`${model}config.json`));
  const encoder = qwenImageEncoder(vision, json(`${model}preprocessor_config.json`), QWEN2_5_PICTURES, 'x');
  const patches = encoder.encode(readImage(`${model}image0.png`));
  const expected = readSafetensors(`${model}expected.safetensors`).entries.get('image0.pixel_values')!;
  assert.deepEqual((patches.grid as QwenGrid).thw, [1, 4, 6]);
  const numbers = expected.data();
  assert.equal(patches.pixelValues.length, numbers.length);
  const largest = numbers.reduce((most, x, i) => Math.max(most, Math.abs(x - patches.pixelValues[i]!)), 0);
  assert.ok(largest < 1e-6, `largest difference ${largest}`);
});

test('a file that is no whole image is refused by what is wrong', () => {
  const png = readFileSync(`${images}plain.png`);
  const jpeg = readFileSync(`${images}plain.jpg`);
  const refuses = (bytes: Uint8Array, message: RegExp) =>
    assert.throws(() => decodeImage(bytes, 'x.png'), { name: 'SophiaError', code: 'data', message });
  refuses(Buffer.from('hello, I am a text'), /x\.png is not a PNG, JPEG/);
  refuses(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), /is not a PNG/);
  refuses(Buffer.alloc(0), /is empty/);
  for (const part of [png.subarray(0, 10), png.subarray(0, -1), png.subarray(0, -20)]) refuses(part, /truncated/);
  for (const part of [jpeg.subarray(0, 4), jpeg.subarray(0, 300), jpeg.subarray(0, -2)]) refuses(part, /truncated/);
  const damaged = Buffer.from(png);
  damaged[60]! ^= 1;
  refuses(damaged, /checksum of its part "IDAT"/);
  assert.throws(() => decodeImage(png, 'x.png', 1000), /63x41 pixels, more than the 1000 allowed/);
  assert.throws(() => readImage(`${images}none.png`), /none\.png does not exist/);
  assert.throws(() => readImage(images), /is a folder/);
});

test('no cut or bent image file crashes the decoder', () => {
  for (const name of ['plain.png', 'plain.jpg', 'wide-gamut.webp', 'plain.gif', 'plain.bmp']) {
    const whole = readFileSync(images + name);
    for (let length = 1; length < whole.length; length += 97) {
      const bent = Buffer.from(whole.subarray(0, length));
      bent[length >> 1]! ^= 0x55;
      try {
        decodeImage(bent);
      } catch (error) {
        assert.equal((error as Error).name, 'SophiaError', `${name} cut at ${length}: ${(error as Error).stack}`);
      }
    }
  }
});

test('both ways of giving pixel limits are read, contradictions refused', () => {
  const { vision } = parseQwenVlConfig(json(`${model}config.json`));
  assert.equal(
    parsePreprocessor({ size: { shortest_edge: 784, longest_edge: 9000 } }, vision, QWEN2_5_PICTURES).maxPixels,
    9000,
  );
  assert.equal(parsePreprocessor({ min_pixels: 784, max_pixels: 9000 }, vision, QWEN2_5_PICTURES).minPixels, 784);
  assert.throws(
    () => parsePreprocessor({ patch_size: 16 }, vision, QWEN2_5_PICTURES),
    /patch_size is 16, but 14 in config\.json/,
  );
  assert.throws(
    () => parsePreprocessor({ min_pixels: 9, max_pixels: 8 }, vision, QWEN2_5_PICTURES),
    /at least 9 pixels, but at most 8/,
  );
});
