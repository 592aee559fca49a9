/**
 * The steps of the TRM's pipeline that a person starts, with everything that can be chosen for each: the command line makes its options of
 * this table, the page its forms, the engine its checks (step-command.ts). Deliberately absent: what the steps do (main/trm, main/cli/trm).
 */
import { type KindTable, namesOf } from '../kinds/kind.ts';
import { raterForms } from './rater-names.ts';
import { DIMENSIONS, FILTER_DEFAULTS, FILTER_NAMES, RATER_DEFAULTS, TRM_KINDS } from './trm-names.ts';

/** What of the home a field names, for the page to offer what there is. */
export type StepSource = 'studies' | 'datasets' | 'annotations' | 'builds' | 'models' | 'raters';

type Annotator = 'rubric' | 'endpoint';

/** One thing to choose. */
export interface StepField {
  readonly name: string; // as the command line writes it: `min-words` is --min-words
  readonly title: string;
  readonly help: string;
  readonly kind: 'name' | 'text' | 'integer' | 'number' | 'choice' | 'flag' | 'list';
  readonly positional?: boolean; // given without its name, last on the command line
  readonly default?: string | number | readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly choices?: readonly string[];
  readonly kinds?: KindTable; // titles of the choices
  readonly from?: StepSource;
  readonly onlyFor?: Annotator; // where another annotator is chosen, it does not apply
  readonly isNeeded?: boolean; // where it applies; operands always are
  readonly isFine?: boolean; // seldom changed
}

