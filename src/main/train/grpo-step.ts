/**
 * One Trust-GRPO step, top to bottom: questions -> groups of responses -> outcome and thinking rewards -> trust and annealing -> advantages ->
 * reference -> update. R_i = R^o_i + gamma alpha decay R^t_i (paper.md), A_i = (R_i - mean R) / std R within the group.
 * Deliberately absent: the loop over steps (run-training.ts), files, the database.
 */
import type { ResponseRecord } from '../../shared/run/run-events.ts';
import { groupAdvantages } from '../loss/advantages.ts';
import { outcomeReward } from '../rewards/outcome/outcome-reward.ts';
import type { ThinkingRequest, ThinkingRewarder, ThinkingScore } from '../rewards/thinking/source.ts';
import type { EncodedQuestion } from '../rollouts/encode-question.ts';
import { type DrawKey, generateResponses, type Response } from '../rollouts/generate-responses.ts';
import { thinkingOf } from '../rollouts/prompt.ts';
import { rateThinking } from '../tasks/rubric/rate.ts';
import { disposeTree } from '../tensor/tree.ts';
import { annealingLength, askedResponses, type TotalRewards, totalRewards } from '../trust/total-reward.ts';
import type { GrpoRun } from './grpo-run.ts';
import { scheduleFactor } from './update/learning-rate.ts';
import { mergedResult, microBatches, summedGradients } from './update/micro-batches.ts';
import type { StepFigures } from './update/policy-gradient.ts';

/** Everything a step yields, for metrics and storage. */
export interface GrpoStepResult {
  readonly records: ResponseRecord[];
  readonly trust: readonly TotalRewards[]; // per group
  readonly scores: readonly (ThinkingScore | null)[]; // null: not asked; empty where the run has no thinking reward
  readonly zeroStdShare: number;
  readonly updates: readonly (StepFigures & {
    readonly gradNorm: number;
    readonly learningRate: number;
  })[]; // one per optimiser update
  readonly seconds: { generate: number; thinking: number; reference: number; update: number };
}

