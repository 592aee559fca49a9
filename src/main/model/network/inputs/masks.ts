/**
 * What attention must not see, as numbers added to its scores. Plain numbers; tensors are made from them by the caller.
 */
import { firstOf } from '../../../../shared/values/list.ts';

/** Added to the score of a key that must not be seen; large, yet finite so that a fully masked row stays a number. */
export const MASKED = -1e9;

/** Additive causal mask [B, 1, T, T] of a padded batch: 0 where a token may look, MASKED elsewhere. */
export function causalBias(attentionMask: readonly (readonly number[])[]): Float32Array {
  const length = firstOf(attentionMask, 'row of a mask').length;
  const bias = new Float32Array(attentionMask.length * length * length).fill(MASKED);
  attentionMask.forEach((mask, row) => {
    for (let i = 0; i < length; i++)
      for (let j = 0; j <= i; j++) if (mask[j]) bias[(row * length + i) * length + j] = 0;
  });
  return bias;
}
