/**
 * What other programs call the metrics of metrics.ts: one line per name, for logs brought in for comparison. A name that is not here and is
 * not ours keeps its own; nothing is taken for one of ours that is computed otherwise.
 */
import { METRICS, type MetricName } from './metrics.ts';

/** Their name -> ours. TRL's present names are ours already; older ones and verl's are mapped. */
export const METRIC_ALIASES = {
  completion_length: 'completions/mean_length',
  clip_ratio: 'clip_ratio/region_mean',
  'rewards/accuracy_reward': 'rewards/outcome/mean',
  'rewards/accuracy_reward/mean': 'rewards/outcome/mean',
  'rewards/accuracy_reward/std': 'rewards/outcome/std',
  num_input_tokens_seen: 'num_tokens',
  'actor/loss': 'loss',
  'actor/pg_loss': 'policy_loss',
  'actor/kl_loss': 'kl',
  'actor/entropy': 'entropy',
  'actor/entropy_loss': 'entropy',
  'actor/grad_norm': 'grad_norm',
  'actor/lr': 'learning_rate',
  'actor/pg_clipfrac': 'clip_ratio/region_mean',
  'critic/rewards/mean': 'reward',
  'critic/score/mean': 'rewards/outcome/mean',
  'response_length/mean': 'completions/mean_length',
  'response_length/min': 'completions/min_length',
  'response_length/max': 'completions/max_length',
  'response_length/clip_ratio': 'completions/clipped_ratio',
  'timing_s/step': 'step_time',
  'timing_s/gen': 'time/generate',
  'timing_s/ref': 'time/reference',
  'timing_s/update_actor': 'time/update',
} as const satisfies Record<string, MetricName>;

/** The stored name of a metric that another program calls `name`; its own name where it is none of ours. */
export function storedMetricName(name: string): string {
  return name in METRICS ? name : (METRIC_ALIASES[name as keyof typeof METRIC_ALIASES] ?? name);
}
