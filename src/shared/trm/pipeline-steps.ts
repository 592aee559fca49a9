/**
 * The steps of the TRM's pipeline that a person starts, with everything that can be chosen for each: the command line makes its options of
 * this table, the page its forms, the engine its checks (pipeline-command.ts). Deliberately absent: what the steps do (main/trm, main/cli/trm).
 */
import { namesOf } from '../kinds/kind.ts';
import { ANNOTATORS } from './annotations.ts';
import { FILTER_DEFAULTS, FILTER_NAMES } from './builds.ts';
import { RATER_DEFAULTS, TRM_KINDS } from './models.ts';
import { raterForms } from './rater-names.ts';
import {
  ASKING,
  choice,
  ENDPOINT,
  FINE,
  flag,
  integer,
  JUDGE,
  list,
  NEEDED,
  named,
  number,
  operand,
  RUBRIC,
  type StepField,
  seed,
  text,
  without,
} from './step-fields.ts';

/** A step: a verb of `sophia trm`. */
export interface TrmStep {
  readonly title: string;
  readonly help: string;
  readonly fields: readonly StepField[];
}

const price = (name: string, of: string) =>
  number(name, `Price per million ${of} tokens`, `endpoint: price per million ${of} tokens`, {
    min: 0,
    max: 1e6,
    ...ENDPOINT,
    ...FINE,
  });

