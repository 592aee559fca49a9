/** How a run's settings say that a question is put: picture size, prompt, texts of its own. */
import { PROMPT_STYLES } from '../../../shared/kinds/prompt.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { type EncodeOptions, givenPixels } from '../../rollouts/encode-question.ts';

/** The options without the loader of pictures. */
export function encodeOptions({ data }: Pick<Settings, 'data'>): EncodeOptions {
  const pixels = givenPixels(data);
  return {
    imageSize: data.imageSize,
    prompt: data.prompt,
    ...(pixels !== undefined && { pixels }),
    ...(PROMPT_STYLES[data.prompt].hasOwnTexts && {
      texts: { systemText: data.systemText, formatText: data.formatText },
    }),
  };
}
