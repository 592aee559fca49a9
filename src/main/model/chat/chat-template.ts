/**
 * A tokenizer's chat template: the Jinja text that lays out messages as the model was trained on them, rendered as
 * transformers' apply_chat_template renders it (by npm's @huggingface/jinja). Deliberately absent: which file it came
 * from (folder/side-files/chat-template-file.ts), what an image becomes (families/).
 */

import { Environment, Interpreter, Template } from '@huggingface/jinja';
import { SophiaError } from '../../../shared/errors.ts';
import { firstPart } from '../../../shared/text/first-part.ts';
import { getOrMake } from '../../../shared/values/list.ts';

/** A part of a message: an image (in its place among the text), or text. */
export type ChatPart = { readonly type: 'image' } | { readonly type: 'text'; readonly text: string };

/** One message of a chat. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: readonly ChatPart[];
}

/** A template that is ready to render. */
export interface ChatTemplate {
  readonly source: string; // where it came from, in words, for messages
  readonly text: string; // Jinja
  /**
   * The chat as text, open for the assistant's answer; every image as `imageMark`.
   * @throws SophiaError 'data' where the template refuses the messages, or drops or repeats an image.
   */
  render(messages: readonly ChatMessage[], imageMark: string): string;
}

/** Text as a message part. */
export const textPart = (text: string): ChatPart => ({ type: 'text', text });

/**
 * How a template takes a message: as a list of parts, as the templates of vision-language models do, or as one string.
 */
type ContentForm = 'parts' | 'string';

/**
 * A template from its Jinja text. `specialTokens` are the tokenizer's (bos_token, eos_token, ...), which templates may
 * write.
 * @throws SophiaError 'data' where the text is no Jinja.
 */
export function chatTemplate(
  text: string,
  source: string,
  specialTokens: Readonly<Record<string, string>> = {},
): ChatTemplate {
  const template = parsed(text, source);
  const forms = new Map<string, ContentForm>();
  const renderAs = (form: ContentForm, messages: readonly ChatMessage[], imageMark: string): string =>
    rendered(template, {
      ...specialTokens,
      messages: form === 'parts' ? messages : messages.map((message) => asString(message, imageMark)),
      add_generation_prompt: true,
    });
  const formOf = (imageMark: string): ContentForm =>
    getOrMake(forms, imageMark, () => contentForm(renderAs, imageMark, source));
  return {
    source,
    text,
    render: (messages, imageMark) => {
      const hasImages = messages.some(({ content }) => content.some(({ type }) => type === 'image'));
      let chat: string;
      try {
        chat = renderAs(formOf(imageMark), messages, imageMark);
      } catch (error) {
        if (error instanceof SophiaError) throw error;
        throw new SophiaError('data', `The chat template of ${source} refuses a prompt: ${firstLine(error)}.`);
      }
      if (hasImages) checkImages(chat, messages, imageMark, source);
      return chat;
    },
  };
}

function parsed(text: string, source: string): Template {
  try {
    return new Template(text);
  } catch (error) {
    throw new SophiaError('data', `The chat template of ${source} cannot be read: ${firstLine(error)}.`);
  }
}

/** What transformers gives to templates, without strftime_now: a prompt must not change from day to day. */
const GLOBALS: Readonly<Record<string, unknown>> = {
  true: true,
  false: false,
  none: null,
  True: true,
  False: false,
  None: null,
  raise_exception: (reason: unknown) => {
    throw new Error(String(reason));
  },
};

/** Numbers that the ranges of one rendering may give in all: loops over them end. */
const MOST_RANGED = 100_000;

/** Python's range for one rendering. */
function boundedRange(): (start: number, stop?: number, step?: number) => number[] {
  let given = 0;
  return (start, stop, step = 1) => {
    const [first, end] = stop === undefined ? [0, start] : [start, stop];
    const length = Math.max(0, Math.ceil((end - first) / step));
    given += length;
    if (!(given <= MOST_RANGED)) throw new Error(`its loops run over more than ${MOST_RANGED} numbers`);
    return Array.from({ length }, (_, i) => first + i * step);
  };
}

/** Template.render with globals of our own (the library's render lets none of its own be left out). */
function rendered({ parsed }: Template, items: Readonly<Record<string, unknown>>): string {
  const environment = new Environment();
  for (const [name, value] of Object.entries({ ...GLOBALS, range: boundedRange(), ...items }))
    environment.set(name, value);
  return String(new Interpreter(environment).run(parsed).value);
}

/**
 * Tries the template on a question with a picture: templates of text models know no parts, and get images as marks in
 * their string.
 */
function contentForm(
  render: (form: ContentForm, messages: readonly ChatMessage[], imageMark: string) => string,
  imageMark: string,
  source: string,
): ContentForm {
  const question = 'How many?';
  const messages: ChatMessage[] = [{ role: 'user', content: [{ type: 'image' }, textPart(question)] }];
  let refusal = 'it drops the image or the question';
  for (const form of ['parts', 'string'] as const) {
    try {
      const chat = render(form, messages, imageMark);
      if (count(chat, imageMark) === 1 && count(chat, question) === 1) return form;
    } catch (error) {
      refusal = firstLine(error);
    }
  }
  throw new SophiaError(
    'data',
    `The chat template of ${source} cannot lay out an image with a question: ${refusal}.`,
    'Use the template that came with the vision-language model.',
  );
}

function asString({ role, content }: ChatMessage, imageMark: string): { role: string; content: string } {
  return { role, content: content.map((part) => (part.type === 'image' ? imageMark : part.text)).join('') };
}

function checkImages(chat: string, messages: readonly ChatMessage[], imageMark: string, source: string): void {
  const parts = messages.flatMap(({ content }) => content);
  const images = parts.filter(({ type }) => type === 'image').length;
  const written = parts.reduce((sum, part) => sum + (part.type === 'text' ? count(part.text, imageMark) : 0), 0);
  if (written > 0)
    throw new SophiaError('data', `A question holds "${imageMark}" as text, which stands for an image's place.`);
  if (count(chat, imageMark) !== images)
    throw new SophiaError(
      'data',
      `The chat template of ${source} makes ${count(chat, imageMark)} places for ${images} images.`,
    );
}

const count = (text: string, part: string): number => text.split(part).length - 1;

const firstLine = (error: unknown): string => firstPart((error as Error).message, '\n').replace(/\.$/, '');
