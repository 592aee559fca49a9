/**
 * What a run of trainer trl is given, as files of one folder that can be carried elsewhere: run.json, questions.jsonl, the pictures, the rules.
 * Deliberately absent: who writes them (write-run.ts) and who reads them (trainers/trl/ in Python, rules/).
 */
import { join } from 'node:path';
import type { EvaluationMode } from '../../../shared/kinds/evaluation-mode.ts';
import type { Question } from '../../../shared/question.ts';
import type { RunEnvironment } from '../../../shared/run/run-events.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import type { ChatMessage } from '../../model/chat/chat-template.ts';
import { readWhole } from '../../model/io/local-path.ts';

/** Names of the files within the folder. */
export const RUN_FILES = {
  run: 'run.json',
  questions: 'questions.jsonl',
  pictures: 'pictures',
  rules: 'rules.mjs',
} as const;

/** The program's part of a run's environment; the rest is known where it runs. */
export type KnownEnvironment = Pick<RunEnvironment, 'codeVersion' | 'modelType' | 'modelHash' | 'trmHash' | 'dataHash'>;

/** The fewest and the most pixels that a picture is resized to. */
export interface PixelBounds {
  readonly minPixels: number;
  readonly maxPixels: number;
}

/** How thinkings are rated by a model in the trainer's process. */
export interface RaterPlan {
  readonly folder: string; // as `policy.folder`
  /** One token that is a score, or the probability of `right` against `wrong` at each step. */
  readonly head:
    | { readonly kind: 'score' }
    | { readonly kind: 'steps'; readonly right: string; readonly wrong: string };
  /** Bounds on the pixels of pictures where the settings give some, of its own processor else. */
  readonly pixels?: PixelBounds;
  /** What its chat template puts between a thinking and its score. */
  readonly after: string;
}

/** A benchmark's place in the run. */
export interface BenchmarkPlan {
  readonly name: string;
  readonly hash: string;
  readonly modes: readonly EvaluationMode[];
  readonly questions: readonly string[]; // ids, in order
}

/** run.json. */
export interface RunFile {
  readonly version: 1;
  /** The folder of pictures and rules, from this one: "." where they lie beside, "../.." in a package of several runs. */
  readonly assets: string;
  readonly settings: Settings;
  readonly environment: KnownEnvironment;
  /** Changes with everything that a resumed run must share with the run before. */
  readonly configHash: string;
  /** Arguments of TRL's GRPOConfig (settings-table.ts). */
  readonly arguments: Readonly<Record<string, unknown>>;
  /** What is asked of the trainer beside them. A folder "$NAME" is told by the environment variable of that name. */
  readonly policy: {
    readonly folder: string;
    readonly frozen: readonly string[];
    readonly lora: LoraPlan | null;
    readonly dtype: 'float32' | 'bfloat16'; // of its weights, and of the rater's
    readonly fourBit: boolean; // frozen weights of the decoder
    readonly pixels?: PixelBounds; // as of a rater
  };
  /** What the place must have beside the pinned packages: settings that need a GPU, and modules by the settings that need them. */
  readonly needs: {
    readonly gpu: readonly string[];
    readonly modules: readonly { readonly module: string; readonly setting: string }[];
  };
  readonly rater: RaterPlan | null;
  readonly steps: readonly (readonly string[])[]; // ids of the questions of each step
  readonly benchmarks: readonly BenchmarkPlan[];
}

/** LoRA, as peft takes it. */
export interface LoraPlan {
  readonly rank: number;
  readonly alpha: number;
  readonly targets: readonly string[]; // ends of the names of the layers that get adapters
}

/** A line of questions.jsonl. */
export interface QuestionLine {
  readonly question: Question;
  readonly messages: readonly ChatMessage[]; // the policy's prompt
  readonly rating: string | null; // what the rater reads before a thinking, null without a rater
  readonly pictures: readonly string[]; // files of the folder `pictures` of `assets`, one for each image of the messages
}

/** The questions of a run are one file of its own; a text of Node holds no more. */
const LARGEST_QUESTIONS = 500 * 2 ** 20;

/** Reads run.json and the questions of a folder, by id. */
export function readRun(folder: string): { readonly run: RunFile; readonly lines: ReadonlyMap<string, QuestionLine> } {
  const run = JSON.parse(readWhole(join(folder, RUN_FILES.run))) as RunFile;
  const lines = readWhole(join(folder, RUN_FILES.questions), LARGEST_QUESTIONS)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as QuestionLine);
  return { run, lines: new Map(lines.map((line) => [line.question.id, line])) };
}
