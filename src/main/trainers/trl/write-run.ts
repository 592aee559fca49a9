/**
 * Writes a run's files for trainer trl: its questions in the order of the steps with their prompts and pictures, benchmarks, arguments, and the rules
 * in one file. A function of the settings and of what they name; what is there from an attempt before stays. Loads no weights into tensors.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { SophiaError } from '../../../shared/errors.ts';
import { EVALUATION_MODES } from '../../../shared/kinds/evaluation-mode.ts';
import { namesOf } from '../../../shared/kinds/kind.ts';
import { type ThinkingSource, thinkingKind } from '../../../shared/kinds/thinking.ts';
import type { Question } from '../../../shared/question.ts';
import { shownPictures } from '../../../shared/question-parts.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { getOrMake } from '../../../shared/values/list.ts';
import type { ModelConfig } from '../../model/families/family.ts';
import { familyOf } from '../../model/families/registry.ts';
import { modelFolder } from '../../model/folder/find-model.ts';
import { hashModel, loadConfig, loadImageEncoder } from '../../model/folder/model-folder.ts';
import { loadTokenizer } from '../../model/folder/tokenizer.ts';
import { refuseLostHome } from '../../model/home/home-marks.ts';
import { encodePng } from '../../model/image/encode-png.ts';
import { atomicWriteText } from '../../model/io/atomic-write.ts';
import { hasScoreTokens } from '../../rewards/thinking/heads/score-reading.ts';
import { STEP_TOKENS } from '../../rewards/thinking/heads/step-reading.ts';
import { policyMessages, promptLayout, ratingEnd, ratingStart } from '../../rollouts/prompt.ts';
import { openDataset } from '../../tasks/import/dataset-folder.ts';
import type { LoadImage } from '../../tasks/question-picture.ts';
import { renderPng } from '../../tasks/scene/render.ts';
import { benchmarkQuestions } from '../../train/evaluation/benchmark-questions.ts';
import { runConfigHash, trainedDataHash } from '../../train/prepare/run-identity.ts';
import { stepQuestions } from '../../train/question-stream.ts';
import { buildRules } from './build/build-rules.mjs';
import { extrasOf, gpuSettings } from './extras.ts';
import {
  type LoraPlan,
  type PixelBounds,
  type QuestionLine,
  type RaterPlan,
  RUN_FILES,
  type RunFile,
} from './run-file.ts';
import { trlArguments } from './settings-table.ts';

/** Where a run finds what its settings name, and where its files go. */
export interface WriteRunOptions {
  readonly home: string;
  readonly folder: string;
  readonly codeVersion: string;
  /** The folder of pictures and rules, where several runs share them; else the run's own. */
  readonly assets?: string;
  /** What a model's folder is called where the run will be trained; else what it is called here. */
  readonly modelName?: (folder: string) => string;
}

/** What a question is shown with. */
interface Showing {
  readonly write: (question: Question) => string[]; // its pictures' files, in the order in which it shows them
  readonly messages: (question: Question) => QuestionLine['messages'];
  readonly rating: (question: Question) => string | null;
}

/** Writes the files and returns what run.json holds. `progress` is told how many of the steps' questions are there. */
export async function writeRun(
  settings: Settings,
  { home, folder, codeVersion, assets = folder, modelName = (path) => path }: WriteRunOptions,
  progress: (done: number, total: number) => Promise<void> = async () => {},
): Promise<RunFile> {
  refuseLostHome(folder);
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(assets, RUN_FILES.pictures), { recursive: true });
  const policyFolder = modelFolder(settings.model.policy, home);
  const policy = { config: loadConfig(policyFolder), tokenizer: loadTokenizer(policyFolder) };
  const imported = settings.data.source === 'embedded' ? null : openDataset(home, settings.data.source);
  const { benchmarks: names, questions } = settings.evaluation;
  const lists = benchmarkQuestions(names, questions, settings.data.world, home, imported);
  const rater = raterOf(settings, home);
  const showing: Showing = {
    write: (question) =>
      writePictures(question, join(assets, RUN_FILES.pictures), {
        side: familyOf(policy.config).pictureSide(policy.config, settings.data.imageSize),
        loadImage: lists.loadImage,
      }),
    messages: (question) => policyMessages(question, settings.data.prompt, settings.data),
    rating: (question) => (rater === null ? null : ratingStart(rater.model, question)),
  };
  const lines = new QuestionLines(join(folder, `${RUN_FILES.questions}.part`), showing);
  const steps: string[][] = [];
  const { totalSteps } = settings.training;
  for (let step = 1; step <= totalSteps; step++) {
    steps.push(lines.add(stepQuestions(settings, step, imported?.questions ?? null)));
    if (step % PROGRESS_EVERY === 0 || step === totalSteps) await progress(step, totalSteps);
  }
  const modes = namesOf(EVALUATION_MODES).filter(
    (mode) => settings.evaluation.sampled || !EVALUATION_MODES[mode].isDrawn,
  );
  const benchmarks = lists.benchmarks.map((one) => ({
    name: one.name,
    hash: one.hash,
    modes: modes.filter((mode) => (EVALUATION_MODES[mode].splits as readonly string[]).includes(one.split)),
    questions: lines.add(one.questions),
  }));
  lines.end(join(folder, RUN_FILES.questions));
  copyFileSync(await buildRules(), join(assets, RUN_FILES.rules));
  const modelHash = hashModel(policyFolder);
  const dataHash = trainedDataHash(settings, imported?.manifest.questionsHash);
  const layout = promptLayout(policy, settings.data.prompt, settings.data);
  const { visionPrefix } = familyOf(policy.config);
  const run: RunFile = {
    version: 1,
    assets: relative(folder, assets).replaceAll('\\', '/') || '.',
    settings,
    environment: { codeVersion, modelType: policy.config.modelType, modelHash, trmHash: rater?.hash ?? null, dataHash },
    configHash: runConfigHash(settings, { modelHash, dataHash, layout }),
    arguments: trlArguments(settings),
    policy: {
      folder: modelName(policyFolder),
      frozen: settings.model.freezeVision ? [visionPrefix] : [],
      lora: loraOf(settings, policy.config),
      dtype: settings.trl.dtype === 'bfloat16' ? 'bfloat16' : 'float32',
      fourBit: settings.trl.fourBit,
      ...pixelsOf(settings, policyFolder, policy.config),
    },
    needs: {
      gpu: gpuSettings(settings),
      modules: extrasOf([settings]).map(({ module, setting }) => ({ module, setting })),
    },
    rater: rater === null ? null : { ...rater.plan, folder: modelName(rater.plan.folder) },
    steps,
    benchmarks,
  };
  atomicWriteText(join(folder, RUN_FILES.run), `${JSON.stringify(run, null, 1)}\n`);
  return run;
}

