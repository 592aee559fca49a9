/**
 * Text to token ids and back, by npm's @huggingface/tokenizers from a folder's tokenizer.json and tokenizer_config.json: byte-level BPE
 * (Qwen2.5) and WordPiece (tiny models) alike. Deliberately absent: chat layout (chat-template.ts), padding.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Tokenizer as Library } from '@huggingface/tokenizers';
import { SophiaError } from '../../../shared/errors.ts';

/** A loaded tokenizer. Added tokens such as <|image_pad|> are recognised inside any text. */
export interface Tokenizer {
  encode(text: string): number[];
  decode(ids: readonly number[], options?: { readonly skipSpecialTokens?: boolean }): string;
  /** The id of one token; throws a data error when the vocabulary lacks it. */
  tokenId(token: string): number;
  readonly files: { readonly tokenizerJson: unknown; readonly tokenizerConfig: unknown };
}

/** Loads the tokenizer of a model folder. Throws a data error naming the file that is missing or broken. */
export function loadTokenizer(dir: string): Tokenizer {
  return makeTokenizer(readJson(join(dir, 'tokenizer.json')), readJson(join(dir, 'tokenizer_config.json')));
}

/** A tokenizer from the parsed contents of its two files. */
export function makeTokenizer(tokenizerJson: unknown, tokenizerConfig: unknown): Tokenizer {
  const library = new Library(tokenizerJson as object, tokenizerConfig as object);
  return {
    encode: (text) => library.encode(text, { add_special_tokens: false }).ids,
    decode: (ids, { skipSpecialTokens = true } = {}) =>
      ids.length === 0 ? '' : library.decode([...ids], { skip_special_tokens: skipSpecialTokens }),
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
    files: { tokenizerJson, tokenizerConfig },
  };
}

function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new SophiaError(
      'data',
      `${path} cannot be read.`,
      'A model folder needs tokenizer.json and tokenizer_config.json.',
    );
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SophiaError('data', `${path} is not valid JSON: ${(error as Error).message}`);
  }
}
