/**
 * One Trust-GRPO step, top to bottom: questions -> groups of responses -> outcome and thinking rewards -> trust and annealing -> advantages ->
 * update. Deliberately absent: the loop over steps (run-training.ts), files, the database; and the cases that the formulas leave open: a
 * score that could not be had, an empty side, a group without differences, preset official-code (trust/, loss/advantages.ts).
 */
import type { EncodedQuestion } from '../rollouts/encode-question.ts';
import { generateResponses } from '../rollouts/generate-responses.ts';
import { disposeTree } from '../tensor/tree.ts';
import type { GrpoRun, GrpoStepResult } from './grpo-run.ts';
import { drawSeed, groupsOf, withThinking } from './step-groups.ts';
import { stopwatch } from './stopwatch.ts';
import { tokenWatch } from './tokens/token-pass.ts';
import { learningRateAt } from './update/learning-rate.ts';
import { mergedResult, microBatches, summedGradients, withReference } from './update/micro-batches.ts';
import { weighGroups } from './weigh-groups.ts';

/** Runs one step and updates `run.policy`. `step` counts from 1. Rejects where the run was stopped; the policy is as it was then. */
export async function grpoStep(
  run: GrpoRun,
  step: number,
  questions: readonly EncodedQuestion[],
): Promise<GrpoStepResult> {
  const { settings, sampler, rewarder, graphs, optimizer } = run;
  const { training, generation, reward } = settings;
  const { numGenerations: N, numIterations } = training;
  const draw = { seed: drawSeed(settings), step };
  const clock = stopwatch('generate', 'thinking', 'reference', 'update');

  // N responses to each question, sampled from the policy as it is.
  const policy = run.applied(run.policy);
  const { maxCompletionLength } = generation;
  const sampled = generateResponses(sampler, policy.weights, questions, N, maxCompletionLength, generation, draw);
  disposeTree(policy.own);
  clock.endOf('generate');

  // R^o of each by rule, R^t of its thinking from the rewarder.
  const judged = groupsOf(run, questions, sampled.responses);
  const scored = await withThinking(judged, rewarder, reward.preset, draw).catch((error: unknown) => {
    disposeTree(sampled.features); // a stop ended the wait
    throw error;
  });
  clock.endOf('thinking');

  // In each group, with G_correct the responses of R^o >= reward.correctThreshold (0.5) and G_wrong the others:
  //   mu_c, mu_w = the means of R^t over G_correct, over G_wrong
  //   gamma      = 1 where mu_c >= mu_w, else exp(mu_c - mu_w)
  //   R_i        = R^o_i + gamma alpha exp(-step / T) R^t_i
  //   A_i        = (R_i - mean R) / std R
  const { advantages: A, ...weighed } = weighGroups(scored, settings, step);

  // The clipped loss with its KL to the reference, over micro-batches of whole groups; mu updates on the same responses.
  const micros = withReference(run, microBatches(run, questions, sampled));
  clock.endOf('reference');
  const tokens = micros.map((micro) => micro.tokens);
  const stepTokens = tokens.reduce((sum, of) => sum + of, 0);
  const watch = tokenWatch(run, step, sampled.responses, micros, A);
  const updates = [];
  for (let iteration = 0; iteration < numIterations; iteration++) {
    watch.before(iteration);
    const results = micros.map(({ batch, rows, refLogps, ...micro }) => {
      const oldLogps = iteration === 0 ? null : micro.oldLogps;
      const advantages = rows.map((row) => A[row]!);
      return graphs.gradients(run.policy, batch, { advantages, refLogps, oldLogps, stepTokens });
    });
    const learningRate = learningRateAt(training, optimizer.state.updates);
    const { weights, gradNorm } = optimizer.apply(run.policy, summedGradients(results), learningRate);
    run.policy = weights;
    updates.push({ ...mergedResult(results, tokens), gradNorm, learningRate });
  }
  disposeTree(sampled.features, ...micros.map((micro) => micro.own));
  clock.endOf('update');

  return { ...weighed, updates, tokenValues: watch.values(), seconds: clock.seconds };
}
