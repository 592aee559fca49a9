/**
 * Names of every logged metric, declared once: TRL's names where TRL has one, `trust/*`, `thinking/*`, `time/*` for ours.
 * `better` says which direction is good (for tables and alerts), `unit` what the axis shows.
 */

import { ANSWER_FAULTS } from './answer-faults.ts';

/** What a chart or a table says of a metric. */
export interface MetricMeta {
  readonly title: string;
  readonly unit?: string;
  readonly better?: 'higher' | 'lower';
  /** The least and the most that it can be, where these are no matter of its unit (a share lies from 0 to 1). */
  readonly limits?: readonly [number, number];
}

const FROM_0_TO_1 = [0, 1] as const;

/** Every metric by its stored name. */
export const METRICS = {
  reward: { title: 'Total reward', better: 'higher' },
  reward_std: { title: 'Total reward, std' },
  'rewards/outcome/mean': { title: 'Outcome reward', better: 'higher', limits: FROM_0_TO_1 },
  'rewards/outcome/std': { title: 'Outcome reward, std' },
  'rewards/thinking/mean': { title: 'Thinking reward', better: 'higher', limits: FROM_0_TO_1 },
  'rewards/thinking/std': { title: 'Thinking reward, std' },
  frac_reward_zero_std: { title: 'Groups with no signal', unit: 'share', better: 'lower' },
  'trust/gamma/mean': { title: 'Trust weight gamma', limits: FROM_0_TO_1 },
  'trust/gamma/share_below_1': { title: 'Groups with gamma < 1', unit: 'share' },
  'trust/decay': { title: 'Annealing decay', limits: FROM_0_TO_1 },
  'trust/mu_c': { title: 'mu_c: thinking reward of right responses', limits: FROM_0_TO_1 },
  'trust/mu_w': { title: 'mu_w: thinking reward of wrong responses', limits: FROM_0_TO_1 },
  'trust/share_mu_c_below_mu_w': { title: 'Groups with mu_c < mu_w', unit: 'share' },
  'trust/gamma_two_sided/mean': { title: 'Trust weight gamma, two-sided groups', limits: FROM_0_TO_1 },
  'trust/mu_difference/mean': { title: 'mu_c - mu_w' },
  'trust/two_sided_share': { title: 'Two-sided groups (right and wrong)', unit: 'share' },
  'leverage/thinking': { title: 'Leverage of the thinking reward', unit: 'share' },
  'leverage/trust': { title: 'Leverage of trust', unit: 'share' },
  'leverage/annealing': { title: 'Leverage of annealing', unit: 'share' },
  'trust/spread': { title: 'Score spread over dropout passes' },
  'trust/skipped': { title: 'Groups skipped (official-code)', unit: 'share' },
  'thinking/failures': { title: 'Failed thinking scores', unit: 'count', better: 'lower' },
  'thinking/asked': { title: 'Requested thinking scores', unit: 'count' },
  'thinking/rubric/mean': { title: 'Rubric score (embedded tasks)', better: 'higher', limits: FROM_0_TO_1 },
  'thinking/hacking_index': { title: 'Thinking reward minus rubric', better: 'lower' },
  'style/sound': { title: 'Sound thinking', unit: 'share' },
  'style/cue': { title: 'Follows the cue', unit: 'share' },
  'style/guess': { title: 'Guesses', unit: 'share' },
  'style/flattery': { title: 'Flattery', unit: 'share' },
  'style/other': { title: 'Other thinking', unit: 'share' },
  'thinking/outcome_correlation': { title: 'Correlation of thinking and outcome reward' },
  'thinking/repeated_ngrams': { title: 'Repeated 4-grams', unit: 'share', better: 'lower' },
  'advantages/std': { title: 'Advantage, std' },
  loss: { title: 'Loss' },
  policy_loss: { title: 'Policy loss' },
  kl: { title: 'KL to the reference' },
  entropy: { title: 'Entropy', unit: 'nats' },
  'clip_ratio/region_mean': { title: 'Clipped share', unit: 'share' },
  'clip_ratio/low_mean': { title: 'Clipped low', unit: 'share' },
  'clip_ratio/high_mean': { title: 'Clipped high', unit: 'share' },
  grad_norm: { title: 'Gradient norm' },
  learning_rate: { title: 'Learning rate' },
  'completions/mean_length': { title: 'Response length', unit: 'tokens' },
  'completions/min_length': { title: 'Min response length', unit: 'tokens' },
  'completions/max_length': { title: 'Max response length', unit: 'tokens' },
  'completions/length_drift': { title: 'Response length relative to the first steps', unit: 'times' },
  'completions/clipped_ratio': { title: 'Truncated responses', unit: 'share', better: 'lower' },
  'completions/exact': { title: 'Right answers (exact)', unit: 'share', better: 'higher' },
  'completions/format_valid': { title: 'Well-formed responses', unit: 'share', better: 'higher' },
  'answers/no_think': { title: ANSWER_FAULTS.no_think.title, unit: 'share', better: 'lower' },
  'answers/no_think_end': { title: ANSWER_FAULTS.no_think_end.title, unit: 'share', better: 'lower' },
  'answers/no_answer': { title: ANSWER_FAULTS.no_answer.title, unit: 'share', better: 'lower' },
  'answers/no_answer_end': { title: ANSWER_FAULTS.no_answer_end.title, unit: 'share', better: 'lower' },
  'answers/several_answers': { title: ANSWER_FAULTS.several_answers.title, unit: 'share', better: 'lower' },
  'answers/unreadable': { title: ANSWER_FAULTS.unreadable.title, unit: 'share', better: 'lower' },
  'completions/mean_length_correct': { title: 'Length of right responses', unit: 'tokens' },
  'completions/mean_length_wrong': { title: 'Length of wrong responses', unit: 'tokens' },
  num_tokens: { title: 'Total tokens', unit: 'tokens' },
  step_time: { title: 'Step time', unit: 's', better: 'lower' },
  'time/generate': { title: 'Generate', unit: 's' },
  'time/thinking': { title: 'Thinking reward', unit: 's' },
  'time/thinking_per_response': { title: 'Thinking reward, per response', unit: 's', better: 'lower' },
  'time/reference': { title: 'Reference', unit: 's' },
  'time/update': { title: 'Update', unit: 's' },
  'time/log': { title: 'Log', unit: 's' },
  'time/cpu_cores': { title: 'Busy cores', unit: 'cores' },
  'tokens_per_second/generate': { title: 'Generated tokens', unit: 'tokens/s', better: 'higher' },
  'tokens_per_second/step': { title: 'Tokens, whole step', unit: 'tokens/s', better: 'higher' },
  'memory/rss': { title: 'Memory', unit: 'MiB', better: 'lower' },
  'memory/gpu': { title: 'GPU memory, peak of the step', unit: 'MiB', better: 'lower' },
  'memory/free': { title: 'Free system memory', unit: 'MiB', better: 'higher' },
  'memory/tensors': { title: 'Live tensors', unit: 'count' },
} as const satisfies Record<string, MetricMeta>;

/** Leverage below which a part of the reward cannot be expected to show in answers, whatever the number of seeds. */
export const LEAST_LEVERAGE = 0.1;

/** A stored metric name. */
export type MetricName = keyof typeof METRICS;

/** One step's metrics: null where a value does not apply or could not be had. */
export type StepMetrics = Partial<Record<MetricName, number | null>>;