/** A step: a verb of `sophia trm`. */
export interface TrmStep {
  readonly title: string;
  readonly help: string;
  readonly fields: readonly StepField[];
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
const named = field('name');
const text = field('text');
const integer = field('integer');
const number = field('number');
const choice = field('choice');
const flag = field('flag');
const list = field('list');
const operand = field('name', { positional: true });
const seed = (help: string, value: number, more: More = {}) =>
  integer('seed', 'Seed', help, { min: 0, default: value, isFine: true, ...more });
const without = (help: string, more: More = {}) =>
  list('without', 'Left out', help, { choices: DIMENSIONS, default: [], isFine: true, ...more });

const FINE = { isFine: true } as const;
const RUBRIC = { onlyFor: 'rubric', isFine: true } as const;
const ENDPOINT = { onlyFor: 'endpoint' } as const;
const NEEDED = { ...ENDPOINT, isNeeded: true } as const;

/** The variable that holds an endpoint's key where none is named. */
export const KEY_ENV = 'OPENAI_API_KEY';

/** How a server is asked. */
export const ASKING: readonly StepField[] = [
  text('key-env', 'Key variable', 'endpoint: environment variable that holds the key', { default: KEY_ENV }),
  integer('concurrency', 'Requests at once', 'endpoint: requests at once', { min: 1, max: 256, default: 8, ...FINE }),
  number('timeout', 'Timeout, seconds', 'endpoint: seconds to wait for an answer', {
    min: 0.001,
    max: 3600,
    default: 60,
    ...FINE,
  }),
  integer('attempts', 'Tries of a request', 'endpoint: tries of a request', { min: 1, max: 100, default: 4, ...FINE }),
];
const price = (name: string, of: string) =>
  number(name, `Price of a million ${of} tokens`, `endpoint: price of a million ${of} tokens`, {
    min: 0,
    max: 1e6,
    ...ENDPOINT,
    ...FINE,
  });

/** The steps in the order in which a TRM comes about. */
export const TRM_STEPS = {
  collect: {
    title: 'Collect responses',
    help: "Makes a data set of responses of the home's GRPO runs, spread evenly over runs and steps.",
    fields: [
      operand('name', 'Name', 'name of the data set'),
      text('study', 'Study', "one study's runs", { from: 'studies' }),
      list('runs', 'Runs', 'runs, with commas between (default: all that have steps)'),
      integer('count', 'Responses', 'responses to take (default: all)', { min: 1 }),
      seed('seed of the choice', 0),
    ],
  },
  annotate: {
    title: 'Annotate',
    help: 'Scores the pairs of a data set; stopped or killed, the same command goes on and pays for nothing twice.',
    fields: [
      operand('dataset', 'Data set', 'the data set', { from: 'datasets' }),
      choice('annotator', 'Annotator', 'who scores', { choices: ['rubric', 'endpoint'], default: 'rubric' }),
      text('url', 'Address', 'endpoint: OpenAI-compatible base URL, ending in /v1', NEEDED),
      text('model', 'Model', 'endpoint: model to ask', NEEDED),
      ...ASKING.map((one) => ({ ...one, ...ENDPOINT })),
      number('per-minute', 'Most requests a minute', 'endpoint: most requests a minute', {
        min: 0.001,
        max: 1e6,
        ...ENDPOINT,
        ...FINE,
      }),
      price('price-in', 'prompt'),
      price('price-out', 'completion'),
      named('as', 'Name', 'name of the annotation (default: the annotator)'),
      flag('twice', 'Ask twice', 'ask about every pair twice, for the filter of contradictions'),
      flag('retry-failed', 'Retry failures', 'ask again where the last answer was a failure'),
      number('noise', 'Noise', 'rubric: standard deviation of a normal error', {
        min: 0,
        max: 1,
        default: 0,
        ...RUBRIC,
      }),
      number('bias', 'Bias', 'rubric: added to every score', { min: -1, max: 1, default: 0, ...RUBRIC }),
      without('rubric: dimensions left out, with commas between', RUBRIC),
      seed('rubric: seed of the noise', 0, RUBRIC),
    ],
  },
  build: {
    title: 'Build a training set',
    help: 'Filters an annotation and samples it over ten score intervals; prints the flow of counts.',
    fields: [
      operand('dataset', 'Data set', 'the data set', { from: 'datasets' }),
      named('annotation', 'Annotation', 'which one (default: the only one)', { from: 'annotations' }),
      named('as', 'Name', 'name of the build (default: DATASET-KIND)'),
      choice('kind', 'Kind', 'what a model learns from it', {
        choices: namesOf(TRM_KINDS),
        kinds: TRM_KINDS,
        default: 'holistic',
      }),
      integer('cap', 'Most pairs per score interval', 'most pairs per score interval', { min: 1, default: 1500 }),
      list('off', 'Filters switched off', `filters to switch off, of ${FILTER_NAMES.join(', ')}`, {
        choices: FILTER_NAMES,
        default: [],
        ...FINE,
      }),
      integer('min-words', 'Shortest thinking, words', 'shortest thinking', {
        min: 0,
        default: FILTER_DEFAULTS.minWords,
        ...FINE,
      }),
      integer('max-words', 'Longest thinking, words', 'longest thinking', {
        min: 1,
        default: FILTER_DEFAULTS.maxWords,
        ...FINE,
      }),
      number('max-disagreement', 'Most disagreement', 'between two askings', {
        min: 0,
        max: 1,
        default: FILTER_DEFAULTS.maxDisagreement,
        ...FINE,
      }),
      without("dimensions left out of the rubric's scores"),
      seed('seed of the sampling', 2),
    ],
  },
  train: {
    title: 'Train a model',
    help: 'Fine-tunes a model on a build; stopped or killed, the same command goes on.',
    fields: [
      operand('build', 'Build', 'the build', { from: 'builds' }),
      named('as', 'Name', "name of the TRM (default: the build's)"),
      text('base', 'Base model', 'an embedded model or a folder', { from: 'models', default: 'tiny-vl-base' }),
      integer('epochs', 'Epochs', 'rounds over the set', { min: 1, default: RATER_DEFAULTS.epochs }),
      integer('batch-size', 'Batch size', 'pairs a step', { min: 1, default: RATER_DEFAULTS.batchSize }),
      number('first-rate', 'First learning rate', 'learning rate at the start', {
        min: 0,
        max: 1,
        default: RATER_DEFAULTS.firstRate,
        ...FINE,
      }),
      number('last-rate', 'Last learning rate', 'learning rate at the end (cosine)', {
        min: 0,
        max: 1,
        default: RATER_DEFAULTS.lastRate,
        ...FINE,
      }),
      seed('seed', RATER_DEFAULTS.seed),
    ],
  },
  validate: {
    title: 'Validate raters',
    help: `Raters side by side, such as my-trm,untrained=tiny-vl-base; each is ${raterForms().join(', ')}. Differences are to the last one.`,
    fields: [
      text('raters', 'Raters', 'raters, with commas between', { positional: true, from: 'raters' }),
      named('as', 'Name', 'name of the validation'),
      integer('questions', 'Questions a split', 'embedded questions a split', { min: 1, default: 100 }),
      text('file', 'File instead', 'a file of VLRewardBench (Parquet or JSON lines) instead', FINE),
      text('images', 'Its images', 'folder of images that the file gives by path', FINE),
      integer('limit', 'Most records', 'most records of the file', { min: 1, ...FINE }),
      ...ASKING.map((one) => ({ ...one, ...FINE })),
    ],
  },
} as const satisfies Record<string, TrmStep>;

/** The fields of a step that apply to what was chosen so far. */
export function fieldsFor(step: TrmStepName, annotator: unknown = 'rubric'): readonly StepField[] {
  const fields: readonly StepField[] = TRM_STEPS[step].fields;
  return fields.filter((one) => one.onlyFor === undefined || one.onlyFor === annotator);
}

/** A step's name, as `sophia trm` knows it. */
export type TrmStepName = keyof typeof TRM_STEPS;
/** The names in order. */
export const TRM_STEP_NAMES = Object.keys(TRM_STEPS) as TrmStepName[];
