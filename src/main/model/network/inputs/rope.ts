/**
 * Rotary tables (Su et al. 2021) of tokens whose position has one axis or several (multimodal: time, height, width;
 * Qwen2-VL, section 2.1): each section of the frequencies turns by its own axis, or the axes take turns (Qwen3-VL's
 * interleaved M-RoPE). Plain numbers; tensors are made from
 * the tables by the caller. The cosines of a position are computed once per model: generation asks for the same few
 * hundred positions at every block of every step.
 */
import { entryAt, firstOf } from '../../../../shared/values/list.ts';
import type { TextConfig } from '../decoder-config.ts';

/** The turns of the positions up to `known`, by position and frequency: [known, headDim / 2]. */
interface Turns {
  readonly known: number;
  readonly cos: Float32Array;
  readonly sin: Float32Array;
}

/** The longest context, in positions, whose frequencies are rounded once. */
const ROUNDED_ONCE = 512;

const turnsOf = new WeakMap<TextConfig, Turns>();

/**
 * cos and sin tables [T * headDim] of positions [axes][T] (whole numbers from 0 on); M-RoPE takes each frequency's
 * angle from its section's axis.
 */
export function rotaryTables(
  positions: readonly ArrayLike<number>[],
  config: TextConfig,
): { cos: Float32Array; sin: Float32Array } {
  const length = firstOf(positions, 'axis of positions').length;
  const half = config.headDim / 2;
  const axes = axesOfFrequencies(config).map((axis) => entryAt(positions, axis, 'axis of positions'));
  const turns = turnsUpTo(config, positions);
  const cos = new Float32Array(length * config.headDim);
  const sin = new Float32Array(length * config.headDim);
  for (let t = 0; t < length; t++) {
    for (let i = 0; i < half; i++) {
      const from = (axes[i]?.[t] ?? 0) * half + i;
      const at = t * config.headDim + i;
      cos[at] = cos[at + half] = turns.cos[from] ?? Number.NaN;
      sin[at] = sin[at + half] = turns.sin[from] ?? Number.NaN;
    }
  }
  return { cos, sin };
}

/**
 * By which axis each frequency turns [headDim / 2]: section by section, or, interleaved, frequency i by axis i mod n as
 * long as that axis has frequencies left, and by the first axis otherwise.
 */
function axesOfFrequencies({ mropeSection, mropeInterleaved }: TextConfig): number[] {
  if (!mropeInterleaved) return mropeSection.flatMap((size, axis) => Array<number>(size).fill(axis));
  const count = mropeSection.length;
  const half = mropeSection.reduce((sum, size) => sum + size, 0);
  return Array.from({ length: half }, (_, i) =>
    Math.floor(i / count) < entryAt(mropeSection, i % count, 'section') ? i % count : 0,
  );
}

/** The turns of a model, of all positions given at least. */
function turnsUpTo(config: TextConfig, positions: readonly ArrayLike<number>[]): Turns {
  const half = config.headDim / 2;
  let largest = 0;
  for (const axis of positions) for (let t = 0; t < axis.length; t++) largest = Math.max(largest, axis[t] ?? 0);
  const before = turnsOf.get(config);
  if (before !== undefined && largest < before.known) return before;
  const inverse = inverseFrequencies(config);
  const known = 2 ** Math.ceil(Math.log2(largest + 1));
  const [cos, sin] = [new Float32Array(known * half), new Float32Array(known * half)];
  for (let at = 0; at < known * half; at++) {
    const angle = Math.fround(Math.floor(at / half) * (inverse[at % half] ?? 0));
    cos[at] = Math.cos(angle);
    sin[at] = Math.sin(angle);
  }
  const turns = { known, cos, sin };
  turnsOf.set(config, turns);
  return turns;
}

/**
 * theta^(-2i / headDim) [headDim / 2]. Long contexts round as transformers does: exponent, power and reciprocal each to
 * a float, which a position far along multiplies until it shows in logits (3e-4 at the 500th). Contexts of the embedded
 * models' size are rounded once, at the end, as in every study that ran: there the two are 1e-5 apart, and changing it
 * would change the bits of those studies.
 */
function inverseFrequencies({ ropeTheta, headDim, maxPositionEmbeddings }: TextConfig): Float32Array {
  const round = maxPositionEmbeddings > ROUNDED_ONCE ? Math.fround : (value: number) => value;
  const theta = round(ropeTheta);
  return Float32Array.from({ length: headDim / 2 }, (_, i) => 1 / round(theta ** round((2 * i) / headDim)));
}
