/**
 * Runs a scene's program: from the values that its reading steps yield to the conclusion. Overriding a step's value carries
 * an error through the rest, which is how flawed thinking is written. Deliberately absent: words beyond a claim's fields.
 */

import { assertNever } from '../../../shared/errors.ts';
import { firstOf } from '../../../shared/values/list.ts';
import type { Claim } from '../language/claims.ts';
import { recall } from './knowledge.ts';
import { type Operation, optionLetter, type Ref, type Step } from './scene.ts';

/** Replaced values by step number. */
export type Overrides = ReadonlyMap<number, string>;

/** The value of every step, in order, after replacing those overridden; null where a step cannot be done (no such option or fact). */
export function runProgram(
  program: readonly Step[],
  options: readonly string[] | null,
  overrides: Overrides = new Map(),
): (string | null)[] {
  const values: (string | null)[] = [];
  program.forEach((step, at) => {
    values.push(overrides.get(at) ?? stepValue(step, values, options));
  });
  return values;
}

/** The claims that state a program's steps with these values; a step without value states nothing. */
export function claimsOf(program: readonly Step[], values: readonly (string | null)[]): (Claim | null)[] {
  return program.map((step, at): Claim | null => {
    const value = values[at] ?? null;
    if (value === null) return null;
    const of = (ref: Ref): string => valueAt(ref, values) ?? '';
    switch (step.kind) {
      case 'read':
      case 'count':
        return { kind: step.kind, key: step.key, value };
      case 'recall':
        return { kind: 'recall', subject: bare(of(step.of)), relation: step.relation, value };
      case 'compute':
        return { kind: 'compute', a: of(step.a), operation: step.operation, b: of(step.b), value };
      case 'compare':
        return {
          kind: 'compare',
          a: of(step.a),
          relation: relationOf(Number(of(step.a)), Number(of(step.b))),
          b: of(step.b),
        };
      case 'option':
        return { kind: 'option', text: bare(of(step.of)), letter: value };
      case 'conclude':
        return { kind: 'conclude', value };
      default:
        return assertNever(step, 'program step');
    }
  });
}

/** What a reference stands for, given the values so far. */
export function valueAt(ref: Ref, values: readonly (string | null)[]): string | null {
  if ('constant' in ref) return ref.constant;
  const value = values[ref.step] ?? null;
  if (value === null || ref.part === undefined) return value;
  return numbersIn(value)[ref.part] ?? null;
}

/** The numbers in a read expression, in order. */
function numbersIn(text: string): string[] {
  return text.match(/\d+/g) ?? [];
}

/** The result of an operation on whole numbers given as text, or null where that makes no sense or is negative. */
export function compute(operation: Operation, a: string | null, b: string | null): string | null {
  if (a === null || b === null || !/^\d+$/.test(a) || !/^\d+$/.test(b)) return null;
  const [x, y] = [Number(a), Number(b)];
  const result = operation === 'plus' ? x + y : operation === 'minus' ? x - y : x * y;
  return result < 0 ? null : String(result);
}

/** How two numbers compare, in the words of a claim. */
export function relationOf(a: number, b: number): 'more than' | 'less than' | 'the same as' {
  return a > b ? 'more than' : a < b ? 'less than' : 'the same as';
}

/** A value without its article or place word: "a cow" -> "cow", "at the top left" -> "top left". A whole shape keeps its article. */
export function bare(value: string): string {
  return value.replace(/^at the /, '').replace(/^an? (?=\S+$)/, '');
}

function stepValue(step: Step, values: readonly (string | null)[], options: readonly string[] | null): string | null {
  switch (step.kind) {
    case 'read':
    case 'count':
      return step.value;
    case 'recall':
      return recall(bare(valueAt(step.of, values) ?? ''), step.relation) ?? null;
    case 'compute':
      return compute(step.operation, valueAt(step.a, values), valueAt(step.b, values));
    case 'compare': {
      const [a, b] = [Number(valueAt(step.a, values)), Number(valueAt(step.b, values))];
      return a > b ? step.names[0] : a < b ? step.names[1] : 'the same';
    }
    case 'option': {
      const text = valueAt(step.of, values);
      const at = text === null ? -1 : (options ?? []).indexOf(bare(text));
      return at < 0 ? null : optionLetter(at);
    }
    case 'conclude':
      return join(
        step.of.map((ref) => valueAt(ref, values)),
        step.join,
      );
  }
}

function join(parts: readonly (string | null)[], how: 'same' | 'spell' | 'above' | 'left'): string | null {
  if (parts.some((part) => part === null)) return null;
  const texts = parts as readonly string[];
  switch (how) {
    case 'same':
      return bare(firstOf(texts, 'part'));
    case 'spell':
      return texts.map((text) => text.replaceAll(' ', '')).join(' ');
    case 'above':
      return `${texts[0]} above ${texts[1]}`;
    case 'left':
      return `${texts[0]} left of ${texts[1]}`;
  }
}
