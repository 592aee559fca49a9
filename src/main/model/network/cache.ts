/**
 * The rows' key-value cache between decoding blocks: grows by a block at a time, padded to a few lengths so that few graphs serve them all.
 */

import * as tf from '@tensorflow/tfjs-core';
import { entryAt, firstOf } from '../../../shared/values/list.ts';
import { disposeTree, tidyTree } from '../../tensor/tree.ts';
import type { KeyValues, PastKeyValues } from './attention/attend.ts';
import { MASKED } from './inputs/masks.ts';

/** A row's cache is padded to one of these lengths, so that few graphs serve all blocks of a generation. */
const CACHE_LENGTHS = [0, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096];

const paddedLength = (length: number): number =>
  CACHE_LENGTHS.find((cacheLength) => cacheLength >= length) ?? Math.ceil(length / 4096) * 4096;

/** How many lengths the cache of a row of `tokens` tokens goes through; each has a graph of its own. */
export function lengthsOfCache(tokens: number): number {
  const within = CACHE_LENGTHS.findIndex((length) => length >= tokens);
  return within >= 0 ? within + 1 : CACHE_LENGTHS.length + Math.ceil(tokens / 4096) - 1;
}

/** Hides the padding behind `used` cached positions: [1, 1, 1, padded length]. */
function paddingBias(used: number): tf.Tensor4D {
  const length = paddedLength(used);
  const bias = Float32Array.from({ length }, (_, i) => (i < used ? 0 : MASKED));
  return tf.tensor4d(bias, [1, 1, 1, length]);
}

/** The cache with a block's keys and values put behind its `used` positions (none where it is null), padded; disposes of what it replaces. */
export function appendToCache(cache: PastKeyValues | null, fresh: KeyValues, used: number): PastKeyValues {
  const block = firstOf(fresh.keys, 'layer of keys').shape[2];
  const total = used + block;
  const pad = paddedLength(total) - total;
  const grown = (before: readonly tf.Tensor4D[] | undefined, after: readonly tf.Tensor4D[]): tf.Tensor4D[] =>
    after.map((block, layer) => {
      const [rows, heads, , width] = block.shape;
      const kept =
        before === undefined
          ? []
          : [tf.slice(entryAt(before, layer, 'layer of the cache'), [0, 0, 0, 0], [-1, -1, used, -1])];
      const padding = pad === 0 ? [] : [tf.zeros<tf.Rank.R4>([rows, heads, pad, width])];
      return tf.concat([...kept, block, ...padding], 2);
    });
  const next = tidyTree(() => ({
    keys: grown(cache?.keys, fresh.keys),
    values: grown(cache?.values, fresh.values),
    bias: paddingBias(total),
  }));
  disposeTree(cache, fresh);
  return next;
}
