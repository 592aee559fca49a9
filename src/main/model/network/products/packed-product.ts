/**
 * Products with a matrix that rests in bfloat16 (tensor/bfloat16.ts), [out, in] as files hold it. It is cast a few rows at a time, each piece
 * once those before it were used: float32 copies never lie in memory whole, and a piece is read from the processor's cache. Two pieces are in
 * work side by side, one per thread (tensor/backend.ts). The gradient casts again; there is none by the matrix, which is frozen.
 */
import * as tf from '@tensorflow/tfjs-core';
import { unpacked } from '../../../tensor/bfloat16.ts';
import { after } from '../../../tensor/raw-op.ts';
import { matrixProduct } from './matrix-products.ts';

/** Numbers cast at once. */
const NUMBERS_AT_ONCE = 2 ** 21;
/** Pieces in work side by side. */
const LANES = 2;

/** x [M, in] times a packed matrix [out, in / 2] -> [M, out]. */
export function packedForward(x: tf.Tensor2D, packed: tf.Tensor2D): tf.Tensor2D {
  const parts: tf.Tensor2D[] = [];
  for (const [from, rows] of pieces(packed))
    parts.push(tf.tidy(() => matrixProduct(x, piece(packed, from, rows, parts.at(-LANES) ?? x), false, true)));
  return joined(parts);
}

/** The gradient by x of that product: dy [M, out] -> [M, in]. */
export function packedBackward(dy: tf.Tensor2D, packed: tf.Tensor2D): tf.Tensor2D {
  const sums: tf.Tensor2D[] = [];
  for (const [i, [from, rows]] of pieces(packed).entries()) {
    const before = sums[i % LANES];
    sums[i % LANES] = tf.tidy(() => {
      const part = matrixProduct(
        tf.slice(dy, [0, from], [-1, rows]),
        piece(packed, from, rows, before ?? dy),
        false,
        false,
      );
      return before === undefined ? part : tf.add(before, part);
    });
  }
  return sums.length === 1 ? sums[0]! : tf.addN(sums);
}

function pieces({ shape: [rows, half] }: tf.Tensor2D): [from: number, rows: number][] {
  const most = Math.max(1, Math.floor(NUMBERS_AT_ONCE / (2 * half)));
  return Array.from({ length: Math.ceil(rows / most) }, (_, i) => [i * most, Math.min(most, rows - i * most)]);
}

/** Rows of the matrix in float32, cast once `behind` is computed. */
function piece(packed: tf.Tensor2D, from: number, rows: number, behind: tf.Tensor): tf.Tensor2D {
  return unpacked(after(tf.slice(packed, [from, 0], [rows, -1]), behind));
}

function joined(parts: tf.Tensor2D[]): tf.Tensor2D {
  return parts.length === 1 ? parts[0]! : tf.concat(parts, 1);
}
