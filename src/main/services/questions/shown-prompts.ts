/** What a model is given for a question, as text and as token ids, by the one prompt builder: of a run, or of any model and set. */
import { SophiaError } from '../../../shared/errors.ts';
import { PROMPT_STYLES, type PromptStyle } from '../../../shared/kinds/prompt.ts';
import type { Question } from '../../../shared/question.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { withCountedMarks } from '../../../shared/text/counted-marks.ts';
import type { PixelLimits } from '../../model/families/family.ts';
import type { PromptTexts } from '../../rollouts/prompt.ts';
import type { Dataset } from '../../tasks/import/dataset-folder.ts';

/** How prompts are made. */
interface PromptsOf {
  readonly home: string;
  readonly model: string; // name or folder
  readonly style: PromptStyle;
  readonly texts?: PromptTexts | undefined; // of style template
  readonly imageSize?: number; // of drawn pictures
  readonly pixels?: PixelLimits | undefined; // of all pictures
}

/** Which prompts. */
export interface PromptPreview extends PromptsOf {
  readonly source: string; // an imported set, or embedded
  readonly questions: readonly Question[]; // embedded ones
  readonly count: number;
}

/** A prompt as the model is given it; image tokens are among the ids. */
export interface ShownPrompt {
  readonly question: string;
  readonly text: string;
  readonly ids: readonly number[];
  readonly imageTokens: number;
}

const DRAWN_SIZE = 56;

/** The prompts of the first questions. @throws SophiaError where there is no such model, set or question */
export async function shownPrompts({ source, questions, count, ...how }: PromptPreview): Promise<ShownPrompt[]> {
  const set = await openedSet(how.home, source);
  const asked = (set?.questions ?? questions).slice(0, count);
  if (asked.length === 0) throw new SophiaError('usage', `"${source}" has no question.`);
  return await promptsOf(asked, set, how);
}

/** The prompt of the first question that a run with these settings trains on. @throws SophiaError where its model or set is gone */
export async function firstPrompt(home: string, settings: Settings): Promise<ShownPrompt> {
  const { stepQuestions } = await import('../../train/question-stream.ts');
  const { data, model } = settings;
  const set = await openedSet(home, data.source);
  const [first] = stepQuestions(settings, 1, set?.questions ?? null);
  const texts = PROMPT_STYLES[data.prompt].hasOwnTexts ? data : undefined;
  const how = { home, model: model.policy, style: data.prompt, texts, imageSize: data.imageSize, pixels: data };
  const [shown] = first === undefined ? [] : await promptsOf([first], set, how);
  if (shown === undefined) throw new SophiaError('usage', `"${data.source}" has no question to train on.`);
  return shown;
}

async function openedSet(home: string, source: string): Promise<Dataset | null> {
  if (source === 'embedded') return null;
  const { openDataset } = await import('../../tasks/import/dataset-folder.ts');
  return openDataset(home, source);
}

async function promptsOf(
  questions: readonly Question[],
  set: Dataset | null,
  { home, model, style, texts, imageSize = DRAWN_SIZE, pixels }: PromptsOf,
): Promise<ShownPrompt[]> {
  const { modelFolder } = await import('../../model/folder/find-model.ts');
  const { loadConfig, loadImageEncoder } = await import('../../model/folder/model-folder.ts');
  const { loadTokenizer } = await import('../../model/folder/tokenizer.ts');
  const { encodeQuestion } = await import('../../rollouts/encode-question.ts');
  const folder = modelFolder(model, home);
  const config = loadConfig(folder);
  const encoder = { config, tokenizer: loadTokenizer(folder), imageEncoder: loadImageEncoder(folder, config) };
  const how = { imageSize, pixels, prompt: style, texts, ...(set !== null && { loadImage: set.loadImage }) };
  return questions.map((question) => {
    const { prompt } = encodeQuestion(encoder, question, how);
    const text = encoder.tokenizer.decode(prompt.ids, { skipSpecialTokens: false });
    return { question: question.id, text, ids: prompt.ids, imageTokens: prompt.imagePlaces.length };
  });
}

/** A prompt for people: its text with image tokens counted, then its ids. */
export function promptText({ question, text, ids, imageTokens }: ShownPrompt): string {
  const told = `${ids.length} tokens, ${imageTokens} of them image tokens`;
  const shown = ids.length > 400 ? `${ids.slice(0, 200).join(' ')} ... ${ids.slice(-200).join(' ')}` : ids.join(' ');
  return `${question} (${told})\n${withCountedMarks(text)}\n[${shown}]`;
}
