/** Decoded pictures do not pile up in memory outside of JavaScript's heap, where a loop over them lets go. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCanvas } from '@napi-rs/canvas';
import { decodeImage } from '../../../src/main/model/image/decode-image.ts';
import { letGoOfPictures } from '../../../src/main/model/image/let-go.ts';

test('three hundred photographs take no more memory than a few', async () => {
  const bytes = createCanvas(640, 480).toBuffer('image/jpeg');
  const resident = () => process.memoryUsage().rss / 2 ** 20;
  const decode = async (times: number) => {
    for (let i = 0; i < times; i++) {
      assert.equal(decodeImage(bytes).width, 640);
      await letGoOfPictures();
    }
  };
  await decode(100);
  const before = resident();
  await decode(300); // 3.5 MiB each: a gigabyte, were they kept
  assert.ok(resident() - before < 200, `${resident() - before} MiB more`);
});
