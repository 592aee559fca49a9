/**
 * Finds the chat template of a model folder, in every form that such folders have it, in transformers' order:
 * chat_template.jinja, chat_template.json (of older processors), processor_config.json, tokenizer_config.json; one
 * text, or a list of named ones of which "default" is used.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { SophiaError } from '../../../../shared/errors.ts';
import { readJson } from '../../io/json-file.ts';
import { readWhole } from '../../io/local-path.ts';

/** A template as a folder holds it. */
export interface TemplateFile {
  readonly name: string; // of the file it lies in
  readonly text: string; // Jinja
}

const named = z.array(z.object({ name: z.string(), template: z.string() })).min(1);
const forms = z.union([z.string(), named, z.record(z.string(), z.string())]);

/** Where transformers 4.50 and later keep a template. */
export const CHAT_TEMPLATE = 'chat_template.jinja';
/** The tokenizer's settings, where older ones keep it. */
export const TOKENIZER_CONFIG = 'tokenizer_config.json';

const OF_THE_PROCESSOR = ['chat_template.json', 'processor_config.json'];

/**
 * The folder's chat template; null where it has none.
 * @throws SophiaError 'data' naming the file that cannot be read.
 */
export function findChatTemplate(dir: string, tokenizerConfig: unknown): TemplateFile | null {
  const jinja = join(dir, CHAT_TEMPLATE);
  if (existsSync(jinja)) return { name: CHAT_TEMPLATE, text: readWhole(jinja) };
  for (const name of OF_THE_PROCESSOR) {
    const path = join(dir, name);
    if (!existsSync(path)) continue;
    const text = templateOf(readJson(path), path);
    if (text !== null) return { name, text };
  }
  const text = templateOf(tokenizerConfig, join(dir, TOKENIZER_CONFIG));
  return text === null ? null : { name: TOKENIZER_CONFIG, text };
}

/**
 * The template under `chat_template` of a parsed file; null where the key is not there.
 * @throws SophiaError 'data' naming what is wrong.
 */
export function templateOf(json: unknown, where: string): string | null {
  const value = (json as { chat_template?: unknown } | null)?.chat_template;
  if (value === undefined || value === null) return null;
  const result = forms.safeParse(value);
  if (!result.success)
    throw new SophiaError('data', `${where}: chat_template is neither a text nor a list of named texts.`);
  if (typeof result.data === 'string') return result.data;
  const texts = Array.isArray(result.data)
    ? Object.fromEntries(result.data.map(({ name, template }) => [name, template]))
    : result.data;
  const names = Object.keys(texts);
  const [only = '', ...others] = names;
  const text = texts.default ?? (others.length === 0 ? texts[only] : undefined);
  if (text === undefined)
    throw new SophiaError(
      'data',
      `${where}: none of the chat templates ${names.join(', ')} is named "default".`,
      'Name the one to use "default".',
    );
  return text;
}
