/**
 * Counter-based random numbers (Philox4x32-10, Salmon et al. 2011): a draw depends only on its key and counter,
 * never on what was drawn before, so a run is reproducible and resumable bit by bit.
 */
import { entryAt, lastOf } from './list.ts';

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;

function mulHi(a: number, b: number): number {
  const aLo = a & 0xffff;
  const aHi = a >>> 16;
  const bLo = b & 0xffff;
  const bHi = b >>> 16;
  const mid = aHi * bLo + ((aLo * bLo) >>> 16);
  const mid2 = aLo * bHi + (mid & 0xffff);
  return (aHi * bHi + (mid >>> 16) + (mid2 >>> 16)) >>> 0;
}

/** One Philox4x32-10 block: four 32-bit words from a 128-bit counter and a 64-bit key. */
export function philox(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): Uint32Array {
  let [c0, c1, c2, c3] = counter.map((x) => x >>> 0) as [number, number, number, number];
  let k0 = key[0] >>> 0;
  let k1 = key[1] >>> 0;
  for (let round = 0; round < 10; round++) {
    const hi0 = mulHi(M0, c0);
    const lo0 = Math.imul(M0, c0) >>> 0;
    const hi1 = mulHi(M1, c2);
    const lo1 = Math.imul(M1, c2) >>> 0;
    c0 = (hi1 ^ c1 ^ k0) >>> 0;
    c1 = lo1;
    c2 = (hi0 ^ c3 ^ k1) >>> 0;
    c3 = lo0;
    k0 = (k0 + W0) >>> 0;
    k1 = (k1 + W1) >>> 0;
  }
  return Uint32Array.of(c0, c1, c2, c3);
}

/** A uniform number in (0, 1) keyed by (seed, stream) at position (a, b, c). */
export function uniformAt(seed: number, stream: number, a: number, b = 0, c = 0): number {
  const [x, y] = philox([a, b, c, 0], [seed, stream]) as unknown as [number, number];
  return ((x >>> 5) * 67108864 + (y >>> 6) + 0.5) / 9007199254740992;
}

/** FNV-1a hash of a text, for keying streams by name or question id. */
export function hash32(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/** A small sequential generator over one Philox stream, for data generation and shuffles; `state` restores it. */
export class Random {
  readonly seed: number;
  readonly stream: number;
  position: number;

  constructor(seed: number, stream: number | string = 0, position = 0) {
    this.seed = seed >>> 0;
    this.stream = typeof stream === 'string' ? hash32(stream) : stream >>> 0;
    this.position = position;
  }

  /** Uniform in (0, 1). */
  next(): number {
    const at = this.position++;
    return uniformAt(this.seed, this.stream, at >>> 0, Math.floor(at / 4294967296));
  }

  /** Integer in [low, high], both ends included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** One entry of a list. */
  pick<T>(items: readonly T[]): T {
    return entryAt(items, this.int(0, items.length - 1), 'item to pick');
  }

  /** One of the values by their weights, of which one at least is above 0. */
  weighted<T>(entries: readonly (readonly [value: T, weight: number])[]): T {
    let left = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    const drawn = entries.find(([, weight]) => {
      left -= weight;
      return weight > 0 && left <= 0;
    });
    return (drawn ?? lastOf(entries, 'entry to draw'))[0];
  }

  /** True with probability p. */
  chance(p: number): boolean {
    return this.next() < p;
  }

  /** A shuffled copy (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const out = [...items];
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.int(0, i);
      [out[i], out[j]] = [entryAt(out, j, 'item'), entryAt(out, i, 'item')];
    }
    return out;
  }

  /** Standard normal (Box-Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(this.next())) * Math.cos(2 * Math.PI * this.next());
  }
}
