/**
 * Times of day and lengths of time written with colons, which are no ratios: 1:20 and 2:40 are two times. Deliberately absent: times in words.
 */
import { type Expression, equalExpressions } from './equal-expressions.ts';

/** Whether terms may be a time of day or a length of time, which is no ratio: 1:20 and 2:40 are two times. */
export function isClock(terms: readonly Expression[]): boolean {
  return terms.slice(1).every(({ node }) => node.op === 'number' && /^[0-5]\d$/.test(node.text));
}

/** 10:10 is 10:10:00, and 14:30 is 2:30 PM; without "am" or "pm" on either side 2:30 may be both. */
export function sameTime(a: readonly Expression[], b: readonly Expression[]): boolean {
  const [x, y] = [withoutSeconds(a), withoutSeconds(b)];
  if (x.length !== y.length) return false;
  const equal = (left: readonly Expression[], right: readonly Expression[]) =>
    left.every((term, i) => equalExpressions(term, right[i] ?? term));
  if (equal(x, y)) return true;
  return (halfOf(x) === null) !== (halfOf(y) === null) && equal(in24Hours(x), in24Hours(y));
}

/** "am", "pm" or neither. */
function halfOf(terms: readonly Expression[]): 'am' | 'pm' | null {
  const unit = terms.at(-1)?.unit ?? null;
  return unit === 'am' || unit === 'pm' ? unit : null;
}

function withoutSeconds(terms: readonly Expression[]): readonly Expression[] {
  const [, , third] = terms;
  const isNone =
    terms.length === 3 && third?.unit === null && third.node.op === 'number' && Number(third.node.text) === 0;
  return isNone ? terms.slice(0, 2) : terms;
}

function in24Hours(terms: readonly Expression[]): readonly Expression[] {
  const half = halfOf(terms);
  const [first] = terms;
  if (half === null || first?.node.op !== 'number') return terms;
  const hour = (Number(first.node.text) % 12) + (half === 'pm' ? 12 : 0);
  return terms.map((term, i) => ({
    ...term,
    ...(i === 0 && { node: { op: 'number', text: String(hour) } as const }),
    ...(i === terms.length - 1 && { unit: null }),
  }));
}
