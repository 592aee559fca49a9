/**
 * Reads and writes safetensors files (https://github.com/huggingface/safetensors#format). Only the header is read when a
 * file is opened; a tensor's bytes are read when its data is asked for, so a file may be larger than the memory.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { SophiaError } from '../../../shared/errors.ts';
import { atomicWrite } from './atomic-write.ts';
import { refuseIrregular } from './local-path.ts';
import { BYTES_PER_ELEMENT, fromFloat32, type TensorFormat, toFloat32 } from './number-formats.ts';
import { MAX_HEADER_BYTES, parseSafetensorsHeader, type TensorPlace } from './safetensors-header.ts';

/** One tensor of a file; `data` reads it from disk at every call. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: TensorFormat;
  readonly shape: readonly number[];
  readonly data: () => Float32Array; // row-major, as many as the shape says
  readonly bytes: () => Uint8Array; // as they are on disk
}

/** An opened file: its tensors by name, and its metadata. */
export interface SafetensorsFile {
  readonly entries: ReadonlyMap<string, TensorEntry>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A tensor to write. Integers and bytes keep their format, float32 is written in the format of the file. */
export interface TensorToWrite {
  readonly name: string;
  readonly shape: readonly number[];
  /** The numbers, or a function that gives them when their turn comes (nothing else needs them in memory). */
  readonly data: TensorData | (() => TensorData);
  readonly dtype?: TensorFormat; // needed only when `data` is a function and the numbers are no floats
}

/** Numbers to write, row-major. */
export type TensorData = Float32Array | Int32Array | Uint8Array;

/** Number format of floats (default F32) and metadata. */
export interface WriteOptions {
  readonly dtype?: 'F32' | 'F16' | 'BF16';
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Opens a safetensors file. @throws SophiaError 'data' naming the file and what is wrong with it. */
export function readSafetensors(path: string): SafetensorsFile {
  return withFile(path, (fd) => {
    const fileBytes = fstatSync(fd).size;
    if (fileBytes < 8) {
      throw new SophiaError(
        'data',
        `${path} is not a safetensors file: it has ${fileBytes} bytes, fewer than the 8 of its length.`,
      );
    }
    const start = readAt(fd, 0, 8, path);
    if (start.toString('latin1') === 'version ')
      throw new SophiaError(
        'data',
        `${path} is a Git LFS pointer, not the weights.`,
        'Run git lfs pull in its repository, or download the file itself.',
      );
    const length = start.readBigUInt64LE();
    if (length > BigInt(MAX_HEADER_BYTES)) {
      throw new SophiaError('data', `${path} is not a safetensors file: it claims a header of ${length} bytes.`);
    }
    const dataStart = 8 + Number(length);
    if (dataStart > fileBytes) {
      throw new SophiaError(
        'data',
        `${path} is truncated: ${dataStart - fileBytes} of ${length} header bytes are missing.`,
      );
    }
    const header = parseSafetensorsHeader(readAt(fd, 8, Number(length), path), fileBytes - dataStart, path);
    const entries = new Map(header.places.map((place) => [place.name, entryOf(path, dataStart, place)]));
    return { entries, metadata: header.metadata };
  });
}

/**
 * Writes a safetensors file atomically, tensors in the order of their names.
 * @throws SophiaError 'internal' when the numbers of a tensor do not fill its shape, 'environment' when the disk does not take it.
 */
export function writeSafetensors(path: string, tensors: Iterable<TensorToWrite>, options: WriteOptions = {}): void {
  const floats = options.dtype ?? 'F32';
  const sorted = [...tensors].sort((a, b) => (a.name < b.name ? -1 : 1));
  const header: Record<string, unknown> = { __metadata__: { format: 'pt', ...options.metadata } };
  let at = 0;
  for (const tensor of sorted) {
    const dtype = formatOf(tensor, floats);
    const end = at + tensor.shape.reduce((a, b) => a * b, BYTES_PER_ELEMENT[dtype]);
    if (Object.hasOwn(header, tensor.name))
      throw new SophiaError('internal', `Two tensors are named "${tensor.name}".`);
    header[tensor.name] = { dtype, shape: tensor.shape, data_offsets: [at, end] };
    at = end;
  }
  const json = Buffer.from(JSON.stringify(header), 'utf8');
  // Spaces up to a multiple of eight, so that readers that map the file find their numbers aligned.
  const start = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, ' ');
  start.writeBigUInt64LE(BigInt(start.length - 8));
  json.copy(start, 8);
  atomicWrite(path, (append) => {
    append(start);
    for (const tensor of sorted) append(bytesOf(tensor, formatOf(tensor, floats)));
  });
}

/** Bytes that a tensor takes on disk. */
export function byteLengthOf(tensor: TensorToWrite, floats: 'F32' | 'F16' | 'BF16' = 'F32'): number {
  return tensor.shape.reduce((a, b) => a * b, BYTES_PER_ELEMENT[formatOf(tensor, floats)]);
}

function formatOf(tensor: TensorToWrite, floats: 'F32' | 'F16' | 'BF16'): TensorFormat {
  if (tensor.dtype !== undefined) return tensor.dtype;
  if (tensor.data instanceof Int32Array) return 'I32';
  return tensor.data instanceof Uint8Array ? 'U8' : floats;
}

function bytesOf(tensor: TensorToWrite, format: TensorFormat): Uint8Array {
  const data = typeof tensor.data === 'function' ? tensor.data() : tensor.data;
  const bytes =
    data instanceof Float32Array && (format === 'F32' || format === 'F16' || format === 'BF16')
      ? fromFloat32(data, format)
      : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const expected = tensor.shape.reduce((a, b) => a * b, BYTES_PER_ELEMENT[format]);
  if (bytes.byteLength !== expected) {
    throw new SophiaError(
      'internal',
      `Tensor "${tensor.name}" [${tensor.shape.join(', ')}] was given ${data.length} numbers.`,
    );
  }
  return bytes;
}

function entryOf(path: string, dataStart: number, place: TensorPlace): TensorEntry {
  const { name, format, shape } = place;
  const bytes = () => withFile(path, (fd) => readAt(fd, dataStart + place.begin, place.end - place.begin, path));
  return { name, dtype: format, shape, bytes, data: () => toFloat32(bytes(), format, `${path}: tensor "${name}"`) };
}

function withFile<T>(path: string, use: (fd: number) => T): T {
  let fd: number;
  refuseIrregular(path);
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new SophiaError(
      'data',
      missing ? `${path} does not exist.` : `${path} cannot be opened: ${(error as Error).message}.`,
    );
  }
  try {
    return use(fd);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EISDIR') throw error;
    throw new SophiaError('data', `${path} is a folder, not a safetensors file.`);
  } finally {
    closeSync(fd);
  }
}

/** Exactly `length` bytes from `position`; memory of its own, so that number views over it are aligned. */
function readAt(fd: number, position: number, length: number, path: string): Buffer<ArrayBuffer> {
  const buffer = Buffer.from(new ArrayBuffer(length));
  for (let at = 0; at < length; ) {
    const got = readSync(fd, buffer, at, Math.min(length - at, 2 ** 30), position + at);
    if (got === 0)
      throw new SophiaError(
        'data',
        `${path} is truncated: ${length - at} bytes from byte ${position + at} on are missing.`,
      );
    at += got;
  }
  return buffer;
}
