/**
 * A step's logged metrics from its responses and updates: names of shared/run/metrics.ts, null where a value does not apply. Plain numbers.
 * Deliberately absent: what needs earlier steps (trust/hacking-watch.ts).
 */
import { freemem } from 'node:os';
import { namesOf } from '../../shared/kinds/kind.ts';
import { ANSWER_FAULTS, faultOf } from '../../shared/run/answer-faults.ts';
import type { StepMetrics } from '../../shared/run/metrics.ts';
import type { ResponseRecord } from '../../shared/run/run-events.ts';
import { meanOf, stdOf } from '../../shared/values/means.ts';
import { RESPONSE_STYLES, type ResponseStyle } from '../../shared/worlds/styles.ts';
import { isCorrect, isWrong } from '../trust/gamma.ts';
import type { GrpoStepResult } from './grpo-run.ts';

/** What the loop adds to a step's result. */
export interface StepContext {
  readonly stepSeconds: number;
  readonly cpuSeconds: number; // of this process, all its threads
  readonly tokensSoFar: number;
  readonly liveTensors: number;
  readonly usesThinking: boolean;
  readonly usesReference: boolean; // beta above 0
  readonly correctThreshold?: number | undefined; // where G_correct begins
}

/** All metrics of a step. */
export function stepMetrics(
  { records, styles, trust, leverage, scores, zeroStdShare, updates, seconds }: GrpoStepResult,
  context: StepContext,
): StepMetrics {
  const pick = <T>(get: (record: ResponseRecord) => T) => records.map(get);
  const lengths = pick((record) => record.tokens);
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  const over = (get: (update: (typeof updates)[number]) => number) => meanOf(updates.map(get));
  const asked = scores.filter((score) => score !== null);
  const ifThinking = (value: number | null) => (context.usesThinking ? value : null);
  const sides = trust.filter((group) => group.muC !== null && group.muW !== null);
  return {
    reward: meanOf(pick((record) => record.reward)),
    reward_std: stdOf(pick((record) => record.reward)),
    'rewards/outcome/mean': meanOf(pick((record) => record.outcomeReward)),
    'rewards/outcome/std': stdOf(pick((record) => record.outcomeReward)),
    'rewards/thinking/mean': meanOf(pick((record) => record.thinkingReward)),
    'rewards/thinking/std': stdOf(pick((record) => record.thinkingReward)),
    frac_reward_zero_std: zeroStdShare,
    'trust/gamma/mean': ifThinking(meanOf(trust.map((group) => group.gamma))),
    'trust/gamma/share_below_1': ifThinking(meanOf(trust.map((group) => Number(group.gamma! < 1)))),
    'trust/decay': ifThinking(trust[0]?.decay ?? null),
    'trust/mu_c': ifThinking(meanOf(trust.map((group) => group.muC))),
    'trust/mu_w': ifThinking(meanOf(trust.map((group) => group.muW))),
    'trust/share_mu_c_below_mu_w': ifThinking(meanOf(sides.map((group) => Number(group.muC! < group.muW!)))),
    'trust/gamma_two_sided/mean': ifThinking(meanOf(sides.map((group) => group.gamma))),
    'trust/mu_difference/mean': ifThinking(meanOf(sides.map((group) => group.muC! - group.muW!))),
    'trust/two_sided_share': ifThinking(trust.length === 0 ? null : sides.length / trust.length),
    'leverage/thinking': leverage.thinking,
    'leverage/trust': leverage.trust,
    'leverage/annealing': leverage.annealing,
    'trust/spread': meanOf(asked.map((score) => score.spread)),
    'trust/skipped': ifThinking(meanOf(trust.map((group) => Number(group.skipped)))),
    'thinking/failures': ifThinking(asked.filter((score) => score.score === null).length),
    'thinking/asked': ifThinking(asked.length),
    'thinking/rubric/mean': meanOf(pick((record) => record.rubricScore)),
    'thinking/hacking_index': meanOf(
      pick((record) =>
        record.thinkingReward === null || record.rubricScore === null
          ? null
          : record.thinkingReward - record.rubricScore,
      ),
    ),
    ...{ ...styleShares(styles), ...answerFaults(pick((record) => record.outcomeReason)) },
    'thinking/outcome_correlation': correlation(pick((record) => [record.thinkingReward, record.outcomeReward])),
    'thinking/repeated_ngrams': meanOf(pick((record) => repeatedShare(record.text))),
    'advantages/std': stdOf(pick((record) => record.advantage)),
    loss: over((update) => update.loss),
    policy_loss: over((update) => update.metrics.policyLoss),
    kl: context.usesReference ? over((update) => update.metrics.kl) : null,
    entropy: over((update) => update.entropy),
    'clip_ratio/low_mean': over((update) => update.metrics.clipShareLow),
    'clip_ratio/high_mean': over((update) => update.metrics.clipShareHigh),
    'clip_ratio/region_mean': over((update) => update.metrics.clipShareLow + update.metrics.clipShareHigh),
    grad_norm: over((update) => update.gradNorm),
    learning_rate: updates.at(-1)!.learningRate,
    'completions/mean_length': meanOf(lengths),
    'completions/min_length': Math.min(...lengths),
    'completions/max_length': Math.max(...lengths),
    'completions/clipped_ratio': meanOf(pick((record) => Number(record.truncated))),
    'completions/exact': meanOf(pick((record) => (record.exact === null ? null : Number(record.exact)))),
    'completions/format_valid': meanOf(pick((record) => Number(record.formatValid))),
    'completions/mean_length_correct': meanOf(
      pick((record) => (isCorrect(record.outcomeReward, context.correctThreshold) ? record.tokens : null)),
    ),
    'completions/mean_length_wrong': meanOf(
      pick((record) => (isWrong(record.outcomeReward, context.correctThreshold) ? record.tokens : null)),
    ),
    num_tokens: context.tokensSoFar + tokens,
    step_time: context.stepSeconds,
    'time/generate': seconds.generate,
    'time/thinking': seconds.thinking,
    'time/thinking_per_response': meanOf(asked.map((score) => score.seconds)),
    'time/reference': seconds.reference,
    'time/update': seconds.update,
    'time/cpu_cores': context.cpuSeconds / context.stepSeconds,
    'tokens_per_second/generate': tokens / seconds.generate,
    'tokens_per_second/step': tokens / context.stepSeconds,
    'memory/rss': process.memoryUsage.rss() / 2 ** 20,
    'memory/free': freemem() / 2 ** 20,
    'memory/tensors': context.liveTensors,
  };
}

