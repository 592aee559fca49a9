/**
 * Matrices that rest in bfloat16, two bytes per number. tfjs-node takes no bfloat16 tensors, so one is kept as an int32 tensor of half as many
 * columns; a graph bitcasts it and casts it to float32 where it is used. The cast is exact. Only for the tensorflow backend.
 */
import * as tf from '@tensorflow/tfjs-core';
import { firstOf, present } from '../../shared/values/list.ts';
import { ATTR, type OpAttr } from './graph-def.ts';
import { nodeBackend } from './node-backend.ts';
import { ofRank } from './rank.ts';

/** TensorFlow's DataType numbers. */
const [FLOAT, INT32, BFLOAT16] = [1, 3, 14];

/** Whether a weight rests in bfloat16: no weight of a model is made of integers otherwise. */
export function isPacked(tensor: tf.Tensor): boolean {
  return tensor.dtype === 'int32';
}

/** A matrix [rows, columns] of bfloat16 numbers, given as their bytes, as an int32 tensor [rows, columns / 2]; columns are even. */
export function packedMatrix(bytes: Uint8Array, rows: number, columns: number): tf.Tensor2D {
  const own = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const packed = tf.tensor2d(
    new Int32Array(own.buffer, own.byteOffset, own.byteLength / 4),
    [rows, columns / 2],
    'int32',
  );
  // tfjs would hand them to TensorFlow at their first use, all of a model's at once, which copies them: one at a time is enough in memory.
  nodeBackend().getInputTensorIds([packed]);
  return packed;
}

/** The bytes of a packed matrix, as packedMatrix took them. */
export function packedBytes(packed: tf.Tensor): Uint8Array {
  const pairs = packed.dataSync<'int32'>();
  return new Uint8Array(pairs.buffer, pairs.byteOffset, pairs.byteLength);
}

/** The numbers of a packed matrix, read back. */
export function packedNumbers(packed: tf.Tensor): Float32Array {
  const pairs = packed.dataSync<'int32'>();
  const numbers = new Float32Array(2 * pairs.length);
  const bits = new Uint32Array(numbers.buffer);
  for (let i = 0; i < pairs.length; i++) {
    const pair = pairs[i] ?? 0;
    bits[2 * i] = pair << 16; // the first of a pair is its lower half
    bits[2 * i + 1] = pair & 0xffff0000;
  }
  return numbers;
}

/** The float32 matrix [rows, columns] of a packed one [rows, columns / 2]. Traceable. */
export function unpacked(packed: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const halves = [type('T', INT32), type('type', BFLOAT16)];
    const numbers = viaBfloat16(packed, ['Bitcast', halves], ['Cast', castFrom(BFLOAT16, FLOAT)]); // [rows, columns / 2, 2]
    return tf.reshape(numbers, [packed.shape[0], 2 * packed.shape[1]]);
  });
}

/** A float32 matrix [rows, columns], columns even, rounded to bfloat16 (to the nearest, ties to even) and packed. */
export function packedFrom(matrix: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const pairs = tf.reshape(matrix, [matrix.shape[0], matrix.shape[1] / 2, 2]);
    const whole = [type('T', BFLOAT16), type('type', INT32)];
    return ofRank(2, viaBfloat16(pairs, ['Cast', castFrom(FLOAT, BFLOAT16)], ['Bitcast', whole]), 'A packed matrix');
  });
}

const type = (name: string, value: number): OpAttr => ({ name, type: ATTR.type, value });

const castFrom = (from: number, to: number): OpAttr[] => [
  type('SrcT', from),
  type('DstT', to),
  { name: 'Truncate', type: ATTR.bool, value: false },
];

/** Two ops one after the other, of which the first gives bfloat16: tfjs knows no such tensors, so that it lives between the two alone. */
function viaBfloat16(x: tf.Tensor, ...[first, second]: [op: string, attrs: OpAttr[]][]): tf.Tensor {
  const backend = nodeBackend();
  const { binding } = backend;
  const run = ([op, attrs]: [string, OpAttr[]], id: number) =>
    firstOf(binding.executeOp(op, attrs, [id], 1), 'result of an op');
  const between = run(present(first, 'op'), firstOf(backend.getInputTensorIds([x]), 'id of a tensor'));
  const result = run(present(second, 'op'), between.id);
  binding.deleteTensor(between.id);
  return backend.createOutputTensor(result);
}
