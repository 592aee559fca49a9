/**
 * Matrices that rest in bfloat16, two bytes per number. tfjs-node takes no bfloat16 tensors, so one is kept as an int32 tensor of half as many
 * columns; a graph bitcasts it and casts it to float32 where it is used. The cast is exact. Only for the tensorflow backend.
 */
import * as tf from '@tensorflow/tfjs-core';
import { firstOf } from '../../shared/values/list.ts';
import { ATTR } from './graph-def.ts';
import { nodeBackend } from './node-backend.ts';

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
  const backend = nodeBackend();
  const { binding } = backend;
  const type = (name: string, value: number) => ({ name, type: ATTR.type, value });
  return tf.tidy(() => {
    const ids = backend.getInputTensorIds([packed]);
    const halves = firstOf(
      binding.executeOp('Bitcast', [type('T', INT32), type('type', BFLOAT16)], ids, 1),
      'result of an op',
    );
    const cast = [type('SrcT', BFLOAT16), type('DstT', FLOAT), { name: 'Truncate', type: ATTR.bool, value: false }];
    const numbers = firstOf(binding.executeOp('Cast', cast, [halves.id], 1), 'result of an op'); // [rows, columns / 2, 2]
    binding.deleteTensor(halves.id);
    return tf.reshape(backend.createOutputTensor(numbers), [packed.shape[0], 2 * packed.shape[1]]);
  });
}
