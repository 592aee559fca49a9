/**
 * Sign-flip test of paired differences: how often would flipping signs at random give a mean at least this far from zero? Exact for up
 * to 16 pairs, by 20,000 seeded draws beyond. With n pairs p cannot fall below 2 / 2^n: 0.25 for three seeds.
 */
import { Random } from '../../../shared/values/random.ts';

const EXACT_UP_TO = 16;
const DRAWS = 20_000;

/** Two-sided p of the mean of paired differences being zero; null for fewer than two. */
export function signFlipP(differences: readonly number[], seed = 0): number | null {
  const n = differences.length;
  if (n < 2) return null;
  const observed = Math.abs(differences.reduce((sum, value) => sum + value, 0));
  const reach = observed - 1e-12 * differences.reduce((sum, value) => sum + Math.abs(value), 1e-300);
  let extreme = 0;
  if (n <= EXACT_UP_TO) {
    for (let signs = 0; signs < 2 ** n; signs++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += (signs >> i) & 1 ? differences[i]! : -differences[i]!;
      if (Math.abs(sum) >= reach) extreme++;
    }
    return extreme / 2 ** n;
  }
  const random = new Random(seed, 'sign-flip');
  for (let draw = 0; draw < DRAWS; draw++) {
    let sum = 0;
    for (const value of differences) sum += random.chance(0.5) ? value : -value;
    if (Math.abs(sum) >= reach) extreme++;
  }
  return (extreme + 1) / (DRAWS + 1);
}

/** Holm's step-down correction; nulls stay null and do not count. Order is kept. */
export function holm(ps: readonly (number | null)[]): (number | null)[] {
  const known = ps.flatMap((p, i) => (p === null ? [] : [{ p, i }])).sort((a, b) => a.p - b.p);
  const out: (number | null)[] = ps.map(() => null);
  let largest = 0;
  known.forEach(({ p, i }, rank) => {
    largest = Math.max(largest, Math.min(1, p * (known.length - rank)));
    out[i] = largest;
  });
  return out;
}
