/**
 * Entries of lists that an invariant says are there. Where it does not hold, the error names what is missing, instead of an undefined that
 * fails somewhere else. Deliberately absent: lists that may be empty or short (`list[i]` says undefined by itself).
 */
import { SophiaError } from '../errors.ts';

/** What is there by an invariant. @throws SophiaError 'internal' naming what is missing. */
export function present<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new SophiaError('internal', `There is no ${what}.`);
  return value;
}

/** The entry at a place, from 0. @throws SophiaError 'internal' naming what is missing and where. */
export function entryAt<T>(list: ArrayLike<T>, index: number, what: string): T {
  const value = list[index];
  if (value === undefined)
    throw new SophiaError('internal', `There is no ${what} ${index}, only ${list.length} of them.`);
  return value;
}

/** The first entry. @throws SophiaError 'internal' where there is none. */
export function firstOf<T>(list: ArrayLike<T>, what: string): T {
  return entryAt(list, 0, what);
}

/** The last entry. @throws SophiaError 'internal' where there is none. */
export function lastOf<T>(list: ArrayLike<T>, what: string): T {
  return entryAt(list, list.length - 1, what);
}

/** Pairs of the entries at equal places. @throws SophiaError 'internal' where one list is longer. */
export function zip<A, B>(a: readonly A[], b: ArrayLike<B>): [A, B][] {
  if (a.length !== b.length)
    throw new SophiaError('internal', `${a.length} entries cannot be paired with ${b.length}.`);
  return a.map((entry, i) => [entry, b[i] as B]); // of equal length
}

/** The value of a key, made and kept where there is none yet. */
export function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
