/**
 * The rows' key-value cache between decoding blocks: grows by a block at a time, padded to a few lengths so that few graphs serve them all.
 */
import * as tf from '@tensorflow/tfjs-core';
import { MASKED } from '../families/qwen2-5-vl/qwen-vl.ts';

/** A row's cache is padded to one of these lengths, so that few graphs serve all blocks of a generation. */
const CACHE_LENGTHS = [0, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096];

const paddedLength = (length: number): number =>
  CACHE_LENGTHS.find((one) => one >= length) ?? Math.ceil(length / 4096) * 4096;

/** Hides the padding behind `used` cached positions; nothing at the first block. */
export function cacheBias(used: number): tf.Tensor[] {
  if (used === 0) return [];
  return [
    tf.tensor4d(
      Float32Array.from({ length: paddedLength(used) }, (_, i) => (i < used ? 0 : MASKED)),
      [1, 1, 1, paddedLength(used)],
    ),
  ];
}

/** The cache with a block's keys or values put behind its `used` positions, padded; disposes of what it replaces. */
export function appendToCache(cache: readonly tf.Tensor[], fresh: readonly tf.Tensor[], used: number): tf.Tensor[] {
  const block = fresh[0]!.shape[2]!;
  const pad = paddedLength(used + block) - used - block;
  const grown = tf.tidy(() =>
    fresh.map((one, i) => {
      const [rows, heads, , width] = one.shape as [number, number, number, number];
      const before = used === 0 ? [] : [tf.slice(cache[i]!, [0, 0, 0, 0], [-1, -1, used, -1])];
      const after = pad === 0 ? [] : [tf.zeros([rows, heads, pad, width])];
      return tf.concat([...before, one, ...after], 2);
    }),
  );
  tf.dispose([...cache, ...fresh]);
  return grown;
}
