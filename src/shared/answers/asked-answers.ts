/** Answers that somebody asks of runs' weights: of which weights, what they depend on, how many questions, and how weights are named on the command line. */
import { SophiaError } from '../errors.ts';
import { PROMPT_STYLES } from '../kinds/prompt.ts';
import type { Settings } from '../settings/settings.ts';

/** Weights of a run: after a step that has a checkpoint; 0: those that it began with. */
export interface AnswerEnd {
  readonly runId: number;
  readonly step: number;
}

/** Two weights that answer the first questions of a benchmark; what became of the answers is told of `to` against `from`. */
export interface ComparedAnswers {
  readonly from: AnswerEnd;
  readonly to: AnswerEnd;
  readonly benchmark: string;
  readonly questions: number;
}

/** How many questions can be asked, and how many are where nobody says. */
export const ASKED_QUESTIONS = { most: 5000, usual: 100 } as const;

/** What greedy answers depend on beside weights and questions, by the names of settings. */
export function answersDependOn({ data, generation, reward, model, backend }: Settings): Record<string, unknown> {
  const { imageSize, minPixels, maxPixels, prompt, systemText, formatText } = data;
  return {
    ...{ imageSize, minPixels, maxPixels, prompt },
    ...(PROMPT_STYLES[prompt].hasOwnTexts && { systemText, formatText }),
    ...{ maxCompletionLength: generation.maxCompletionLength, preset: reward.preset, dtype: model.dtype, backend },
  };
}

/** "RUN:STEP", or "STEP" of the run `own`. @throws SophiaError 'usage' for anything else */
export function parsedEnd(text: string, own: string): { readonly run: string; readonly step: number } {
  const [, run, step] = /^(?:(.+):)?(\d{1,12})$/.exec(text) ?? [];
  if (step === undefined)
    throw new SophiaError(
      'usage',
      `"${text}" names no weights.`,
      'Give RUN:STEP, or STEP of the same run; 0: the weights that it began with.',
    );
  return { run: run ?? own, step: Number(step) };
}
