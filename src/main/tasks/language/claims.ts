/**
 * The controlled English of the thinking: each sentence states one claim and ends with " .". `sayClaim` writes a claim,
 * `parseClaim` reads one back; the two are inverse. Deliberately absent: whether a claim is true (rubric/).
 */
import { OPERATIONS, type Operation } from '../scene/scene.ts';

/** What one sentence states. */
export type Claim =
  | { readonly kind: 'read'; readonly key: string; readonly value: string } // the red bar is 5
  | { readonly kind: 'count'; readonly key: string; readonly value: string } // there are 3 red shapes
  | { readonly kind: 'recall'; readonly subject: string; readonly relation: ClaimRelation; readonly value: string } // a cow eats grass
  | {
      readonly kind: 'compute';
      readonly a: string;
      readonly operation: Operation;
      readonly b: string;
      readonly value: string;
    } // 5 plus 3 is 8
  | { readonly kind: 'compare'; readonly a: string; readonly relation: Comparison; readonly b: string } // 5 is more than 3
  | { readonly kind: 'option'; readonly text: string; readonly letter: string } // grass is option B
  | { readonly kind: 'conclude'; readonly value: string } // so the answer is 8
  | { readonly kind: 'guess'; readonly value: string } // maybe it is 8
  | { readonly kind: 'praise' }; // the reasoning is correct

/** The thinking's praise of itself, the only one there is. */
const PRAISE = 'the reasoning is correct';

const COMPARISONS = ['more than', 'less than', 'the same as'] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** Relations as in knowledge.ts; sentences about class, legs, home, food, use and way differ in their verb. */
export type ClaimRelation = 'class' | 'legs' | 'home' | 'food' | 'use' | 'way';

/** Openings of a lazy guess, all of the same meaning. */
export const GUESS_OPENINGS = ['i guess', 'maybe it is', 'it looks like'] as const;

/** The sentence of a claim, without its full stop. `opening` picks among the ways to guess. */
export function sayClaim(claim: Claim, opening: (typeof GUESS_OPENINGS)[number] = GUESS_OPENINGS[0]): string {
  switch (claim.kind) {
    case 'read':
      return `the ${claim.key} is ${claim.value}`;
    case 'count':
      return claim.value === '1' ? `there is 1 ${singular(claim.key)}` : `there are ${claim.value} ${claim.key}`;
    case 'recall':
      return `${article(claim.subject)} ${claim.subject} ${sayFact(claim.relation, claim.value)}`;
    case 'compute':
      return `${claim.a} ${claim.operation} ${claim.b} is ${claim.value}`;
    case 'compare':
      return `${claim.a} is ${claim.relation} ${claim.b}`;
    case 'option':
      return `${claim.text} is option ${claim.letter}`;
    case 'conclude':
      return `so the answer is ${claim.value}`;
    case 'guess':
      return `${opening} ${claim.value}`;
    case 'praise':
      return PRAISE;
  }
}

/** The thinking made of claims: sentences joined, each ended by " .". */
export function sayThinking(sentences: readonly string[]): string {
  return sentences.map((sentence) => `${sentence} .`).join(' ');
}

/** Splits a thinking at its full stops into trimmed sentences; empty ones are dropped. */
export function splitSentences(thinking: string): string[] {
  return thinking
    .split(/[.\n]+/)
    .map((sentence) => sentence.trim().replace(/\s+/g, ' '))
    .filter((sentence) => sentence !== '');
}

/** The claim that a sentence states, or null where it is none of the controlled English. Never throws. */
export function parseClaim(sentence: string): Claim | null {
  for (const [pattern, read] of GRAMMAR) {
    const match = pattern.exec(sentence);
    if (match !== null) return read(match as unknown as readonly string[]);
  }
  return null;
}

/** "a" or "an". */
export function article(noun: string): string {
  return /^[aeio]/.test(noun) ? 'an' : 'a';
}

/** A match: the sentence, then its groups. */
type Parts = readonly (string | undefined)[];

const GRAMMAR: readonly (readonly [RegExp, (parts: Parts) => Claim])[] = [
  [/^so the answer is (.+)$/, ([, a = '']) => ({ kind: 'conclude', value: a })],
  [new RegExp(`^${PRAISE}$`), () => ({ kind: 'praise' })],
  [/^(?:i guess|maybe it is|it looks like) (.+)$/, ([, a = '']) => ({ kind: 'guess', value: a })],
  [
    new RegExp(`^(\\d{1,3}) (${OPERATIONS.join('|')}) (\\d{1,3}) is (\\d{1,4})$`),
    ([, a = '', b = '', c = '', d = '']) => ({ kind: 'compute', a: a, operation: b as Operation, b: c, value: d }),
  ],
  [
    new RegExp(`^(\\d{1,3}) is (${COMPARISONS.join('|')}) (\\d{1,3})$`),
    ([, a = '', b = '', c = '']) => ({ kind: 'compare', a: a, relation: b as Comparison, b: c }),
  ],
  [/^(.+) is option ([A-Z])$/, ([, a = '', b = '']) => ({ kind: 'option', text: a, letter: b })],
  [/^there (?:is|are) (\d{1,3}) (.+)$/, ([, a = '', b = '']) => ({ kind: 'count', key: plural(b), value: a })],
  [/^the (.+?) is (.+)$/, ([, a = '', b = '']) => ({ kind: 'read', key: a, value: b })],
  [/^an? (\S+) has (\d+) legs$/, ([, a = '', b = '']) => ({ kind: 'recall', subject: a, relation: 'legs', value: b })],
  [
    /^an? (\S+) lives in a (\S+)$/,
    ([, a = '', b = '']) => ({ kind: 'recall', subject: a, relation: 'home', value: b }),
  ],
  [/^an? (\S+) eats (\S+)$/, ([, a = '', b = '']) => ({ kind: 'recall', subject: a, relation: 'food', value: b })],
  [/^an? (\S+) is for (\S+)$/, ([, a = '', b = '']) => ({ kind: 'recall', subject: a, relation: 'use', value: b })],
  [/^an? (\S+) goes by (\S+)$/, ([, a = '', b = '']) => ({ kind: 'recall', subject: a, relation: 'way', value: b })],
  [/^an? (\S+) is an? (\S+)$/, ([, a = '', b = '']) => ({ kind: 'recall', subject: a, relation: 'class', value: b })],
];

function sayFact(relation: ClaimRelation, value: string): string {
  switch (relation) {
    case 'class':
      return `is ${article(value)} ${value}`;
    case 'legs':
      return `has ${value} legs`;
    case 'home':
      return `lives in a ${value}`;
    case 'food':
      return `eats ${value}`;
    case 'use':
      return `is for ${value}`;
    case 'way':
      return `goes by ${value}`;
  }
}

/** "red shapes" -> "red shape": every counted noun takes a plain s. */
function singular(key: string): string {
  return key.replace(/s$/, '');
}

function plural(key: string): string {
  return key.endsWith('s') ? key : `${key}s`;
}
