/** `sophia data preview --prompt MODEL`: what a model is given for a question, as text and as token ids, by the one prompt builder. */
import { SophiaError } from '../../shared/errors.ts';
import type { PromptStyle } from '../../shared/kinds/prompt.ts';
import type { Question } from '../../shared/question.ts';

/** Which prompts. */
export interface PromptPreview {
  readonly home: string;
  readonly model: string; // name or folder
  readonly style: PromptStyle;
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

/** The prompts of the first questions. @throws SophiaError where there is no such model, set or question */
export async function shownPrompts({
  home,
  model,
  style,
  source,
  questions,
  count,
}: PromptPreview): Promise<ShownPrompt[]> {
  const { modelFolder } = await import('../model/folder/find-model.ts');
  const { loadConfig, loadImageEncoder } = await import('../model/folder/model-folder.ts');
  const { loadTokenizer } = await import('../model/folder/tokenizer.ts');
  const { openDataset } = await import('../tasks/import/dataset-folder.ts');
  const { encodeQuestion } = await import('../rollouts/encode-question.ts');
  const folder = modelFolder(model, home);
  const config = loadConfig(folder);
  const encoder = { config, tokenizer: loadTokenizer(folder), encodeImage: loadImageEncoder(folder, config) };
  const set = source === 'embedded' ? null : openDataset(home, source);
  const asked = (set?.questions ?? questions).slice(0, count);
  if (asked.length === 0) throw new SophiaError('usage', `"${source}" has no question.`);
  const how = { imageSize: 56, prompt: style, ...(set !== null && { loadImage: set.loadImage }) };
  return asked.map((question) => {
    const { prompt } = encodeQuestion(encoder, question, how);
    const text = encoder.tokenizer.decode(prompt.ids, { skipSpecialTokens: false });
    return { question: question.id, text, ids: prompt.ids, imageTokens: prompt.imagePlaces.length };
  });
}

/** A prompt for people: its text with image tokens counted, then its ids. */
export function promptText({ question, text, ids, imageTokens }: ShownPrompt): string {
  const short = text.replace(
    /(<\|image_pad\|>)\1+/g,
    (run, token: string) => `${token} x ${run.length / token.length}`,
  );
  const told = `${ids.length} tokens, ${imageTokens} of them image tokens`;
  const shown = ids.length > 400 ? `${ids.slice(0, 200).join(' ')} ... ${ids.slice(-200).join(' ')}` : ids.join(' ');
  return `${question} (${told})\n${short}\n[${shown}]`;
}
