/**
 * Rotary tables (Su et al. 2021) of tokens whose position has one axis or several (multimodal: time, height, width;
 * Qwen2-VL, section 2.1): each section of the frequencies turns by its own axis. Plain numbers; tensors are made from
 * the tables by the caller.
 */
import { entryAt, firstOf } from '../../../shared/values/list.ts';
import type { TextConfig } from './decoder-config.ts';

/**
 * cos and sin tables [T * headDim] of positions [axes][T]; M-RoPE takes each frequency's angle from its section's axis.
 */
export function rotaryTables(
  positions: readonly ArrayLike<number>[],
  config: TextConfig,
): { cos: Float32Array; sin: Float32Array } {
  const length = firstOf(positions, 'axis of positions').length;
  const half = config.headDim / 2;
  const inverse = Float32Array.from({ length: half }, (_, i) => config.ropeTheta ** ((-2 * i) / config.headDim));
  const axes = config.mropeSection.flatMap((size, axis) =>
    Array<ArrayLike<number>>(size).fill(entryAt(positions, axis, 'axis of positions')),
  );
  const cos = new Float32Array(length * config.headDim);
  const sin = new Float32Array(length * config.headDim);
  for (let t = 0; t < length; t++) {
    for (let i = 0; i < half; i++) {
      const angle = Math.fround((axes[i]?.[t] ?? 0) * (inverse[i] ?? 0));
      const at = t * config.headDim + i;
      cos[at] = cos[at + half] = Math.cos(angle);
      sin[at] = sin[at + half] = Math.sin(angle);
    }
  }
  return { cos, sin };
}
