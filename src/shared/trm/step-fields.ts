/** The fields of steps: what one is, how each kind is made, and those of judges and servers, which several verbs share. */
import type { KindTable } from '../kinds/kind.ts';
import { type AskedAnnotator, DIMENSIONS } from './annotations.ts';

/** What of the home a field names, for the page to offer what there is. */
export type StepSource = 'studies' | 'datasets' | 'annotations' | 'builds' | 'models' | 'raters';

/** One thing to choose. */
export interface StepField {
  readonly name: string; // as the command line writes it: `min-words` is --min-words
  readonly title: string;
  readonly help: string;
  readonly kind: 'name' | 'text' | 'lines' | 'integer' | 'number' | 'choice' | 'flag' | 'list';
  readonly positional?: boolean; // given without its name, last on the command line
  readonly default?: string | number | readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly choices?: readonly string[];
  readonly kinds?: KindTable; // titles of the choices
  readonly from?: StepSource;
  readonly onlyFor?: AskedAnnotator; // where another annotator is chosen, it does not apply
  readonly isNeeded?: boolean; // where it applies; operands always are
  readonly isFine?: boolean; // seldom changed
}

type More = Partial<Omit<StepField, 'name' | 'title' | 'help' | 'kind'>>;
const field =
  (kind: StepField['kind'], always: More = {}) =>
  (name: string, title: string, help: string, more: More = {}): StepField => ({
    name,
    title,
    help,
    kind,
    ...always,
    ...more,
  });
/** A name that this program gives or gave. */
export const named = field('name');
/** A text of one line. */
export const text = field('text');
const lines = field('lines', { isFine: true }); // a text that may have several
/** A whole number. */
export const integer = field('integer');
/** A number. */
export const number = field('number');
/** One of several names. */
export const choice = field('choice');
/** Yes or no. */
export const flag = field('flag');
/** Names with commas between. */
export const list = field('list');
/** What is given without its name, last on the command line. */
export const operand = field('name', { positional: true });
/** The seed of what a step draws. */
export const seed = (help: string, value: number, more: More = {}) =>
  integer('seed', 'Seed', help, { min: 0, default: value, isFine: true, ...more });
/** Dimensions of the annotator's score to leave out. */
export const without = (help: string, more: More = {}) =>
  list('without', 'Without dimensions', help, { choices: DIMENSIONS, default: [], isFine: true, ...more });

/** Seldom changed. */
export const FINE = { isFine: true } as const;
/** Of the annotator that is the rubric. */
export const RUBRIC = { onlyFor: 'rubric', isFine: true } as const;
/** Of the annotator that is an endpoint. */
export const ENDPOINT = { onlyFor: 'endpoint' } as const;
/** What an endpoint cannot do without. */
export const NEEDED = { ...ENDPOINT, isNeeded: true } as const;

/** The variable that holds an endpoint's key where none is named. */
export const KEY_ENV = 'OPENAI_API_KEY';

/** What a judge reads that writes its score: of endpoints, and of models without score tokens. */
export const JUDGE: readonly StepField[] = [
  lines('judge-system', "Judge's system text", "its system text (default: the program's own)"),
  lines(
    'judge-prompt',
    "Judge's prompt",
    "what it is asked, with {question} and then {reasoning} in their places, or @FILE (default: the program's own)",
  ),
];

/** How a server is asked. */
export const ASKING: readonly StepField[] = [
  text('key-env', 'Key variable', 'endpoint: environment variable that holds the key', { default: KEY_ENV }),
  integer('concurrency', 'Concurrent requests', 'endpoint: concurrent requests', {
    min: 1,
    max: 256,
    default: 8,
    ...FINE,
  }),
  number('timeout', 'Timeout, seconds', 'endpoint: seconds to wait for an answer', {
    min: 0.001,
    max: 3600,
    default: 60,
    ...FINE,
  }),
  integer('attempts', 'Attempts per request', 'endpoint: attempts per request', {
    min: 1,
    max: 100,
    default: 4,
    ...FINE,
  }),
  ...JUDGE,
];
