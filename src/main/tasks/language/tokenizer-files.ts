/**
 * The tiny models' tokenizer in Hugging Face's tokenizer.json format: read alike by `@huggingface/tokenizers` (JavaScript) and
 * by Python's `tokenizers` and `AutoTokenizer`.
 *
 * Case is kept (option letters A to D are tokens of their own; the controlled English is lower case). Decoding joins tokens by
 * one space and glues ## pieces, with no clean-up of spaces: that spacing is the canonical one, and every generated
 * response is written in it, so decode(encode(response)) === response. Line ends are spaces to the tokenizer.
 */
import { chatMl } from '../../model/chat/chatml.ts';
import { CHAT_TEMPLATE, type TemplateFile } from '../../model/folder/side-files/chat-template-file.ts';
import { PLAIN_ADDED_TOKENS, SPECIAL_TOKENS, UNKNOWN_TOKEN, VOCABULARY_SIZE, WORD_PIECES } from './vocabulary.ts';

/** The files of a tokenizer: two objects to be written as JSON, the chat template, and the number of tokens. */
export interface TokenizerFiles {
  readonly tokenizerJson: Record<string, unknown>; // tokenizer.json
  readonly tokenizerConfig: Record<string, unknown>; // tokenizer_config.json
  readonly template: TemplateFile;
  readonly vocabSize: number;
}

/** Builds the tokenizer; the same on every call. */
export function buildTokenizerFiles(): TokenizerFiles {
  const vocab: Record<string, number> = {};
  for (const piece of WORD_PIECES) vocab[piece] = Object.keys(vocab).length;
  const added = [...PLAIN_ADDED_TOKENS, ...SPECIAL_TOKENS];
  const reserved = VOCABULARY_SIZE - WORD_PIECES.length - added.length;
  for (let at = 0; at < reserved; at++) vocab[`[reserved${at}]`] = Object.keys(vocab).length;
  const addedTokens = added.map((content, at) => ({
    id: VOCABULARY_SIZE - added.length + at,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: (SPECIAL_TOKENS as readonly string[]).includes(content),
  }));
  return {
    tokenizerJson: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: addedTokens,
      normalizer: {
        type: 'BertNormalizer',
        clean_text: true,
        handle_chinese_chars: true,
        strip_accents: true,
        lowercase: false,
      },
      pre_tokenizer: { type: 'BertPreTokenizer' },
      post_processor: null,
      decoder: { type: 'WordPiece', prefix: '##', cleanup: false },
      model: {
        type: 'WordPiece',
        unk_token: UNKNOWN_TOKEN,
        continuing_subword_prefix: '##',
        max_input_chars_per_word: 100,
        vocab,
      },
    },
    tokenizerConfig: {
      tokenizer_class: 'PreTrainedTokenizerFast',
      clean_up_tokenization_spaces: false,
      model_max_length: 1024,
      bos_token: null,
      eos_token: '<|im_end|>',
      pad_token: '<|endoftext|>',
      unk_token: UNKNOWN_TOKEN,
      added_tokens_decoder: Object.fromEntries(addedTokens.map(({ id, ...token }) => [String(id), token])),
      additional_special_tokens: SPECIAL_TOKENS,
    },
    template: { name: CHAT_TEMPLATE, text: chatMl('<|vision_start|><|image_pad|><|vision_end|>') },
    vocabSize: VOCABULARY_SIZE,
  };
}
