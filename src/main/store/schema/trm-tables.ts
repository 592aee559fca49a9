/** The tables of the Thinking Reward Model's pipeline, as tables.ts declares those of runs. They are in no archive. */
import { z } from 'zod';
import { namesOf } from '../../../shared/kinds/kind.ts';
import { ANNOTATORS } from '../../../shared/trm/annotations.ts';
import { MEASURES, type Measure } from '../../../shared/trm/measures.ts';
import { TRM_KINDS } from '../../../shared/trm/models.ts';
import { LIMITS } from '../../../shared/values/limits.ts';
import { count, flag, id, json, label, oneOf, orNull, real, share, step, text, time } from './column.ts';

/** Facts that are shown and kept, and read by nothing else. */
const facts = z.record(z.string(), z.unknown());
/** Scores by dimension or rater; null where there is none. */
const dimensions = z.record(z.string(), z.number());
const scores = z.record(z.string(), z.number().nullable());
const stepLabels = z.array(z.object({ text: z.string(), label: z.string() }));
const measure = oneOf(Object.keys(MEASURES) as Measure[]);

/** Tables of the pipeline. */
export const TRM_TABLES = {
  trm_datasets: { id: id(), name: label(), source: json(facts, { otherwise: {} }), created_at: time() },
  trm_pairs: {
    id: id(),
    dataset_id: id(),
    position: count(),
    question_id: id(),
    run: orNull(label()),
    step: step(),
    text: text(LIMITS.response),
    thinking: text(LIMITS.response),
    truncated: flag(),
    outcome_reward: orNull(share()),
  },
  trm_annotations: {
    id: id(),
    dataset_id: id(),
    name: label(),
    annotator: oneOf([...namesOf(ANNOTATORS), 'imported'], true),
    settings: json(facts, { otherwise: {} }),
    askings: count(2),
    state: oneOf(['running', 'stopped', 'finished'], true),
    reason: orNull(text(LIMITS.reason)),
    created_at: time(),
    updated_at: time(),
  },
  trm_scores: {
    annotation_id: id(),
    asking: count(1),
    pair_id: id(),
    score: orNull(share()),
    failure: orNull(text(LIMITS.reason)),
    dimensions: orNull(json(dimensions, {})),
    step_labels: orNull(json(stepLabels, {})),
    attempts: count(),
    seconds: real(0, LIMITS.count),
    prompt_tokens: count(),
    completion_tokens: count(),
    cost: orNull(real(0)),
    reply: orNull(text(LIMITS.response)),
    at: time(),
  },
  trm_builds: {
    id: id(),
    name: label(),
    kind: oneOf(namesOf(TRM_KINDS), true),
    annotation_id: id(),
    options: json(facts, { otherwise: {} }),
    collected: count(),
    kept: count(),
    sampled: count(),
    created_at: time(),
  },
  trm_build_flow: {
    build_id: id(),
    position: count(),
    filter: label(),
    switched_on: flag(),
    dropped: count(),
    left_over: count(),
  },
  trm_build_pairs: {
    build_id: id(),
    pair_id: id(),
    fate: label(),
    position: orNull(count()),
    score: orNull(share()),
  },
  trm_models: {
    id: id(),
    name: label(),
    kind: oneOf(namesOf(TRM_KINDS), true),
    build_id: orNull(id()),
    base: text(4096),
    folder: text(4096),
    settings: json(facts, { otherwise: {} }),
    state: oneOf(['training', 'stopped', 'finished', 'failed'], true),
    reason: orNull(text(LIMITS.reason)),
    step: step(),
    total_steps: step(),
    seconds: real(0, LIMITS.count),
    weights_hash: orNull(label()),
    created_at: time(),
    updated_at: time(),
  },
  trm_losses: { model_id: id(), step: step(), loss: real() },
  trm_validations: {
    id: id(),
    name: label(),
    source: oneOf(['embedded', 'vl-rewardbench'], true),
    options: json(facts, { otherwise: {} }),
    created_at: time(),
    seconds: real(0, LIMITS.count),
  },
  trm_validation_figures: {
    validation_id: id(),
    split: label(),
    rater: label(),
    versus: text(LIMITS.label),
    measure,
    part: text(LIMITS.label),
    value: orNull(real()),
    low: orNull(real()),
    high: orNull(real()),
    count: count(),
  },
  trm_calibration: {
    validation_id: id(),
    split: label(),
    rater: label(),
    bin: count(),
    mean_score: real(),
    mean_truth: real(),
    count: count(),
  },
  trm_validated_responses: {
    id: id(),
    validation_id: id(),
    split: label(),
    position: count(),
    question_id: id(),
    text: text(LIMITS.response),
    truth: real(),
    outcome_reward: orNull(share()),
    scores: json(scores, { otherwise: {} }),
  },
};
