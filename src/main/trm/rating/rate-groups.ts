/** What a rater says of every response of every group, so many questions at a time. */

import { letGoOfPictures } from '../../model/image/let-go.ts';
import type { ThinkingRequest, ThinkingRewarder, ThinkingScore } from '../../rewards/thinking/source.ts';
import type { JudgedGroup } from '../validation/judged.ts';
import { type Probe, probeRequest } from '../validation/probes.ts';

const QUESTIONS_AT_ONCE = 10;

/** Answers group by group in the responses' order. */
export async function rateResponses(
  rater: ThinkingRewarder,
  groups: readonly JudgedGroup[],
  questionsAtOnce = QUESTIONS_AT_ONCE,
): Promise<ThinkingScore[][]> {
  const all: ThinkingScore[][] = [];
  for (let from = 0; from < groups.length; from += questionsAtOnce) {
    const part = groups.slice(from, from + questionsAtOnce);
    const requests = part.flatMap(({ question, responses }) =>
      responses.map(({ thinking, text }): ThinkingRequest => ({ question, thinking, response: text })),
    );
    const answers = [...(await rater.score(requests))];
    await letGoOfPictures();
    for (const { responses } of part) all.push(answers.splice(0, responses.length));
  }
  return all;
}

/** Scores alone, as rateResponses gives them; null where the rater had none. */
export async function rateGroups(
  rater: ThinkingRewarder,
  groups: readonly JudgedGroup[],
  questionsAtOnce?: number,
): Promise<(number | null)[][]> {
  return (await rateResponses(rater, groups, questionsAtOnce)).map((group) => group.map((rating) => rating.score));
}

/** Scores of both versions of each probe. */
export async function rateProbes(
  rater: ThinkingRewarder,
  probes: readonly Probe[],
): Promise<(readonly [number | null, number | null])[]> {
  const groups = probes.map(({ question, plain, changed }): JudgedGroup => {
    const responses = [plain, changed].map((thinking) => {
      const { response } = probeRequest(question, thinking);
      return { thinking, text: response, truth: 0, outcome: null, dimensions: null };
    });
    return { question, parts: [], responses };
  });
  return (await rateGroups(rater, groups, 4 * QUESTIONS_AT_ONCE)).map(([plain = null, changed = null]) => [
    plain,
    changed,
  ]);
}
