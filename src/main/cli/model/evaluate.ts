/** `sophia evaluate MODEL`: exact accuracy per benchmark with its confidence interval, and the mean outcome reward, through the same prompt and rules as training. */

import { type Command, Option } from 'commander';
import { BACKENDS, type BackendChoice } from '../../../shared/kinds/backend.ts';
import { EVALUATION_MODES, type EvaluationMode } from '../../../shared/kinds/evaluation-mode.ts';
import { namesOf } from '../../../shared/kinds/kind.ts';
import { PROMPT_STYLES, type PromptStyle } from '../../../shared/kinds/prompt.ts';
import { meanOf } from '../../../shared/values/means.ts';
import { worldsOfModel } from '../../../shared/worlds/worlds.ts';
import { MAX_PIXELS_HELP, MIN_PIXELS_HELP, whole } from '../common/numbers.ts';
import type { GlobalOptions } from '../common/verb.ts';

interface EvaluateOptions extends GlobalOptions {
  benchmarks: string;
  questions: number;
  mode: EvaluationMode;
  backend: BackendChoice;
  seed: number;
  prompt: PromptStyle;
  maxTokens: number;
  minPixels: number | null;
  maxPixels: number | null;
}

/** Adds the verb. */
export function define(command: Command): void {
  command
    .argument('<model>', 'an embedded model (tiny-vl-base) or a folder in Hugging Face layout')
    .option(
      '--benchmarks <names>',
      'comma-separated names; test and hard stand for all of a split, NAME/SPLIT is an imported set',
      'test,hard',
    )
    .option('--questions <n>', 'questions per benchmark', whole(0), 40)
    .addOption(new Option('--mode <mode>', 'decoding').choices(namesOf(EVALUATION_MODES)).default('greedy'))
    .addOption(new Option('--backend <name>', 'tensor backend').choices(namesOf(BACKENDS)).default('auto'))
    .option('--seed <n>', 'sampling seed', whole(0), 0)
    .addOption(
      new Option('--prompt <style>', "how a question is put; weights trained elsewhere need 'official'")
        .choices(namesOf(PROMPT_STYLES))
        .default('short'),
    )
    .option('--max-tokens <n>', 'maximum response length, in tokens', whole(1, 32768), 64)
    .option('--max-pixels <n>', MAX_PIXELS_HELP, whole(1), null)
    .option('--min-pixels <n>', MIN_PIXELS_HELP, whole(1), null)
    .action(async (name: string, _options: EvaluateOptions, self: Command) => {
      const options = self.optsWithGlobals<EvaluateOptions>();
      const rows = await evaluate(name, options);
      if (options.json) console.log(JSON.stringify(rows, null, 2));
      else {
        const width = Math.max(...rows.map((row) => row.benchmark.length));
        for (const row of rows) {
          const [accuracy, low, high] = [row.accuracy, row.low, row.high].map((value) =>
            (100 * value).toFixed(1).padStart(5),
          );
          console.log(
            `${row.benchmark.padEnd(width)}  ${accuracy} %  [${low}, ${high}]  outcome reward ${row.reward.toFixed(3)}  n ${row.questions}`,
          );
          for (const { name, value } of row.figures) console.log(`  ${name}: ${Number(value.toFixed(2))}`);
        }
      }
    });
}

async function evaluate(name: string, options: EvaluateOptions) {
  const { useBackend } = await import('../../tensor/backend.ts');
  const { loadModel } = await import('../../model/folder/model-folder.ts');
  const { createGenerator } = await import('../../model/network/decode.ts');
  const { givenPixels } = await import('../../rollouts/encode-question.ts');
  const { createSampler } = await import('../../rollouts/generate-responses.ts');
  const { benchmarkQuestions } = await import('../../train/evaluation/benchmark-questions.ts');
  const { evaluateQuestions } = await import('../../train/evaluation/evaluate.ts');
  const { combined, publishedFigures } = await import('../../rewards/benchmarks/combine.ts');
  const { modelFolder } = await import('../../model/folder/find-model.ts');
  const { defaultSettings } = await import('../../../shared/settings/settings.ts');
  const { resolveHome } = await import('../../store/open/home.ts');
  const [world = 'everyday'] = worldsOfModel(name); // of a model that is not embedded nobody knows
  const home = resolveHome(options.home);
  const names = options.benchmarks.split(',');
  const { benchmarks, loadImage } = benchmarkQuestions(names, options.questions, world, home);
  const folder = modelFolder(name, home);
  await useBackend(options.backend);
  const model = loadModel(folder, { dtype: 'auto' });
  const sampler = createSampler(model, createGenerator(model.config));
  const { data, reward } = defaultSettings();
  const how = {
    imageSize: data.imageSize,
    pixels: givenPixels(options),
    prompt: options.prompt,
    loadImage,
    mode: options.mode,
    maxCompletionLength: options.maxTokens,
    preset: reward.preset,
    seed: options.seed,
  };
  const rows = [];
  for (const { name: own, hash, questions } of benchmarks) {
    const answered = await evaluateQuestions(sampler, model.weights, questions, how);
    for (const [benchmark, results] of combined(own, questions, answered)) {
      const right = results.filter((result) => result.exact).length;
      rows.push({
        benchmark,
        hash,
        questions: results.length,
        accuracy: right / Math.max(1, results.length),
        ...wilson(right, results.length),
        reward: meanOf(results.map((result) => result.outcomeReward)) ?? 0,
        figures: benchmark === own ? publishedFigures(questions, answered) : [],
      });
    }
  }
  return rows;
}

/** Wilson's 95 % interval of a share. */
function wilson(right: number, n: number): { low: number; high: number } {
  if (n === 0) return { low: 0, high: 1 };
  const z = 1.959964;
  const p = right / n;
  const middle = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
