/** How Qwen-VL models write an image in a chat, and the layout of a chat whose tokenizer brings no template. */
import { type ChatTemplate, chatTemplate } from '../../chat/chat-template.ts';
import { chatMl } from '../../chat/chatml.ts';

const IMAGE = { start: '<|vision_start|>', token: '<|image_pad|>', end: '<|vision_end|>' } as const;

/** The mark that stands for an image in chat text. */
export const IMAGE_MARK = `${IMAGE.start}${IMAGE.token}${IMAGE.end}`;

/** The image of so many tokens in chat text. */
export function imageText({ tokens }: { readonly tokens: number }): string {
  return `${IMAGE.start}${IMAGE.token.repeat(tokens)}${IMAGE.end}`;
}

/** ChatML without a system text, for a tokenizer without a template of its own. */
export function defaultTemplate(title: string): ChatTemplate {
  return chatTemplate(chatMl(IMAGE_MARK), title);
}
