/**
 * The header of a safetensors file: eight bytes of length, then JSON that names every tensor's format, shape and place.
 * Every rule of the reference implementation is checked, so that a file read here is one that every other reader accepts.
 */

import { SophiaError } from '../../../shared/errors.ts';
import { present } from '../../../shared/values/list.ts';
import { BYTES_PER_ELEMENT, isTensorFormat, type TensorFormat } from './number-formats.ts';

/** Where one tensor lies; `begin` and `end` are bytes from the start of the file's data part. */
export interface TensorPlace {
  readonly name: string;
  readonly format: TensorFormat;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** Where each tensor of a file lies. */
export interface SafetensorsHeader {
  readonly places: readonly TensorPlace[]; // in the order of their data
  readonly metadata: Readonly<Record<string, string>>;
}

/** The reference implementation's limit, which keeps a broken length from filling the memory. */
export const MAX_HEADER_BYTES = 100_000_000;

/**
 * Reads and checks a header.
 * @param dataBytes bytes that follow the header in the file.
 * @param file names the file in error messages.
 * @throws SophiaError 'data' saying which tensor breaks which rule, or how many bytes are missing.
 */
export function parseSafetensorsHeader(header: Uint8Array, dataBytes: number, file: string): SafetensorsHeader {
  const text = decodeUtf8(header, file);
  const json = parseJson(text, file);
  if (!isRecord(json)) fail(file, 'its header is not a JSON object');
  const twice = duplicateKey(text);
  if (twice !== undefined) fail(file, `its header names "${twice}" twice`);
  if (Object.hasOwn(json, '__proto__')) fail(file, 'its header names a tensor "__proto__"');
  const places = Object.entries(json)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => readPlace(name, entry, file))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkPlaces(places, dataBytes, file);
  return { places, metadata: readMetadata(json, file) };
}

function readPlace(name: string, entry: unknown, file: string): TensorPlace {
  if (!isRecord(entry)) fail(file, `the entry of tensor "${name}" is not an object`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!isTensorFormat(dtype)) {
    fail(file, `tensor "${name}" has the unknown format ${JSON.stringify(dtype)}`);
  }
  if (!Array.isArray(shape) || !shape.every(isSize)) {
    fail(file, `tensor "${name}" has the impossible shape ${JSON.stringify(shape)}`);
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) {
    fail(file, `tensor "${name}" has the impossible data_offsets ${JSON.stringify(offsets)}`);
  }
  const [begin, end] = offsets as [number, number];
  if (end < begin) fail(file, `tensor "${name}" ends at byte ${end}, before it begins at ${begin}`);
  const bytes = shape.reduce((a: number, b: number) => a * b, BYTES_PER_ELEMENT[dtype]);
  if (bytes !== end - begin) {
    fail(file, `tensor "${name}" of ${dtype} [${shape.join(', ')}] needs ${bytes} bytes, but has ${end - begin}`);
  }
  return { name, format: dtype, shape, begin, end };
}

/** Data must follow without holes or overlaps and fill the file, so that nothing can hide in it. */
function checkPlaces(places: readonly TensorPlace[], dataBytes: number, file: string): void {
  let at = 0;
  for (const place of places) {
    if (place.begin < at) fail(file, `tensor "${place.name}" overlaps the one before it`);
    if (place.begin > at) fail(file, `${place.begin - at} bytes before tensor "${place.name}" belong to no tensor`);
    at = place.end;
  }
  if (at > dataBytes) {
    const cut = present(
      places.find((place) => place.end > dataBytes),
      'tensor that is cut',
    );
    throw new SophiaError(
      'data',
      `${file} is truncated: ${at - dataBytes} of ${at} data bytes are missing, from tensor "${cut.name}" on.`,
      'Copy or download the file again.',
    );
  }
  if (at < dataBytes) fail(file, `${dataBytes - at} bytes after the last tensor belong to no tensor`);
}

function readMetadata(json: Record<string, unknown>, file: string): Record<string, string> {
  const metadata = json.__metadata__ ?? {};
  if (!isRecord(metadata)) fail(file, '__metadata__ is not an object');
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== 'string') fail(file, `__metadata__ "${key}" is not a text`);
  }
  return metadata as Record<string, string>;
}

/** The first key that an object of this (valid) JSON text has twice; JSON.parse keeps the last one without a word. */
function duplicateKey(json: string): string | undefined {
  const open: (Set<string> | null)[] = []; // keys seen per open object, null for a list
  for (let i = 0; i < json.length; i++) {
    const c = json[i];
    if (c === '{') open.push(new Set());
    else if (c === '[') open.push(null);
    else if (c === '}' || c === ']') open.pop();
    else if (c === '"') {
      const start = i++;
      while (json[i] !== '"') i += json[i] === '\\' ? 2 : 1;
      let next = i + 1;
      while (/[ \t\n\r]/.test(json.charAt(next))) next++;
      const keys = open.at(-1);
      if (json[next] !== ':' || !keys) continue;
      const key = JSON.parse(json.slice(start, i + 1)) as string;
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return undefined;
}

function decodeUtf8(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return fail(file, 'its header is not UTF-8 text');
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return fail(file, 'its header is not JSON');
  }
}

const isRecord = (x: unknown): x is Record<string, unknown> => typeof x === 'object' && x !== null && !Array.isArray(x);
const isSize = (x: unknown): boolean => Number.isSafeInteger(x) && (x as number) >= 0;

function fail(file: string, what: string): never {
  throw new SophiaError('data', `${file} is not a valid safetensors file: ${what}.`);
}
