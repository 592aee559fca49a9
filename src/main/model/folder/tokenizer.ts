/**
 * Text to token ids and back, by npm's @huggingface/tokenizers from a folder's tokenizer.json and
 * tokenizer_config.json: byte-level BPE (Qwen2.5) and WordPiece (tiny models) alike, with the folder's chat template.
 * Deliberately absent: padding.
 */
import { join } from 'node:path';
import { Tokenizer as Library } from '@huggingface/tokenizers';
import { SophiaError } from '../../../shared/errors.ts';
import { type ChatTemplate, chatTemplate } from '../chat/chat-template.ts';
import { readJson } from '../io/json-file.ts';
import { findChatTemplate, type TemplateFile, TOKENIZER_CONFIG, templateOf } from './side-files/chat-template-file.ts';

/** A loaded tokenizer. Added tokens such as <|image_pad|> are recognised inside any text. */
export interface Tokenizer {
  encode(text: string): number[];
  decode(ids: readonly number[], options?: { readonly skipSpecialTokens?: boolean }): string;
  /** The id of one token; throws a data error when the vocabulary lacks it. */
  tokenId(token: string): number;
  /** Whether the vocabulary has a token. */
  knows(token: string): boolean;
  readonly chatTemplate: ChatTemplate | null; // null: the family's own layout stands in (families/family.ts)
  readonly files: TokenizerFiles;
}

/** What a folder holds of a tokenizer, parsed; enough to write it again. */
export interface TokenizerFiles {
  readonly tokenizerJson: unknown;
  readonly tokenizerConfig: unknown;
  readonly template: TemplateFile | null;
}

/** Loads the tokenizer of a model folder. Throws a data error naming the file that is missing or broken. */
export function loadTokenizer(dir: string): Tokenizer {
  const fix = 'A model folder needs tokenizer.json and tokenizer_config.json.';
  const tokenizerJson = readJson(join(dir, 'tokenizer.json'), fix);
  const tokenizerConfig = readJson(join(dir, TOKENIZER_CONFIG), fix);
  return makeTokenizer(tokenizerJson, tokenizerConfig, findChatTemplate(dir, tokenizerConfig), dir);
}

/** The library's tokenizer; what it cannot read is told as ours. */
function libraryOf(tokenizerJson: unknown, tokenizerConfig: unknown, where: string): Library {
  try {
    return new Library(tokenizerJson as object, tokenizerConfig as object);
  } catch (error) {
    throw new SophiaError('data', `${where}: tokenizer.json holds no tokenizer (${(error as Error).message}).`);
  }
}

/**
 * A tokenizer from the parsed contents of its files; the template is the one of tokenizer_config.json unless another is
 * given.
 */
export function makeTokenizer(
  tokenizerJson: unknown,
  tokenizerConfig: unknown,
  template: TemplateFile | null = ownTemplate(tokenizerConfig),
  where = '',
): Tokenizer {
  const library = libraryOf(tokenizerJson, tokenizerConfig, where);
  return {
    encode: (text) => library.encode(text, { add_special_tokens: false }).ids,
    decode: (ids, { skipSpecialTokens = true } = {}) =>
      ids.length === 0 ? '' : library.decode([...ids], { skip_special_tokens: skipSpecialTokens }),
    knows: (token) => library.token_to_id(token) !== undefined,
    tokenId: (token) => {
      const id = library.token_to_id(token);
      if (id === undefined)
        throw new SophiaError(
          'data',
          `The tokenizer has no token "${token}".`,
          'Use the tokenizer that came with the model.',
        );
      return id;
    },
    chatTemplate:
      template === null
        ? null
        : chatTemplate(template.text, join(where, template.name), specialTokens(tokenizerConfig)),
    files: { tokenizerJson, tokenizerConfig, template },
  };
}

function ownTemplate(tokenizerConfig: unknown): TemplateFile | null {
  const text = templateOf(tokenizerConfig, TOKENIZER_CONFIG);
  return text === null ? null : { name: TOKENIZER_CONFIG, text };
}

/** bos_token, eos_token and so on, given as text or as an object with its content. */
function specialTokens(tokenizerConfig: unknown): Record<string, string> {
  const tokens: Record<string, string> = {};
  for (const [key, value] of Object.entries((tokenizerConfig ?? {}) as Record<string, unknown>)) {
    if (!key.endsWith('_token')) continue;
    const text = typeof value === 'string' ? value : (value as { content?: unknown } | null)?.content;
    if (typeof text === 'string') tokens[key] = text;
  }
  return tokens;
}
