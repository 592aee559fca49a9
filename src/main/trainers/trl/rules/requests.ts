/**
 * What a trainer outside this program asks of its rules, one JSON line each, answered in order: {"id", "ask", ...} is answered by
 * {"id", "answer"} or {"id", "error": {"code", "message"}}. Every request says all that its answer depends on beside the run's files, so that
 * rules that were started again answer the same.
 */
import { z } from 'zod';
import { EVALUATION_MODES } from '../../../../shared/kinds/evaluation-mode.ts';
import { namesOf } from '../../../../shared/kinds/kind.ts';
import { real } from '../../../../shared/run/real.ts';

const step = z.int().min(0);
const maybe = real.nullable();

/** The responses of one step: a group for each of its questions, in order. */
const groups = z
  .array(
    z.strictObject({
      question: z.string(),
      prompt: z.string(), // whole, without special tokens
      responses: z.array(z.strictObject({ text: z.string(), tokens: z.int().min(0), truncated: z.boolean() })).min(1),
    }),
  )
  .min(1);

/** What a rater said of a thinking: the token it wrote, or its steps' probabilities; or a score that was made here. */
const rating = z.strictObject({
  token: z.string().optional(),
  steps: z.array(real).optional(),
  score: maybe.optional(),
  failure: z.string().optional(),
  attempts: z.int().min(0).optional(),
  seconds: real,
});

const update = z.strictObject({
  loss: real,
  policyLoss: real,
  kl: real,
  entropy: real,
  clipShareLow: real,
  clipShareHigh: real,
  gradNorm: real,
  learningRate: real,
});

const seconds = z.strictObject({ generate: real, thinking: real, reference: real, update: real });

/** Every request. */
export const requestSchema = z.discriminatedUnion('ask', [
  z.strictObject({
    ask: z.literal('started'),
    step,
    environment: z.strictObject({
      backendVersion: z.string(),
      device: z.string(),
      threads: z.int().min(0),
      platform: z.string(),
    }),
  }),
  /** Outcome rewards, and which thinkings are to be rated; rated here where the source needs no model. */
  z.strictObject({ ask: z.literal('judge'), step, groups }),
  /** Total rewards and advantages, null where there is none. */
  z.strictObject({ ask: z.literal('weigh'), step, groups, ratings: z.array(rating) }),
  /** The step's events. */
  z.strictObject({
    ask: z.literal('report'),
    step,
    groups,
    ratings: z.array(rating),
    updates: z.array(update).min(1),
    seconds,
    stepSeconds: real,
    cpuSeconds: real,
    memoryMiB: maybe,
    gpuMemoryMiB: maybe, // null: there is no GPU
    tokens: z.int().min(0), // generated before this step
    watch: z.unknown(), // as the report before gave it; null at the start
  }),
  /** The questions of the benchmarks, to be told once. */
  z.strictObject({ ask: z.literal('asked'), step }),
  z.strictObject({
    ask: z.literal('evaluated'),
    step,
    mode: z.enum(namesOf(EVALUATION_MODES)),
    answers: z.array(z.strictObject({ question: z.string(), text: z.string() })),
  }),
  z.strictObject({ ask: z.literal('checkpoint'), step, path: z.string(), uri: z.string() }),
  /** An event that needs no rule, in the spelling of event lines. */
  z.strictObject({ ask: z.literal('say'), event: z.unknown() }),
]);

/** One of them, as it is after parsing. */
export type RulesRequest = z.output<typeof requestSchema>;
/** The request of one kind. */
export type RequestOf<A extends RulesRequest['ask']> = Extract<RulesRequest, { ask: A }>;
/** Groups and ratings of a request. */
export type RequestedGroups = RequestOf<'judge'>['groups'];
export type Rating = z.output<typeof rating>;