/** The steps in the order in which a TRM comes about. */
export const TRM_STEPS = {
  collect: {
    title: 'Collect responses',
    help: 'Sample responses from your runs, spread evenly over runs and steps.',
    fields: [
      operand('name', 'Name', 'name of the data set'),
      text('study', 'Study', 'only runs of this study', { from: 'studies' }),
      list('runs', 'Runs', 'comma-separated runs (default: all with steps)'),
      integer('count', 'Responses', 'number of responses (default: all)', { min: 1 }),
      seed('seed of the sampling', 0),
    ],
  },
  annotate: {
    title: 'Annotate',
    help: 'Score the pairs of a data set. Safe to interrupt: resuming never repeats a paid request.',
    fields: [
      operand('dataset', 'Data set', 'the data set', { from: 'datasets' }),
      choice('annotator', 'Annotator', 'who scores', {
        choices: namesOf(ANNOTATORS),
        kinds: ANNOTATORS,
        default: 'rubric',
      }),
      text('url', 'Address', 'endpoint: OpenAI-compatible base URL, ending in /v1', NEEDED),
      text('model', 'Model', 'endpoint: model to ask', NEEDED),
      ...ASKING.map((field) => ({ ...field, ...ENDPOINT })),
      number('per-minute', 'Max requests per minute', 'endpoint: maximum requests per minute', {
        min: 0.001,
        max: 1e6,
        ...ENDPOINT,
        ...FINE,
      }),
      price('price-in', 'prompt'),
      price('price-out', 'completion'),
      named('as', 'Name', 'name of the annotation (default: the annotator)'),
      flag('twice', 'Ask twice', 'score every pair twice, for the filter of contradictions'),
      flag('retry-failed', 'Retry failures', 'retry pairs whose last request failed'),
      number('noise', 'Noise', 'rubric: standard deviation of added normal noise', {
        min: 0,
        max: 1,
        default: 0,
        ...RUBRIC,
      }),
      number('bias', 'Bias', 'rubric: added to every score', { min: -1, max: 1, default: 0, ...RUBRIC }),
      without('rubric: comma-separated dimensions to leave out', RUBRIC),
      seed('rubric: seed of the noise', 0, RUBRIC),
    ],
  },
  build: {
    title: 'Build a training set',
    help: 'Filter an annotation and sample it over ten score intervals. Tells how many pairs each step keeps.',
    fields: [
      operand('dataset', 'Data set', 'the data set', { from: 'datasets' }),
      named('annotation', 'Annotation', 'the annotation to use (default: the only one)', { from: 'annotations' }),
      named('as', 'Name', 'name of the build (default: DATASET-KIND)'),
      choice('kind', 'Kind', 'what the model learns: one score, or a verdict per step', {
        choices: namesOf(TRM_KINDS),
        kinds: TRM_KINDS,
        default: 'holistic',
      }),
      integer('cap', 'Max pairs per score interval', 'maximum pairs per score interval', { min: 1, default: 1500 }),
      list('off', 'Disabled filters', `filters to disable, of ${FILTER_NAMES.join(', ')}`, {
        choices: FILTER_NAMES,
        default: [],
        ...FINE,
      }),
      integer('min-words', 'Min thinking length, words', 'minimum length of the thinking, in words', {
        min: 0,
        default: FILTER_DEFAULTS.minWords,
        ...FINE,
      }),
      integer('max-words', 'Max thinking length, words', 'maximum length of the thinking, in words', {
        min: 1,
        default: FILTER_DEFAULTS.maxWords,
        ...FINE,
      }),
      number('max-disagreement', 'Max disagreement', 'maximum difference between the two scores of a pair', {
        min: 0,
        max: 1,
        default: FILTER_DEFAULTS.maxDisagreement,
        ...FINE,
      }),
      without("dimensions to leave out of the rubric's scores"),
      seed('seed of the sampling', 2),
    ],
  },
  train: {
    title: 'Train a model',
    help: 'Fine-tune a model on a build. Safe to interrupt: the same command resumes.',
    fields: [
      operand('build', 'Build', 'the build', { from: 'builds' }),
      named('as', 'Name', "name of the TRM (default: the build's)"),
      text('base', 'Base model', 'an embedded model or a folder', { from: 'models', default: 'tiny-vl-base' }),
      integer('epochs', 'Epochs', 'passes over the set', { min: 1, default: RATER_DEFAULTS.epochs }),
      integer('batch-size', 'Batch size', 'pairs per step', { min: 1, default: RATER_DEFAULTS.batchSize }),
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
      integer('lora-rank', 'LoRA rank', 'train adapters of this rank alone; 0: all weights', {
        min: 0,
        max: 1024,
        default: 0,
      }),
      number('lora-alpha', 'LoRA alpha', 'scales the adapters, divided by their rank', {
        min: 0.001,
        max: 4096,
        default: 32,
        ...FINE,
      }),
      integer('max-pixels', 'Largest picture', "pixels of a picture at most (default: the base's own limit)", {
        min: 1,
        ...FINE,
      }),
      ...JUDGE,
      seed('seed', RATER_DEFAULTS.seed),
    ],
  },
  validate: {
    title: 'Validate raters',
    help: `Compare raters, such as my-trm,untrained=tiny-vl-base. Each is ${raterForms().join(', ')}. The last one is the reference.`,
    fields: [
      text('raters', 'Raters', 'comma-separated raters', { positional: true, from: 'raters' }),
      named('as', 'Name', 'name of the validation'),
      integer('questions', 'Questions per split', 'embedded questions per split', { min: 1, default: 100 }),
      text(
        'file',
        'Benchmark file',
        'validate on VLRewardBench instead: a file (Parquet or JSON lines), or the name that it was imported under',
        FINE,
      ),
      text('images', 'Image folder', 'folder of the images that the file gives by path', FINE),
      integer('limit', 'Max records', 'maximum records of the file', { min: 1, ...FINE }),
      ...ASKING.map((field) => ({ ...field, ...FINE })),
    ],
  },
} as const satisfies Record<string, TrmStep>;

/** The fields of a step that apply to what was chosen so far. */
export function fieldsFor(step: TrmStepName, annotator: unknown = 'rubric'): readonly StepField[] {
  const fields: readonly StepField[] = TRM_STEPS[step].fields;
  return fields.filter((field) => field.onlyFor === undefined || field.onlyFor === annotator);
}

/** A step's name, as `sophia trm` knows it. */
export type TrmStepName = keyof typeof TRM_STEPS;
/** The names in order. */
export const TRM_STEP_NAMES = Object.keys(TRM_STEPS) as TrmStepName[];
