/**
 * From a chat with images to a prompt: text by the chat template, image tokens in the images' places, positions by the
 * family.
 */
import type { ChatMessage } from '../chat/chat-template.ts';
import type { Tokenizer } from '../folder/tokenizer.ts';
import type { Prompt } from '../network/prefix.ts';
import type { ImageGrid, ModelConfig } from './family.ts';
import { familyOf } from './registry.ts';

/** A model without its weights: what makes prompts. */
export interface PromptMaker {
  readonly config: ModelConfig;
  readonly tokenizer: Tokenizer;
}

/**
 * The chat as text, each image as the family's mark, open for the assistant's answer.
 * @throws SophiaError 'data' where the template refuses.
 */
export function chatText({ config, tokenizer }: PromptMaker, messages: readonly ChatMessage[]): string {
  return familyOf(config).chat(messages, tokenizer.chatTemplate);
}

/** Chat text as a prompt: the marks become the image tokens of the grids, in order. */
export function promptOfText({ config, tokenizer }: PromptMaker, text: string, grids: readonly ImageGrid[]): Prompt {
  const family = familyOf(config);
  const pieces = text.split(family.imageMark);
  const whole = pieces.reduce((sofar, piece, i) => {
    const grid = grids[i - 1];
    return sofar + (grid === undefined ? family.imageMark : family.imageText(config, grid)) + piece;
  });
  return promptOfIds(config, tokenizer.encode(whole), grids);
}

/**
 * Token ids, image tokens among them, as a prompt.
 * @throws SophiaError 'data' where its image tokens do not fit the grids.
 */
export function promptOfIds(config: ModelConfig, ids: readonly number[], grids: readonly ImageGrid[]): Prompt {
  return {
    ids,
    positions: familyOf(config).positions(config, ids, grids),
    imagePlaces: ids.flatMap((id, place) => (id === config.imageTokenId ? [place] : [])),
  };
}
