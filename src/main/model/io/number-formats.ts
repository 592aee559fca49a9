/// <reference lib="esnext.float16" />
/**
 * The number formats of safetensors and their conversion from and to float32, all little-endian as the file and every
 * platform Node runs on are. Halves and bfloat16 are rounded to the nearest, ties to even, as PyTorch does.
 */
import { assertNever, SophiaError } from '../../../shared/errors.ts';

/** Bytes per element of every format a safetensors file may name. */
export const BYTES_PER_ELEMENT = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  F8_E8M0: 1,
} as const satisfies Record<string, number>;

export type TensorFormat = keyof typeof BYTES_PER_ELEMENT;

/** Whether a format of this name is known. */
export function isTensorFormat(name: unknown): name is TensorFormat {
  return typeof name === 'string' && Object.hasOwn(BYTES_PER_ELEMENT, name);
}

/**
 * The numbers of `bytes` (as many as fit) as float32; integers beyond 2^24 lose their last digits.
 * @throws SophiaError 'data' for eight-bit floats, which no checkpoint of ours uses.
 */
export function toFloat32(bytes: Uint8Array, format: TensorFormat, what: string): Float32Array {
  // A view of its own memory, so that it starts at a multiple of the element size.
  const own = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  const [buffer, at, count] = [own.buffer, own.byteOffset, own.byteLength / BYTES_PER_ELEMENT[format]];
  switch (format) {
    case 'F32':
      return new Float32Array(buffer, at, count);
    case 'F16':
      return new Float32Array(new Float16Array(buffer, at, count));
    case 'BF16':
      return fromBfloat16(new Uint16Array(buffer, at, count));
    case 'F64':
      return new Float32Array(new Float64Array(buffer, at, count));
    case 'I64':
      return Float32Array.from(new BigInt64Array(buffer, at, count), Number);
    case 'U64':
      return Float32Array.from(new BigUint64Array(buffer, at, count), Number);
    case 'I32':
      return new Float32Array(new Int32Array(buffer, at, count));
    case 'U32':
      return new Float32Array(new Uint32Array(buffer, at, count));
    case 'I16':
      return new Float32Array(new Int16Array(buffer, at, count));
    case 'U16':
      return new Float32Array(new Uint16Array(buffer, at, count));
    case 'I8':
      return new Float32Array(new Int8Array(buffer, at, count));
    case 'U8':
    case 'BOOL':
      return new Float32Array(new Uint8Array(buffer, at, count));
    case 'F8_E4M3':
    case 'F8_E5M2':
    case 'F8_E8M0':
      throw new SophiaError(
        'data',
        `${what} holds ${format} numbers, which cannot be read.`,
        'Convert it to bfloat16 or float32.',
      );
    default:
      return assertNever(format, 'number format');
  }
}

/** Float32 numbers in a float format of a checkpoint, as bytes. */
export function fromFloat32(numbers: Float32Array, format: 'F32' | 'F16' | 'BF16'): Uint8Array {
  switch (format) {
    case 'F32':
      return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
    case 'F16':
      return new Uint8Array(new Float16Array(numbers).buffer);
    case 'BF16':
      return new Uint8Array(toBfloat16(numbers).buffer);
    default:
      return assertNever(format, 'number format');
  }
}

function fromBfloat16(halves: Uint16Array): Float32Array {
  const out = new Float32Array(halves.length);
  const bits = new Uint32Array(out.buffer);
  for (let i = 0; i < halves.length; i++) bits[i] = (halves[i] ?? 0) << 16;
  return out;
}

function toBfloat16(numbers: Float32Array): Uint16Array {
  const out = new Uint16Array(numbers.length);
  const bits = new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length);
  for (let i = 0; i < bits.length; i++) {
    const x = bits[i] ?? 0;
    // Rounding a NaN up could make an infinity of it: keep its top half and set a mantissa bit.
    if ((x & 0x7fffffff) > 0x7f800000) out[i] = (x >>> 16) | 0x40;
    else out[i] = (x + 0x7fff + ((x >>> 16) & 1)) >>> 16;
  }
  return out;
}
