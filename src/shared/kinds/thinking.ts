/**
 * Who gives the thinking reward R^t: one entry for each value of reward.thinking. The settings' enum, forms, `study check`'s look-up of models,
 * hash facts, keys for endpoints, trust's need of spreads and the raters of `trm validate` come from here. What an entry does is its maker in
 * main/rewards/thinking/makers.ts; one without the other does not compile.
 */
import { SophiaError } from '../errors.ts';
import type { Kind, KindTable } from './kind.ts';

/** A setting of the group `model` that names a model. */
export type ModelSetting = 'policy' | 'trm' | 'stepTrm';

/**
 * What a source needs beside its model: `endpoint` the settings reward.endpoint with their key, and a pause where they ask for one on failures;
 * `scene` the ground truth that embedded questions alone have.
 */
export type ThinkingNeed = 'endpoint' | 'scene';

/**
 * How `trm validate` and `trm score` name a source: words in capitals stand for what is given, and `fills` says which setting each is put into,
 * dotted. `length` is a form without any.
 */
export interface RaterForm {
  readonly form: string;
  readonly fills: Readonly<Record<string, string>>;
  readonly example?: string; // where the form alone does not say what to write
}

/** A source of thinking rewards. */
export interface ThinkingKind extends Kind {
  readonly help: string;
  /** True where there is no thinking reward at all: nothing is asked, nothing is weighed. */
  readonly isOff: boolean;
  /** The setting that names the model of ours that rates, null where none does. */
  readonly modelSetting: ModelSetting | null;
  /** Whether its passes give a spread, as trust by MC dropout needs. */
  readonly spreads: boolean;
  readonly needs: readonly ThinkingNeed[];
  /** Null: it cannot be validated by itself. */
  readonly rater: RaterForm | null;
}

/** Every source by its name in settings. */
export const THINKING = {
  none: {
    title: 'None',
    help: 'Outcome reward alone: plain GRPO.',
    isOff: true,
    modelSetting: null,
    spreads: false,
    needs: [],
    rater: null,
  },
  trm: {
    title: 'Trained TRM',
    help: 'The Thinking Reward Model of the setting model.trm writes one score.',
    isOff: false,
    modelSetting: 'trm',
    spreads: true,
    needs: [],
    rater: { form: 'NAME', fills: { NAME: 'model.trm' } },
  },
  untrained: {
    title: 'Untrained model',
    help: 'The policy as it was before training, used as rater.',
    isOff: false,
    modelSetting: 'policy',
    spreads: true,
    needs: [],
    rater: null, // a base model is named as any other
  },
  oracle: {
    title: 'Rubric (upper bound)',
    help: 'The annotator itself, which knows the scene. Embedded questions only.',
    isOff: false,
    modelSetting: null,
    spreads: false,
    needs: ['scene'],
    rater: { form: 'rubric', fills: {} },
  },
  'blind-rubric': {
    title: 'Rubric with a blind spot',
    help: 'An annotator that falls for praise (settings reward.blindSpot). Embedded questions only.',
    isOff: false,
    modelSetting: null,
    spreads: false,
    needs: ['scene'],
    rater: { form: 'blind-rubric', fills: {} },
  },
  length: {
    title: 'Length',
    help: 'More words, more reward. Easy to hack: shows what trust does.',
    isOff: false,
    modelSetting: null,
    spreads: false,
    needs: [],
    rater: { form: 'length', fills: {} },
  },
  endpoint: {
    title: 'Endpoint',
    help: 'An OpenAI-compatible server (settings reward.endpoint).',
    isOff: false,
    modelSetting: null,
    spreads: false,
    needs: ['endpoint'],
    rater: {
      form: 'endpoint:MODEL@URL',
      fills: { MODEL: 'reward.endpoint.model', URL: 'reward.endpoint.baseUrl' },
      example: 'endpoint:judge@http://127.0.0.1:8000/v1',
    },
  },
  'step-level': {
    title: 'Step-level model',
    help: 'The process reward model of the setting model.stepTrm gives each step a probability of being right.',
    isOff: false,
    modelSetting: 'stepTrm',
    spreads: true,
    needs: [],
    rater: { form: 'step:NAME', fills: { NAME: 'model.stepTrm' } },
  },
} as const satisfies Record<string, ThinkingKind>;

/** A name of THINKING. */
export type ThinkingSource = keyof typeof THINKING;

/** A table such as THINKING: with more sources, where a test or an extension has its own. */
export type ThinkingTable = Readonly<Record<string, ThinkingKind>>;

/** The entry that settings name. Settings that were parsed with another table need that table here. */
export function thinkingKind(
  { thinking }: { readonly thinking: string },
  kinds: ThinkingTable = THINKING,
): ThinkingKind {
  const kind = kinds[thinking];
  if (kind === undefined)
    throw new SophiaError('internal', `reward.thinking is "${thinking}", which the table of thinking rewards lacks.`);
  return kind;
}

/** What each model of the settings is to a run, in words. */
export const MODEL_ROLES = {
  policy: 'policy',
  trm: 'TRM',
  stepTrm: 'step-level model',
} as const satisfies Record<ModelSetting, string>;

/** The models that a run loads, by setting: the policy, and the one that rates where there is one. */
export function modelSettings(reward: { readonly thinking: string }, kinds: ThinkingTable = THINKING): ModelSetting[] {
  const { modelSetting } = thinkingKind(reward, kinds);
  return [...new Set<ModelSetting>(['policy', ...(modelSetting === null ? [] : [modelSetting])])];
}

/** How a step-level model's probabilities become one score (rewards/thinking/heads/step-head.ts). */
export const STEP_AGGREGATES = {
  mean: { title: 'Mean' },
  min: { title: 'Minimum' },
  product: { title: 'Product' },
} as const satisfies KindTable;
/** A name of STEP_AGGREGATES. */
export type StepAggregate = keyof typeof STEP_AGGREGATES;

/** What a run does when thinking scores could not be had. */
export interface FailureRule extends Kind {
  readonly pauses: boolean;
}
/** Every rule. */
export const FAILURE_RULES = {
  continue: { title: 'Continue', help: 'A response without a score is left out of its step.', pauses: false },
  pause: { title: 'Pause', help: 'Pauses the run after the step and its checkpoint.', pauses: true },
} as const satisfies Record<string, FailureRule>;
