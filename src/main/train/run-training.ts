/**
 * A whole training run as a stream of events: load, fine-tune first where asked, evaluate, step, checkpoint. Knows no database: whoever
 * consumes the events commits them, and `confirm` tells when. Order within a step: its rows, its evaluations, its checkpoint; so a
 * checkpoint never runs ahead of what is recorded.
 */

import { basename, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { SophiaError } from '../../shared/errors.ts';
import type { SaveDtype } from '../../shared/kinds/backend.ts';
import { PROMPT_STYLES } from '../../shared/kinds/prompt.ts';
import type { RunEvent } from '../../shared/run/run-events.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import type { ModelConfig } from '../model/families/family.ts';
import { type SavedFormat, storedFormat } from '../model/folder/model-folder.ts';
import { letGoOfPictures } from '../model/image/let-go.ts';
import { localPath } from '../model/io/local-path.ts';
import { isAdapter } from '../model/network/adapters/lora.ts';
import { encodeQuestion } from '../rollouts/encode-question.ts';
import { useBackend } from '../tensor/backend.ts';
import { pruneCheckpoints, saveCheckpoint } from './checkpoint.ts';
import { evaluationPhase } from './evaluation/evaluation-phase.ts';
import { loraScale } from './grpo-run.ts';
import { grpoStep } from './grpo-step.ts';
import { type PreparedRun, prepareRun, weightsHash } from './prepare/prepare-run.ts';
import { stepQuestions } from './question-stream.ts';
import { fineTuneFirst } from './sft/sft-phase.ts';
import { type StepReport, stepReport } from './step-report.ts';

/** How to run. */
export interface TrainingOptions {
  readonly settings: Settings;
  readonly runFolder: string;
  readonly resume: { readonly step: number; readonly uri: string } | null;
  readonly signal: AbortSignal;
  readonly threads: number;
  readonly sharedEvaluations?: string; // folder where runs share their answers before the first step
  readonly confirm?: () => Promise<void>; // resolves when all events yielded so far are committed
}

/** The folder of checkpoints within a run's. */
const CHECKPOINTS = 'checkpoints';
/** Checkpoints kept: the newest, and one to fall back to. */
const KEPT_CHECKPOINTS = 2;

/** Runs training to its end, a stop (after a checkpoint), a pause, or an error; the error's step is yielded before it is thrown. */
export async function* runTraining(options: TrainingOptions): AsyncGenerator<RunEvent> {
  const { settings, resume, signal } = options;
  const began = performance.now();
  const backend = await useBackend(settings.backend, { threads: options.threads });
  const run = prepareRun(
    settings,
    backend,
    options.runFolder,
    resume === null ? null : checkpointPath(resume.uri, options.runFolder),
    { signal },
  );
  const { totalSteps, checkpointEvery } = settings.training;
  const { every } = settings.evaluation;
  const start = resume?.step ?? 0;
  yield { kind: 'started', step: start, environment: run.environment };
  if (run.changes !== null)
    yield { kind: 'alert', step: start, level: 'warning', name: 'program', message: run.changes };
  const warning = promptWarning(settings, run.model.config);
  if (warning !== null && resume === null)
    yield { kind: 'alert', step: start, level: 'warning', name: 'prompt', message: warning };
  if (run.warning !== null && resume === null)
    yield { kind: 'alert', step: start, level: 'warning', name: 'pictures', message: run.warning };
  if (resume === null) {
    yield* fineTuneFirst(run, options.runFolder, signal);
    if (signal.aborted) return;
    yield* evaluationPhase(run, 0, options.sharedEvaluations);
  }
  for (let step = start + 1; step <= totalSteps; step++) {
    const report = signal.aborted ? null : yield* oneStep(run, step, signal);
    if (report === null) {
      if (step - 1 > start) yield* checkpoint(run, options, step - 1);
      return;
    }
    if (step === totalSteps || (every > 0 && step % every === 0)) yield* evaluationPhase(run, step);
    if (step === totalSteps || step % checkpointEvery === 0 || report.pause !== null)
      yield* checkpoint(run, options, step);
    if (report.pause !== null) {
      yield { kind: 'paused', step, message: report.pause };
      return;
    }
  }
  yield {
    kind: 'finished',
    step: totalSteps,
    seconds: (performance.now() - began) / 1000,
    weightsHash: weightsHash(run.policy),
  };
}

/** More tokens than any model that is made here has. */
const REAL_VOCABULARY = 10_000;

/** Why the prompt cannot be what these weights need; null where nothing speaks against it. */
function promptWarning({ data }: Settings, { text }: ModelConfig): string | null {
  if (PROMPT_STYLES[data.prompt].instructs || text.vocabSize < REAL_VOCABULARY) return null;
  return 'data.prompt is short: weights trained elsewhere are not told to think and to answer in tags, so that answers will hardly be found. Use official or template.';
}

function checkpointPath(uri: string, runFolder: string): string {
  const path = localPath(uri, runFolder);
  if (path !== null) return path;
  throw new SophiaError(
    'usage',
    `Checkpoint ${uri} does not lie on this machine.`,
    'Bring it here, or resume by the trainer that made it.',
  );
}

/** One GRPO step as events; returns its report, null where a stop ended the wait for scores: nothing was updated then. */
async function* oneStep(
  run: PreparedRun,
  step: number,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, StepReport | null> {
  const stepBegan = performance.now();
  const busyBefore = process.cpuUsage();
  const questions = stepQuestions(run.settings, step, run.imported);
  const encoded = questions.map((question) => encodeQuestion(run.sampler, question, run.encode));
  await letGoOfPictures();
  const result = await grpoStep(run, step, encoded).catch((error: unknown) => {
    if (signal.aborted && error === signal.reason) return null;
    throw error;
  });
  if (result === null) return null;
  const busy = process.cpuUsage(busyBefore);
  const report = stepReport(
    { step, questions, result, watch: run.watch, settings: run.settings },
    {
      cpuSeconds: (busy.user + busy.system) / 1e6,
      stepSeconds: (performance.now() - stepBegan) / 1000,
      tokensSoFar: run.tokens,
      liveTensors: tf.memory().numTensors,
      usesThinking: !run.rewarder.isOff,
    },
  );
  run.tokens = report.tokens;
  run.watch = report.watch;
  yield* report.events;
  if (report.divergence !== null) throw report.divergence;
  return report;
}

/** File formats by setting training.saveDtype; null: that of the policy's own files. */
const FORMATS = {
  original: null,
  float32: 'F32',
  bfloat16: 'BF16',
  float16: 'F16',
} as const satisfies Record<SaveDtype, SavedFormat | null>;

/** Saves, waits until everything before it is committed, announces it, then lets go of older ones. */
async function* checkpoint(run: PreparedRun, options: TrainingOptions, step: number): AsyncGenerator<RunEvent> {
  const folder = join(options.runFolder, CHECKPOINTS);
  await options.confirm?.();
  const record = {
    step,
    updates: run.optimizer.state.updates,
    tokens: run.tokens,
    configHash: run.configHash,
    watch: run.watch,
    inputs: run.inputs,
  };
  const { config, tokenizer } = run.sampler;
  const { saveDtype } = options.settings.training;
  const { policy: base, loraRank: rank, loraAlpha: alpha } = options.settings.model;
  const weights = Object.fromEntries(Object.entries(run.policy).filter(([name]) => isAdapter(name)));
  const saved = saveCheckpoint(
    folder,
    {
      ...{ config, tokenizer, weights: run.policy, origin: run.model.dir },
      ...{ loraScale: loraScale(options.settings), dtype: FORMATS[saveDtype] ?? storedFormat(run.model.dir) },
    },
    run.optimizer.state,
    record,
    rank > 0 ? { base, rank, alpha, weights } : null,
  );
  yield {
    kind: 'checkpoint',
    step,
    uri: `${CHECKPOINTS}/${basename(saved.path)}`,
    hash: saved.hash,
    bytes: saved.bytes,
  };
  await options.confirm?.();
  pruneCheckpoints(folder, KEPT_CHECKPOINTS);
}
