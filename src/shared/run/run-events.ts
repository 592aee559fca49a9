/**
 * What a training run says, in order: one stream from any trainer, written by the engine, shown by the app. Types and checks come from one
 * schema; event-lines.ts writes and reads them as JSON lines. Deliberately absent: tensors, files, database rows.
 */

import { z } from 'zod';
import { EVALUATION_MODES } from '../kinds/evaluation-mode.ts';
import { namesOf } from '../kinds/kind.ts';
import { QUESTION_FIELDS } from '../question-fields.ts';
import { LIMITS } from '../values/limits.ts';
import { METRICS, type MetricName } from './metrics.ts';
import { real } from './real.ts';

const step = z.int().min(0);
const count = z.int().min(0);
const score = real.nullable();
/** From 0 to 1. What the meta say holds what is stored; a trainer's number is taken as it is. */
const share = score.meta({ low: 0, high: 1 });

/** One sampled response with everything that entered its advantage (paper.md "Quantities"). Null: does not apply or could not be had. */
export const responseSchema = z
  .strictObject({
    questionId: z.string(),
    sample: count.max(LIMITS.numGenerations - 1), // 0 .. N-1 within the group
    text: z.string().meta({ most: LIMITS.response }),
    tokens: count,
    truncated: z.boolean(),
    formatValid: z.boolean(),
    outcomeReward: share,
    /** Whether the answer is right by its type's own rule (rewards/outcome/exact-answer.ts); null: not judged, as in events of before. */
    exact: z.boolean().nullable().default(null),
    outcomeReason: z.string(),
    thinkingReward: share,
    thinkingFailure: z.string().nullable(), // why there is none, or why it is 0 unjudged
    thinkingSpread: share, // standard deviation of thinkingReward over dropout passes
    rubricScore: share, // embedded tasks only; never used by a variant except oracle
    muC: share, // mean thinking reward of the group's G_correct: outcomeReward >= reward.correctThreshold
    muW: share, // of its G_wrong
    nC: count.max(LIMITS.numGenerations),
    nW: count.max(LIMITS.numGenerations),
    gamma: share, // the weight that was applied
    gammaLogged: score, // preset official-code: what the official code would have logged
    decay: share,
    alpha: score.meta({ low: 0, high: 10 }),
    reward: score,
    advantage: real,
  })
  .readonly();
/** One sampled response. */
export type ResponseRecord = z.output<typeof responseSchema>;

const evaluatedQuestion = z
  .strictObject({
    questionId: z.string(),
    text: z.string(),
    outcomeReward: real,
    correct: z.boolean(), // outcomeReward >= 0.5: what accuracy was before there was `exact`
    exact: z.boolean().nullable().default(null), // right by its type's own rule: accuracy; null: not judged
  })
  .readonly();
/** One benchmark question answered. */
export type EvaluatedQuestion = z.output<typeof evaluatedQuestion>;

const runEnvironment = z
  .strictObject({
    backend: z.string(),
    backendVersion: z.string(),
    device: z.string(),
    threads: count,
    node: z.string(),
    platform: z.string(),
    codeVersion: z.string(),
    modelType: z.string().optional(), // of the policy's config.json; runs of before there were families did not record it
    modelHash: z.string(),
    trmHash: z.string().nullable(),
    dataHash: z.string(),
  })
  .readonly();
/** What the run runs on, recorded once per attempt. */
export type RunEnvironment = z.output<typeof runEnvironment>;

const loadSchema = z
  .strictObject({
    seconds: real,
    cpuCores: score, // cores that the run's process kept busy, on average
    freeMiB: real, // memory of the machine that is free at its end
  })
  .readonly();
/** What a stretch of work took of the machine. */
export type Load = z.output<typeof loadSchema>;

const question = z
  .strictObject({
    ...QUESTION_FIELDS,
    image: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('scene') }).readonly(),
        z.strictObject({ kind: z.literal('file'), path: z.string() }).readonly(),
        z.strictObject({ kind: z.literal('files'), paths: z.array(z.string()).min(2).readonly() }).readonly(),
      ])
      .nullable(),
    scene: z.unknown(),
  })
  .readonly();

const METRIC_NAMES = Object.keys(METRICS) as MetricName[];

/** One thing a run says; `step` orders them. */
export const runEventSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('started'), step, environment: runEnvironment }).readonly(),
  z.strictObject({ kind: z.literal('questions'), step, questions: z.array(question).readonly() }).readonly(),
  z
    .strictObject({
      kind: z.literal('step'),
      step,
      metrics: z.partialRecord(z.enum(METRIC_NAMES), score).readonly(),
      responses: z.array(responseSchema).readonly(),
      /** Values of every response's tokens, base64 of token-values.ts; absent where the step keeps none. */
      tokenValues: z.array(z.string().max(LIMITS.response)).readonly().exactOptional(),
    })
    .readonly(),
  z
    .strictObject({
      kind: z.literal('evaluation'),
      step,
      mode: z.enum(namesOf(EVALUATION_MODES)),
      benchmark: z.string(),
      benchmarkHash: z.string(),
      results: z.array(evaluatedQuestion).readonly(),
    })
    .readonly(),
  // `uri`: relative to the run's folder where the checkpoint lies in it, else with its scheme.
  z.strictObject({ kind: z.literal('checkpoint'), step, uri: z.string(), hash: z.string(), bytes: count }).readonly(),
  z
    .strictObject({
      kind: z.literal('alert'),
      step,
      level: z.enum(['info', 'warning', 'error']),
      name: z.string(),
      message: z.string(),
    })
    .readonly(),
  z
    .strictObject({
      kind: z.literal('phase'),
      step,
      phase: z.enum(['loading', 'sft', 'evaluating', 'training', 'saving']),
      done: count,
      total: count,
      load: loadSchema.exactOptional(), // where the phase is over and was measured
    })
    .readonly(),
  z.strictObject({ kind: z.literal('finished'), step, seconds: real, weightsHash: z.string() }).readonly(),
  z.strictObject({ kind: z.literal('paused'), step, message: z.string() }).readonly(),
  z.strictObject({ kind: z.literal('failed'), step, code: z.string(), message: z.string() }).readonly(),
]);
/** One thing a run says. */
export type RunEvent = z.output<typeof runEventSchema>;

/** The event of one kind. */
export type RunEventOf<K extends RunEvent['kind']> = Extract<RunEvent, { kind: K }>;

/** States of a run in the store and on screen. */
export const RUN_STATES = ['queued', 'running', 'paused', 'finished', 'failed', 'stopped', 'interrupted'] as const;
/** One of RUN_STATES. */
export type RunState = (typeof RUN_STATES)[number];
