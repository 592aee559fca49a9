/**
 * A run's evaluation as events: every benchmark greedily, and the test ones sampled once at temperature 1. What a run answers before its first
 * step depends on nothing but the base model, the questions, the prompt, the seed where it samples, and the code: the runs of a study share
 * these answers through a folder, each computed by the first that needs it.
 */

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { EVALUATION_MODES, type EvaluationModeKind } from '../../../shared/kinds/evaluation-mode.ts';
import { namesOf } from '../../../shared/kinds/kind.ts';
import { toldQuestion } from '../../../shared/question.ts';
import type { EvaluatedQuestion, RunEvent } from '../../../shared/run/run-events.ts';
import { hashOf } from '../../../shared/values/hash.ts';
import { refuseLostHome } from '../../model/home/home-marks.ts';
import { atomicWriteText } from '../../model/io/atomic-write.ts';
import { readWhole } from '../../model/io/local-path.ts';
import { evaluationEvents } from '../../rewards/benchmarks/combine.ts';
import { promptLayout } from '../../rollouts/prompt.ts';
import { disposeTree } from '../../tensor/tree.ts';
import { loadMeter } from '../load-meter.ts';
import type { PreparedRun } from '../prepare/prepare-run.ts';
import type { BenchmarkQuestions } from './benchmark-questions.ts';
import { type EvaluateOptions, evaluateQuestions } from './evaluate.ts';

const KEPT = z.object({
  inputs: z.string(),
  hash: z.string(), // of the results
  results: z.array(
    z.object({
      ...{ questionId: z.string(), text: z.string(), outcomeReward: z.number(), correct: z.boolean() },
      exact: z.boolean().nullable(),
    }),
  ),
});

/** Evaluates at `step`; `shared` is the folder of answers before the first step, undefined to compute them in any case. */
export async function* evaluationPhase(run: PreparedRun, step: number, shared?: string): AsyncGenerator<RunEvent> {
  const { settings, benchmarks } = run;
  const applied = run.applied(run.policy);
  const modes = namesOf(EVALUATION_MODES).filter(
    (mode) => settings.evaluation.sampled || !EVALUATION_MODES[mode].isDrawn,
  );
  const total = benchmarks.length;
  const meter = loadMeter();
  yield { kind: 'phase', step, phase: 'evaluating', done: 0, total };
  if (step === 0)
    yield {
      kind: 'questions',
      step,
      questions: benchmarks.flatMap((benchmark) => benchmark.questions.map(toldQuestion)),
    };
  for (const mode of modes) {
    const { splits }: EvaluationModeKind = EVALUATION_MODES[mode];
    const chosen = benchmarks.filter((benchmark) => splits.includes(benchmark.split));
    const options = {
      ...run.encode,
      mode,
      maxCompletionLength: settings.generation.maxCompletionLength,
      preset: settings.reward.preset,
      seed: settings.seed,
    };
    // All benchmarks in one go: full batches, and graphs of one shape.
    const questions = chosen.flatMap((benchmark) => benchmark.questions);
    const answer = () => meter.during(() => evaluateQuestions(run.sampler, applied.weights, questions, options));
    const unchanged = step === 0 && settings.sft.steps === 0 && shared !== undefined;
    const kept = unchanged ? await sharedAnswers(shared, inputsOf(run, chosen, options), answer) : null;
    if (kept?.problem) yield { kind: 'alert', step, level: 'warning', name: 'evaluations', message: kept.problem };
    const results = kept?.results ?? (await answer());
    const byId = new Map(results.map((result) => [result.questionId, result]));
    for (const { name, hash, questions: own } of chosen) {
      const answered = own.flatMap((question) => byId.get(question.id) ?? []);
      yield* evaluationEvents({ step, mode, benchmark: name, benchmarkHash: hash }, own, answered);
    }
  }
  disposeTree(applied.own);
  const load = meter.load();
  const isMeasured = load.seconds > 0; // answers that were all taken over took nothing
  yield { kind: 'phase', step, phase: 'evaluating', done: total, total, ...(isMeasured && { load }) };
}

/** Everything that the answers before the first step depend on, as one hash. */
function inputsOf(run: PreparedRun, benchmarks: readonly BenchmarkQuestions[], options: EvaluateOptions): string {
  const { loadImage: _ofTheQuestionsTold, seed, ...how } = options;
  const { trmHash: _trm, dataHash: _data, ...environment } = run.environment;
  return hashOf({
    how,
    layout: promptLayout(run.model, options.prompt, options.texts),
    environment, // code, model, backend, threads
    seed: EVALUATION_MODES[options.mode].isDrawn ? seed : null,
    benchmarks: benchmarks.map(({ name, hash }) => [name, hash]),
  });
}

/**
 * Answers kept in `folder` under `inputs`, or fresh ones, kept then. A file that is not what it should be is made again; `problem` tells
 * of one whose answers were altered.
 */
async function sharedAnswers(
  folder: string,
  inputs: string,
  answer: () => Promise<EvaluatedQuestion[]>,
): Promise<{ readonly results: EvaluatedQuestion[]; readonly problem: string | null }> {
  const path = join(folder, `${inputs}.json`);
  const kept = existsSync(path) ? readKept(path) : undefined;
  const isSound = kept !== undefined && kept.inputs === inputs && hashOf(kept.results) === kept.hash;
  if (isSound) return { results: kept.results, problem: null };
  const results = await answer();
  refuseLostHome(folder);
  mkdirSync(folder, { recursive: true });
  atomicWriteText(path, JSON.stringify({ inputs, hash: hashOf(results), results }));
  const problem =
    kept === undefined ? null : `The answers in evaluations/${inputs}.json were altered; they were computed again.`;
  return { results, problem };
}

function readKept(path: string): z.infer<typeof KEPT> | undefined {
  try {
    return KEPT.parse(JSON.parse(readWhole(path)));
  } catch {
    return undefined;
  }
}
