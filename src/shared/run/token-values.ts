/**
 * What can be kept of every token of a response, as bytes: what it wrote, log-probability, entropy, KL to the reference, whether it was clipped.
 *
 *   byte 0      version, 1
 *   byte 1      1: KL is there, 2: clip states are there, 3: both
 *   bytes 2-3   0
 *   bytes 4-7   T, the number of tokens, as every number here little-endian
 *   then        T uint16 lengths, T float16 log-probabilities, T float16 entropies, T float16 KL, T uint8 clip states
 *
 * 9 bytes a token. float16 has three decimal digits: enough for a colour and a chart, not for training.
 */
import { SophiaError } from '../errors.ts';

/** How a token's ratio stood to the bounds of the clipped loss, by its code: `low` below with A < 0, `high` above with A > 0. */
export const CLIP_STATES = ['none', 'low', 'high'] as const;
/** One of CLIP_STATES. */
export type ClipState = (typeof CLIP_STATES)[number];

/** Values of a response's T tokens, the end token included where it was reached. */
export interface TokenValues {
  /** [T] characters (UTF-16) of the response's text that a token wrote; 0 for special tokens and beginnings of a character. */
  readonly lengths: readonly number[];
  readonly logps: readonly number[]; // [T] at the sampling temperature
  readonly entropies: readonly number[]; // [T] nats
  readonly kls: readonly number[] | null; // [T] by the run's estimator; null: not kept
  readonly clips: readonly ClipState[] | null; // [T]; null: not known
}

/** Bytes of one token with everything kept. */
export const BYTES_PER_TOKEN = 9;
const VERSION = 1;
const HEAD = 8;
const HAS_KL = 1;
const HAS_CLIP = 2;
const LONGEST_PIECE = 65_535;

/** Values as bytes. Lists are of equal length. */
export function packTokenValues({ lengths, logps, entropies, kls, clips }: TokenValues): Uint8Array {
  const T = lengths.length;
  const bytes = new Uint8Array(HEAD + T * (6 + (kls === null ? 0 : 2) + (clips === null ? 0 : 1)));
  const view = new DataView(bytes.buffer);
  bytes[0] = VERSION;
  bytes[1] = (kls === null ? 0 : HAS_KL) + (clips === null ? 0 : HAS_CLIP);
  view.setUint32(4, T, true);
  let at = HEAD;
  for (const length of lengths) {
    view.setUint16(at, Math.min(length, LONGEST_PIECE), true);
    at += 2;
  }
  for (const list of [logps, entropies, ...(kls === null ? [] : [kls])]) {
    const halves = new Uint16Array(new Float16Array(list).buffer);
    for (const half of halves) {
      view.setUint16(at, half, true);
      at += 2;
    }
  }
  for (const clip of clips ?? []) bytes[at++] = CLIP_STATES.indexOf(clip);
  return bytes;
}

/** Why bytes are none of packTokenValues, in words that follow "is", or null. */
export function tokenBytesFault(bytes: Uint8Array): string | null {
  if (bytes.length < HEAD || bytes[0] !== VERSION) return 'no list of token values of version 1';
  const has = bytes[1] ?? 0;
  if (has > HAS_KL + HAS_CLIP) return 'a list of token values with unknown parts';
  const T = new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true);
  const size = HEAD + T * (6 + (has & HAS_KL ? 2 : 0) + (has & HAS_CLIP ? 1 : 0));
  if (bytes.length !== size) return `${bytes.length} bytes long where ${T} tokens take ${size}`;
  const clips = has & HAS_CLIP ? bytes.subarray(size - T) : [];
  return clips.every((code) => code < CLIP_STATES.length) ? null : 'a list with an unknown clip state';
}

/** The values of bytes. @throws SophiaError 'data' for bytes of another form */
export function unpackTokenValues(bytes: Uint8Array): TokenValues {
  const why = tokenBytesFault(bytes);
  if (why !== null) throw new SophiaError('data', `Token values are ${why}.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const T = view.getUint32(4, true);
  const has = bytes[1] ?? 0;
  let at = HEAD;
  const shorts = () =>
    Array.from({ length: T }, () => {
      at += 2;
      return view.getUint16(at - 2, true);
    });
  const lengths = shorts();
  const logps = shorts().map(numberOfHalf);
  const entropies = shorts().map(numberOfHalf);
  const kls = has & HAS_KL ? shorts().map(numberOfHalf) : null;
  const clips = has & HAS_CLIP ? [...bytes.subarray(at, at + T)].map((code) => CLIP_STATES[code] ?? 'none') : null;
  return { lengths, logps, entropies, kls, clips };
}

/** A float16 by its bits. By hand: browsers of before 2025 have no Float16Array. */
function numberOfHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Bytes as base64, as events and archives carry them. */
export function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** The bytes of base64; null for a text that is none. */
export function bytesOfBase64(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  } catch {
    return null;
  }
}
