/**
 * The training data of a reward model, the paper's way: responses from GRPO training of the base model, scored by the annotator (the rubric),
 * filtered, sampled uniformly over score intervals. Holistic and step-level models are trained on the same records.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseSettings } from '../../../shared/settings/setting-paths.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import type { Dimension } from '../../../shared/trm/annotations.ts';
import { thinkingOf } from '../../rollouts/thinking-text.ts';
import { questionById } from '../../tasks/embedded-ids.ts';
import { rateThinking } from '../../tasks/rubric/rate.ts';
import { runTraining } from '../../train/run-training.ts';
import { FILTERS, filterRecords } from './filters.ts';
import type { TrmRecord } from './record.ts';
import { countBins, sampleBins } from './sample-bins.ts';

/** Sizes of a reward model's recipe; smaller ones serve tests. */
export interface TrmRecipe {
  readonly seeds: readonly number[]; // GRPO runs to collect from
  readonly steps: number; // of each
  readonly capPerBin: number;
  readonly epochs: number;
  readonly validationQuestions: number;
}

/** What the embedded reward models are made with. */
export const TRM_RECIPE: TrmRecipe = {
  seeds: [900_001],
  steps: 200,
  capPerBin: 1500,
  epochs: 4,
  validationQuestions: 100,
};
/** Seed of the sampling and of the training that follows. */
const TRM_SEED = 2;

/** Records to train on, and the flow of counts that led to them, a line each. */
export interface TrmData {
  readonly records: readonly TrmRecord[];
  readonly flow: readonly string[];
}

/** Collects, annotates (leaving out dimensions of the rubric), filters and samples; what was collected is kept in `workFolder` and read back. */
export async function collectRecords(
  workFolder: string,
  recipe: TrmRecipe,
  threads: number,
  log: (line: string) => void,
  leaveOut: readonly Dimension[] = [],
): Promise<TrmData> {
  mkdirSync(workFolder, { recursive: true });
  const collected: TrmRecord[] = [];
  for (const seed of recipe.seeds)
    collected.push(...(await collect(workFolder, seed, recipe.steps, threads, leaveOut, log)));
  const { kept, dropped } = filterRecords(collected);
  const records = sampleBins(kept, recipe.capPerBin, TRM_SEED);
  const flow = [
    `collected ${collected.length}`,
    ...Object.keys(FILTERS).map((name) => `${name} -${dropped[name as keyof typeof dropped]}`),
    `kept ${kept.length} (per interval ${countBins(kept).join(' ')})`,
    `sampled ${records.length} (per interval ${countBins(records).join(' ')})`,
  ];
  for (const line of flow) log(line);
  return { records, flow };
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
  leaveOut: readonly Dimension[],
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
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => annotated(line, leaveOut));
}

function annotated(line: string, leaveOut: readonly Dimension[]): TrmRecord {
  const { questionId, text, truncated, outcomeReward, step } = JSON.parse(line) as {
    questionId: string;
    text: string;
    truncated: boolean;
    outcomeReward: number | null;
    step: number;
  };
  const question = questionById(questionId);
  const thinking = thinkingOf(text);
  const { score } = rateThinking(question, thinking, { leaveOut });
  return { question, thinking, text, truncated, outcomeReward, step, score };
}
