/**
 * Everything a training run needs before its first step: backend, policy, reference, reward model, graphs, optimiser, benchmarks; from
 * scratch or from a checkpoint.
 */

import { createHash } from 'node:crypto';
import { arch, platform, release } from 'node:os';
import { join } from 'node:path';
import { kindNamed } from '../../../shared/kinds/kind.ts';
import { THINKING, type ThinkingKind } from '../../../shared/kinds/thinking.ts';
import type { Question } from '../../../shared/question.ts';
import type { RunEnvironment } from '../../../shared/run/run-events.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { hashOf } from '../../../shared/values/hash.ts';
import { modelFolder } from '../../model/folder/find-model.ts';
import { loadModel, type Model } from '../../model/folder/model-folder.ts';
import { homeOfRun } from '../../model/home/home-of-run.ts';
import { updateWith } from '../../model/io/content-hash.ts';
import { createApplier } from '../../model/network/adapters/lora.ts';
import { createGenerator } from '../../model/network/decode.ts';
import type { Weights } from '../../model/network/weights.ts';
import { makeThinking, type ThinkingMakers } from '../../rewards/thinking/makers.ts';
import type { EncodeOptions } from '../../rollouts/encode-question.ts';
import { createSampler } from '../../rollouts/generate-responses.ts';
import { pictureCost, pictureWarning } from '../../rollouts/picture-cost.ts';
import { promptLayout } from '../../rollouts/prompt.ts';
import { type Dataset, openDataset } from '../../tasks/import/dataset-folder.ts';
import type { BackendInfo } from '../../tensor/backend.ts';
import type { WatchState } from '../../trust/hacking-watch.ts';
import { readRecord } from '../checkpoint.ts';
import { type BenchmarkQuestions, benchmarkQuestions } from '../evaluation/benchmark-questions.ts';
import { type GrpoRun, loraScale } from '../grpo-run.ts';
import { trainedQuestions } from '../question-stream.ts';
import { createOptimizer } from '../update/optimizer.ts';
import { policyGraphs } from '../update/policy-gradient.ts';
import { encodeOptions } from './encode-options.ts';
import { runConfigHash, trainedDataHash } from './run-identity.ts';
import {
  codeChange,
  type InputRole,
  modelInput,
  type RunInput,
  readAgain,
  referenceInput,
  refuseAltered,
} from './run-inputs.ts';
import { freshPolicy, resumedPolicy } from './starting-policy.ts';

/** A run ready to step. */
export interface PreparedRun extends GrpoRun {
  readonly model: Model;
  readonly encode: EncodeOptions;
  readonly benchmarks: readonly BenchmarkQuestions[];
  readonly environment: RunEnvironment;
  readonly imported: readonly Question[] | null; // questions of an imported set, null for embedded ones
  readonly warning: string | null; // what its pictures cost, where that is much
  readonly configHash: string;
  tokens: number; // generated so far
  watch: WatchState;
  inputs: readonly RunInput[]; // an SFT before the first step adds the reference
  readonly changes: string | null; // what of the program changed since the checkpoint, one line
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
  const before = resume === null ? [] : (readRecord(resume).inputs ?? []);
  const again = <T>(role: InputRole, name: string, read: () => T): T =>
    resume === null ? read() : readAgain(role, name, read);
  const { policy: policyName, dtype } = settings.model;
  const model = again('policy', policyName, () => loadModel(modelFolder(policyName, home), { dtype }));
  const { source } = settings.data;
  const imported = source === 'embedded' ? null : again('data', source, () => openDataset(home, source));
  const dataHash = trainedDataHash(settings, imported?.manifest.questionsHash);
  const layout = promptLayout(model, settings.data.prompt, settings.data);
  const configHash = runConfigHash(settings, { modelHash: model.hash, dataHash, layout });
  const { benchmarks, loadImage } = benchmarkQuestions(
    settings.evaluation.benchmarks,
    settings.evaluation.questions,
    settings.data.world,
    home,
    imported,
  );
  const encode: EncodeOptions = { ...encodeOptions(settings), loadImage };
  const rater = raterOf(settings, home);
  const thinking = again(rater?.role ?? 'policy', rater?.name ?? policyName, () =>
    makeThinking({ settings, policy: () => model, home, encode, signal }, makers),
  );
  // A run that was fine-tuned first left its reference beside its checkpoints.
  const ownReference = resume !== null && settings.sft.steps > 0 ? join(runFolder, REFERENCE_FOLDER) : null;
  const inputs: RunInput[] = [
    modelInput('policy', policyName, model),
    { role: 'data', name: source, hash: hashOf([dataHash, imported?.manifest.imagesHash ?? null]) },
    { role: 'code', name: 'sophia', hash: codeVersion() },
    ...(ownReference === null ? [] : [again('reference', REFERENCE_FOLDER, () => referenceInput(ownReference))]),
  ];
  if (rater !== null) inputs.push(modelInput(rater.role, rater.name, { dir: rater.dir, hash: thinking.hash ?? '' }));
  refuseAltered(before, inputs);
  const reference =
    ownReference === null
      ? model.weights
      : again('reference', REFERENCE_FOLDER, () => loadModel(ownReference, { dtype })).weights;
  const fresh = freshPolicy(model, reference, settings);
  const { policy, trainable, optimizer, tokens, watch } =
    resume === null ? fresh : resumedPolicy(fresh, resume, model, configHash);
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
    applied: createApplier(loraScale(settings)),
    sampler: createSampler(model, createGenerator(model.config)),
    graphs: policyGraphs(model.config, settings, trainable, questionsPerStep * numGenerations),
    optimizer: createOptimizer(settings.training, trainable, policy, optimizer),
    environment: environmentOf(dataHash, backend, model, thinking.hash),
    imported: imported?.questions ?? null,
    warning: imported === null ? null : picturesWarning(settings, model, imported),
    inputs,
    changes: codeChange(before, inputs),
  };
}

function picturesWarning(settings: Settings, { imageEncoder }: Model, { questions, sizeOf }: Dataset): string | null {
  return pictureWarning(pictureCost(imageEncoder, trainedQuestions(settings, questions), sizeOf, settings.data));
}

/** The model of its own that rates a run's thinking, and where it lies; null where there is none. */
function raterOf(
  { model, reward }: Settings,
  home: string,
): { role: 'trm' | 'stepTrm'; name: string; dir: string } | null {
  const role = kindNamed<ThinkingKind>(THINKING, reward.thinking)?.modelSetting;
  if (role !== 'trm' && role !== 'stepTrm') return null;
  return { role, name: model[role], dir: modelFolder(model[role], home) };
}

/** What the code is, as the engine told this process. */
const codeVersion = (): string => process.env.SOPHIA_CODE_VERSION ?? 'source';

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
    codeVersion: codeVersion(),
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
