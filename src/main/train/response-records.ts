/** What is stored of a step's responses: one record each, with everything that entered its advantage. */
import type { ResponseRecord } from '../../shared/run/run-events.ts';
import { thinkingOf } from '../rollouts/thinking-text.ts';
import { rateThinking } from '../tasks/rubric/rate.ts';
import type { TotalRewards } from '../trust/total-reward.ts';
import type { ScoredGroup } from './step-groups.ts';

/** The records of a group's responses, given their advantages. */
export function responseRecords(
  { question, responses, outcomes, exact, scores, trust }: ScoredGroup & { readonly trust: TotalRewards },
  advantages: readonly number[],
): ResponseRecord[] {
  const { muC, muW, nC, nW, gamma, gammaLogged, decay, alpha, rewards } = trust;
  return responses.map(({ text, ids, truncated }, n): ResponseRecord => {
    const outcome = outcomes[n]!;
    const score = scores?.[n];
    return {
      questionId: question.id,
      sample: n,
      text,
      tokens: ids.length,
      truncated,
      formatValid: outcome.formatValid,
      outcomeReward: outcome.reward,
      exact: exact[n] ?? null,
      outcomeReason: outcome.reason,
      thinkingReward: score?.score ?? null,
      thinkingFailure: score?.failure ?? null,
      thinkingSpread: score?.spread ?? null,
      rubricScore: question.scene === null ? null : rateThinking(question, thinkingOf(text)).score,
      muC,
      muW,
      nC,
      nW,
      gamma,
      gammaLogged,
      decay,
      alpha,
      reward: rewards[n]!,
      advantage: advantages[n]!,
    };
  });
}