/** Bounds on the pixels of pictures, as the native trainer has them; none where the settings leave the checkpoint's own. */
function pixelsOf({ data }: Settings, folder: string, config: ModelConfig): { readonly pixels?: PixelBounds } {
  if (data.minPixels === null && data.maxPixels === null) return {};
  return { pixels: loadImageEncoder(folder, config).boundsOf(data) };
}

/** The layers that the native trainer adapts too; file names and module names differ in what stands before `layers`. */
function loraOf({ model: { loraRank, loraAlpha } }: Settings, config: ModelConfig): LoraPlan | null {
  if (loraRank === 0) return null;
  const { expectedTensors, loraTargets } = familyOf(config);
  const names = expectedTensors(config).map(({ name }) => name);
  const targets = names.filter((name) => loraTargets.test(name));
  return {
    rank: loraRank,
    alpha: loraAlpha,
    targets: targets.map((name) => name.replace(/^model\./, '').replace(/\.weight$/, '')),
  };
}

const PROGRESS_EVERY = 50;

/** What is read of a rater where it is not one score token. */
const HEADS: Readonly<Partial<Record<ThinkingSource, RaterPlan['head']>>> = {
  'step-level': { kind: 'steps', ...STEP_TOKENS },
};

/** The model that rates thinkings, where the settings' source has one. */
function raterOf(settings: Settings, home: string) {
  const { modelSetting } = thinkingKind(settings.reward);
  if (modelSetting === null) return null;
  const folder = modelFolder(settings.model[modelSetting], home);
  const model = { config: loadConfig(folder), tokenizer: loadTokenizer(folder) };
  const head = HEADS[settings.reward.thinking] ?? ({ kind: 'score' } as const);
  if (head.kind === 'score' && !hasScoreTokens(model.tokenizer))
    throw new SophiaError(
      'usage',
      `reward.thinking = ${settings.reward.thinking}: trainer trl reads a TRM's score off its score tokens, and ${folder} has none (it writes its score).`,
      'Serve it and take reward.thinking endpoint, or train with trainer native.',
    );
  const plan: RaterPlan = { folder, head, after: ratingEnd(model), ...pixelsOf(settings, folder, model.config) };
  return { model, plan, hash: hashModel(folder) };
}

/** questions.jsonl as it grows: each question once, in the order in which it is first used. */
class QuestionLines {
  readonly #known = new Set<string>();
  readonly #file: string;
  readonly #fd: number;
  readonly #showing: Showing;

  constructor(file: string, showing: Showing) {
    this.#file = file;
    this.#fd = openSync(file, 'w');
    this.#showing = showing;
  }

  /** Adds what is not there yet; returns the ids. */
  add(questions: readonly Question[]): string[] {
    for (const question of questions) {
      if (this.#known.has(question.id)) continue;
      this.#known.add(question.id);
      const { messages, rating, write } = this.#showing;
      const line: QuestionLine = {
        question,
        messages: messages(question),
        rating: rating(question),
        pictures: write(question),
      };
      writeSync(this.#fd, `${JSON.stringify(line)}\n`);
    }
    return questions.map(({ id }) => id);
  }

  end(as: string): void {
    fsyncSync(this.#fd);
    closeSync(this.#fd);
    renameSync(this.#file, as);
  }
}

/** A question's pictures as PNG files named by their content, in the order in which it shows them. */
function writePictures(
  question: Question,
  folder: string,
  { side, loadImage }: { readonly side: number; readonly loadImage: LoadImage | undefined },
): string[] {
  if (question.image === null) return [];
  if (question.image.kind === 'scene' || loadImage === undefined)
    return [writePicture(renderPng(question, side), folder)];
  const written = new Map<number, string>();
  return shownPictures(question).map((at) =>
    getOrMake(written, at, () => writePicture(encodePng(loadImage(question, at)), folder)),
  );
}

function writePicture(png: Uint8Array, folder: string): string {
  const file = `${createHash('sha256').update(png).digest('hex').slice(0, 32)}.png`;
  const path = join(folder, file);
  if (!existsSync(path)) {
    writeFileSync(`${path}.part`, png); // not synced: there are thousands, and the next attempt makes what is missing
    renameSync(`${path}.part`, path);
  }
  return file;
}