/** Runs one step and updates `run.policy`. `step` counts from 1. */
export async function grpoStep(
  run: GrpoRun,
  step: number,
  questions: readonly EncodedQuestion[],
): Promise<GrpoStepResult> {
  const { settings, sampler } = run;
  const { numGenerations, gradientAccumulationSteps, numIterations, totalSteps } = settings.training;
  const seconds = { generate: 0, thinking: 0, reference: 0, update: 0 };
  const clock = stopwatch(seconds);

  // Groups of N responses, sampled from the policy as it is.
  const merged = run.merge(run.policy);
  const { responses, features } = generateResponses(
    sampler,
    merged.weights,
    questions,
    numGenerations,
    settings.generation.maxCompletionLength,
    settings.generation,
    { seed: settings.seed, step },
  );
  disposeTree(merged.own);
  clock('generate');

  // R^o by rule; R^t from the thinking rewarder, for the responses the preset asks about.
  const groups = questions.map(({ question, prompt }, g) => ({
    question,
    prompt: sampler.tokenizer.decode(prompt.ids),
    responses: responses.slice(g * numGenerations, (g + 1) * numGenerations),
  }));
  const outcomes = groups.map(({ question, responses: group }) =>
    group.map(({ text }) =>
      outcomeReward({
        kind: question.answerType,
        response: text,
        truth: question.answer,
        question: question.text,
        preset: settings.reward.preset,
      }),
    ),
  );
  const asked = outcomes.map((group) =>
    askedResponses(
      settings.reward.preset,
      group.map((one) => one.reward),
    ),
  );
  const scores = await scoreThinking(run.rewarder, groups, asked, { seed: settings.seed, step }).catch(
    (error: unknown) => {
      features?.dispose(); // a stop ends the wait for scores
      throw error;
    },
  );
  clock('thinking');

  // Trust, annealing, total reward and advantage: plain numbers, the code that What-if uses too.
  const trust = groups.map((_, g) =>
    totalRewards({
      ...settings.reward,
      outcomes: outcomes[g]!.map((one) => one.reward),
      thinking: scores?.[g]?.map((one) => one?.score ?? null) ?? null,
      spreads: scores?.[g]?.map((one) => one?.spread ?? null),
      step,
      totalSteps: annealingLength(settings.reward.preset, settings.reward.annealingSteps, totalSteps),
    }),
  );
  const { advantages, zeroStdShare } = groupAdvantages(
    trust.flatMap((group) => group.rewards),
    { ...settings.loss, groupSize: numGenerations },
  );

  // Reference log-probabilities, then the update, in micro-batches of whole groups.
  const micros = microBatches(run, questions, responses, features, gradientAccumulationSteps);
  const references =
    settings.loss.beta === 0
      ? micros.map(() => null)
      : micros.map((micro) => run.graphs.logps(run.reference, micro.referenceBatch));
  clock('reference');
  const tokens = micros.map((micro) => micro.tokens);
  const stepTokens = tokens.reduce((sum, of) => sum + of, 0);
  const schedule = { ...settings.training, totalUpdates: totalSteps * numIterations };
  const updates = [];
  for (let iteration = 0; iteration < numIterations; iteration++) {
    const results = micros.map((micro, i) =>
      run.graphs.gradients(run.policy, micro.batch, {
        advantages: micro.rows.map((row) => advantages[row]!),
        refLogps: references[i]!,
        oldLogps: iteration === 0 ? null : micro.oldLogps,
        stepTokens,
      }),
    );
    const learningRate = settings.training.learningRate * scheduleFactor(run.optimizer.state.updates, schedule);
    const { weights, gradNorm } = run.optimizer.apply(run.policy, summedGradients(results), learningRate);
    run.policy = weights;
    updates.push({ ...mergedResult(results, tokens), gradNorm, learningRate });
  }
  disposeTree(
    references,
    micros.map((micro) => micro.own),
    features,
  );
  clock('update');

  const records = groups.flatMap(({ question, responses: group }, g) =>
    group.map((response, n): ResponseRecord => {
      const outcome = outcomes[g]![n]!;
      const score = scores?.[g]?.[n];
      const { muC, muW, nC, nW, gamma, gammaLogged, decay, alpha, rewards } = trust[g]!;
      return {
        questionId: question.id,
        sample: n,
        text: response.text,
        tokens: response.ids.length,
        truncated: response.truncated,
        formatValid: outcome.formatValid,
        outcomeReward: outcome.reward,
        outcomeReason: outcome.reason,
        thinkingReward: score?.score ?? null,
        thinkingFailure: score?.failure ?? null,
        thinkingSpread: score?.spread ?? null,
        rubricScore: question.scene === null ? null : rateThinking(question, thinkingOf(response.text)).score,
        muC,
        muW,
        nC,
        nW,
        gamma,
        gammaLogged,
        decay,
        alpha,
        reward: rewards[n]!,
        advantage: advantages[g * numGenerations + n]!,
      };
    }),
  );
  return { records, trust, scores: scores?.flat() ?? [], zeroStdShare, updates, seconds };
}

interface Group {
  readonly question: EncodedQuestion['question'];
  readonly prompt: string; // whole, without special tokens
  readonly responses: readonly Response[];
}

/** Scores of the asked responses, null elsewhere; no list at all where the run has no thinking reward. */
async function scoreThinking(
  rewarder: ThinkingRewarder,
  groups: readonly Group[],
  asked: readonly number[][],
  draw: DrawKey,
): Promise<(ThinkingScore | null)[][] | null> {
  if (rewarder.isOff) return null;
  const requests = groups.flatMap(({ question, prompt, responses }, g) =>
    asked[g]!.map((n): ThinkingRequest => {
      const { text } = responses[n]!;
      return { question, prompt, thinking: thinkingOf(text), response: text };
    }),
  );
  const answers = requests.length === 0 ? [] : await rewarder.score(requests, draw);
  let next = 0;
  return groups.map(({ responses }, g) => {
    const row: (ThinkingScore | null)[] = responses.map(() => null);
    for (const n of asked[g]!) row[n] = answers[next++]!;
    return row;
  });
}

function stopwatch<K extends string>(into: Record<K, number>): (phase: K) => void {
  let last = performance.now();
  return (phase) => {
    const now = performance.now();
    into[phase] += (now - last) / 1000;
    last = now;
  };
}