/** How often an answer could not be read, by why. */
function answerFaults(reasons: readonly string[]): StepMetrics {
  const faults = reasons.map(faultOf);
  return Object.fromEntries(
    namesOf(ANSWER_FAULTS).map((name) => [`answers/${name}`, meanOf(faults.map((fault) => Number(fault === name)))]),
  );
}

/** How often each way of answering was taken; null for questions whose thinking cannot be read. */
function styleShares(styles: readonly (ResponseStyle | null)[]): StepMetrics {
  const known = styles.filter((style) => style !== null);
  return Object.fromEntries(
    namesOf(RESPONSE_STYLES).map((name) => [`style/${name}`, meanOf(known.map((style) => Number(style === name)))]),
  );
}

/** Pearson correlation over pairs that are both there; null where one side does not vary. */
function correlation(pairs: readonly (readonly [number | null, number | null])[]): number | null {
  const known = pairs.filter((pair): pair is [number, number] => pair[0] !== null && pair[1] !== null);
  const [x, y] = [known.map((pair) => pair[0]), known.map((pair) => pair[1])];
  const [meanX, meanY] = [meanOf(x) ?? 0, meanOf(y) ?? 0];
  const sum = (get: (i: number) => number) => known.reduce((total, _, i) => total + get(i), 0);
  const spread = Math.sqrt(sum((i) => (x[i]! - meanX) ** 2) * sum((i) => (y[i]! - meanY) ** 2));
  return spread < 1e-12 ? null : sum((i) => (x[i]! - meanX) * (y[i]! - meanY)) / spread;
}

/** Share of 4-grams of words that occurred before in the same text; 0 for shorter texts. */
function repeatedShare(text: string): number {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const seen = new Set<string>();
  const total = words.length - 3;
  for (let i = 0; i < total; i++) seen.add(words.slice(i, i + 4).join(' '));
  return total <= 0 ? 0 : (total - seen.size) / total;
}
