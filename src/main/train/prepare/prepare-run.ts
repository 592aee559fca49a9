/**
 * Everything a training run needs before its first step: backend, policy, reference, reward model, graphs, optimiser, benchmarks; from
 * scratch or from a checkpoint.
 */
import { createHash } from 'node:crypto';
import { arch, platform, release } from 'node:os';
import { join } from 'node:path';
import type { Question } from '../../../shared/question.ts';
import type { RunEnvironment } from '../../../shared/run/run-events.ts';
import { hashedSettings } from '../../../shared/settings/setting-paths.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { hashOf } from '../../../shared/values/hash.ts';
import { modelFolder } from '../../model/folder/find-model.ts';
import { loadModel, type Model } from '../../model/folder/model-folder.ts';
import { updateWith } from '../../model/io/content-hash.ts';
import { homeOfRun } from '../../model/io/home-of-run.ts';
import { createGenerator } from '../../model/network/decode.ts';
import { createMerger } from '../../model/network/lora.ts';
import type { Weights } from '../../model/network/weights.ts';
import { makeThinking, type ThinkingMakers } from '../../rewards/thinking/makers.ts';
import type { EncodeOptions } from '../../rollouts/encode-question.ts';
import { createSampler } from '../../rollouts/generate-responses.ts';
import { promptLayout } from '../../rollouts/prompt.ts';
import { openDataset } from '../../tasks/import/dataset-folder.ts';
import type { BackendInfo } from '../../tensor/backend.ts';
import type { WatchState } from '../../trust/hacking-watch.ts';
import { type BenchmarkQuestions, benchmarkQuestions } from '../evaluation/benchmark-questions.ts';
import type { GrpoRun } from '../grpo-run.ts';
import { createOptimizer } from '../update/optimizer.ts';
import { policyGraphs } from '../update/policy-gradient.ts';
import { freshPolicy, resumedPolicy } from './starting-policy.ts';

/** A run ready to step. */
export interface PreparedRun extends GrpoRun {
  readonly model: Model;
  readonly encode: EncodeOptions;
  readonly benchmarks: readonly BenchmarkQuestions[];
  readonly environment: RunEnvironment;
  readonly imported: readonly Question[] | null; // questions of an imported set, null for embedded ones
  readonly configHash: string;
  tokens: number; // generated so far
  watch: WatchState;
}

/** Where the KL reference of a fine-tuned policy is kept within a run's folder. */
export const REFERENCE_FOLDER = 'reference';

/** Loads and builds all parts; `resume` is a checkpoint's folder or null, `signal` the run's stop, `makers` the thinking rewards to choose from. */
export function prepareRun(
  settings: Settings,
  backend: BackendInfo,
  runFolder: string,
  resume: string | null,
  { signal, makers }: { readonly signal?: AbortSignal; readonly makers?: ThinkingMakers | undefined } = {},
): PreparedRun {
  const home = homeOfRun(runFolder);
  const model = loadModel(modelFolder(settings.model.policy, home));
  const { policy: _policy, ...identity } = settings.model;
  const imported = settings.data.source === 'embedded' ? null : openDataset(home, settings.data.source);
  const dataHash = imported?.manifest.questionsHash ?? hashOf(settings.data);
  const layout = promptLayout(model, settings.data.prompt);
  const identified = { ...hashedSettings(settings), model: { ...identity, policy: model.hash } };
  const configHash = hashOf({ ...identified, dataHash, layout });
  const { benchmarks, loadImage } = benchmarkQuestions(
    settings.evaluation.benchmarks,
    settings.evaluation.questions,
    settings.data.world,
    home,
  );
  const trainedOn = `${settings.data.source}/`;
  const encode: EncodeOptions = {
    imageSize: settings.data.imageSize,
    prompt: settings.data.prompt,
    loadImage: (question, at) =>
      imported !== null && question.id.startsWith(trainedOn)
        ? imported.loadImage(question, at)
        : loadImage(question, at),
  };
  // A run that was fine-tuned first left its reference beside its checkpoints.
  const reference =
    resume !== null && settings.sft.steps > 0 ? loadModel(join(runFolder, REFERENCE_FOLDER)).weights : model.weights;
  const fresh = freshPolicy(model, reference, settings);
  const { policy, trainable, optimizer, tokens, watch } =
    resume === null ? fresh : resumedPolicy(fresh, resume, model, configHash);
  const thinking = makeThinking({ settings, policy: () => model, home, encode, signal }, makers);
  const { questionsPerStep, numGenerations } = settings.training;
  return {
    settings,
    model,
    encode,
    benchmarks,
    configHash,
    tokens,
    watch,
    policy,
    reference,
    rewarder: thinking.rewarder,
    merge: createMerger(settings.model.loraAlpha / Math.max(1, settings.model.loraRank)),
    sampler: createSampler(model, createGenerator(model.config)),
    graphs: policyGraphs(model.config, settings, trainable, questionsPerStep * numGenerations),
    optimizer: createOptimizer(settings.training, trainable, policy, optimizer),
    environment: environmentOf(dataHash, backend, model, thinking.hash),
    imported: imported?.questions ?? null,
  };
}

function environmentOf(
  dataHash: string,
  backend: BackendInfo,
  { config: { modelType }, hash: modelHash }: Model,
  trmHash: string | null,
): RunEnvironment {
  return {
    backend: backend.name,
    backendVersion: backend.version,
    device: backend.device,
    threads: backend.threads,
    node: process.version,
    platform: `${platform()} ${release()} ${arch()}`,
    codeVersion: process.env.SOPHIA_CODE_VERSION ?? 'source',
    modelType,
    modelHash,
    trmHash,
    dataHash,
  };
}

/** sha256 over all weights in name order: two runs with equal hashes ended with equal weights. */
export function weightsHash(weights: Weights): string {
  const digest = createHash('sha256');
  for (const name of Object.keys(weights).sort()) {
    const data = weights[name]!.dataSync<'float32'>();
    updateWith(digest.update(name), data);
  }
  return digest.digest('hex');
}
