/**
 * Recipe of models/tiny-vl-trm, the paper's way: responses from GRPO training of the base model, scored by the annotator (the rubric), filtered,
 * sampled uniformly over score intervals, fine-tuned for two epochs; then validated on questions and responses it never saw.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseSettings } from '../../shared/setting-paths.ts';
import type { Settings } from '../../shared/settings.ts';
import { modelFolder } from '../model/find-model.ts';
import { loadModel, type Model, saveModel } from '../model/model-folder.ts';
import { questionImages } from '../rollouts/encode-question.ts';
import { ratingPrompt, ratingRequest, thinkingOf } from '../rollouts/prompt.ts';
import { questionById } from '../tasks/ids.ts';
import { rateThinking } from '../tasks/rubric/rate.ts';
import { trainStage } from '../train/recipes/staged-training.ts';
import { runTraining } from '../train/run-training.ts';
import type { SftExample } from '../train/sft-step.ts';
import { FILTERS, filterRecords } from './filters.ts';
import type { TrmRecord } from './record.ts';
import { countBins, sampleBins } from './sample-bins.ts';
import { trmCard, validateTrm } from './validate.ts';

/** Sizes of the recipe; smaller ones serve tests. */
export interface TrmRecipe {
  readonly seeds: readonly number[]; // GRPO runs to collect from
  readonly steps: number; // of each
  readonly capPerBin: number;
  readonly epochs: number;
  readonly validationQuestions: number;
}

export const TRM_RECIPE: TrmRecipe = {
  seeds: [900_001],
  steps: 200,
  capPerBin: 1500,
  epochs: 4,
  validationQuestions: 100,
};
const OPTIONS = { imageSize: 56, prompt: 'short' } as const;
const BATCH = 32;
const SEED = 2;

/** Makes the TRM into `outFolder`; every intermediate is kept in `workFolder`, and an interrupted recipe goes on from there. */
export async function makeTrm(
  outFolder: string,
  workFolder: string,
  threads: number,
  log: (line: string) => void,
  recipe: TrmRecipe = TRM_RECIPE,
): Promise<void> {
  const began = performance.now();
  mkdirSync(workFolder, { recursive: true });
  const collected: TrmRecord[] = [];
  for (const seed of recipe.seeds) collected.push(...(await collect(workFolder, seed, recipe.steps, threads, log)));
  const { kept, dropped } = filterRecords(collected);
  const sampled = sampleBins(kept, recipe.capPerBin, SEED);
  const flow = [
    `collected ${collected.length}`,
    ...Object.keys(FILTERS).map((name) => `${name} -${dropped[name as keyof typeof dropped]}`),
    `kept ${kept.length} (per interval ${countBins(kept).join(' ')})`,
    `sampled ${sampled.length} (per interval ${countBins(sampled).join(' ')})`,
  ];
  for (const line of flow) log(line);
  const base = loadModel(modelFolder('tiny-vl-base'));
  const run = { config: base.config, tokenizer: base.tokenizer, workFolder, seed: SEED, log };
  const stage = {
    name: 'trm',
    steps: Math.ceil((sampled.length * recipe.epochs) / BATCH),
    batchSize: BATCH,
    firstRate: 5e-4,
    lastRate: 5e-5,
    trainVision: true,
    example: (index: number) => ratingExample(base, sampled[index % sampled.length]!),
  };
  const weights = trainStage(run, stage, { ...base.weights });
  const untrained = loadModel(modelFolder('tiny-vl-base'));
  const figures = await validateTrm({ trained: { ...base, weights }, untrained }, recipe.validationQuestions, log);
  const minutes = (performance.now() - began) / 60_000;
  saveModel(outFolder, {
    config: base.config,
    weights,
    tokenizer: base.tokenizer,
    card: trmCard(figures, flow, recipe, minutes),
  });
  log(`${join(outFolder, 'model.safetensors')} written after ${minutes.toFixed(0)} minutes`);
}

/** Settings of the GRPO runs that responses are collected from: outcome reward alone, no evaluation. */
function collectionSettings(seed: number, steps: number): Settings {
  return parseSettings({
    seed,
    reward: { thinking: 'none' },
    training: { totalSteps: steps, checkpointEvery: steps },
    evaluation: { every: 0, questions: 1, benchmarks: ['chart-test'], sampled: false },
  });
}

/** Trains with GRPO and keeps every response, rated by the rubric, one JSON line each. A finished collection is read back. */
async function collect(
  workFolder: string,
  seed: number,
  steps: number,
  threads: number,
  log: (line: string) => void,
): Promise<TrmRecord[]> {
  const file = join(workFolder, `responses-${seed}.jsonl`);
  const done = join(workFolder, `responses-${seed}.done`);
  if (!existsSync(done)) {
    rmSync(file, { force: true });
    const options = {
      settings: collectionSettings(seed, steps),
      runFolder: join(workFolder, `grpo-${seed}`),
      resume: null,
      signal: new AbortController().signal,
      threads,
    };
    for await (const event of runTraining(options)) {
      if (event.kind !== 'step') continue;
      const lines = event.responses.map(({ questionId, text, truncated, outcomeReward }) =>
        JSON.stringify({ questionId, text, truncated, outcomeReward, step: event.step }),
      );
      appendFileSync(file, `${lines.join('\n')}\n`);
      if (event.step % 25 === 0)
        log(
          `collect ${seed}: step ${event.step}/${steps}, outcome ${event.metrics['rewards/outcome/mean']?.toFixed(3)}`,
        );
    }
    appendFileSync(done, '');
  }
  return readFileSync(file, 'utf8').trim().split('\n').map(annotated);
}

function annotated(line: string): TrmRecord {
  const { questionId, text, truncated, outcomeReward, step } = JSON.parse(line) as {
    questionId: string;
    text: string;
    truncated: boolean;
    outcomeReward: number | null;
    step: number;
  };
  const question = questionById(questionId);
  const thinking = thinkingOf(text);
  return { question, thinking, text, truncated, outcomeReward, step, score: rateThinking(question, thinking).score };
}

/** One record as a fine-tuning example: image, question and thinking in, score token and end out. */
export function ratingExample(model: Model, record: TrmRecord): SftExample {
  const images = questionImages(model, record.question, OPTIONS);
  const prompt = ratingPrompt(
    model.tokenizer,
    model.config,
    record.question,
    images.map((image) => image.gridThw),
  );
  const ids = [...prompt.ids, ...ratingRequest(model.tokenizer, record.thinking)];
  const response = [...model.tokenizer.encode(record.score!.toFixed(1)), model.config.text.eosTokenIds[0]!];
  return { prompt: { ids, grids: prompt.grids }, response, pixels: images[0]!.pixelValues };
}
