/**
 * The work both sides do, in our terms: the peers' model sizes, a vocabulary of 512 words, random prompts and images.
 * 4 prompts x 8 responses, exactly 64 new tokens each (no stop token), as bench/training/peers/trl_bench.py and trl_bench_vl.py.
 */

import type { QwenVlConfig } from '../../src/main/model/families/qwen2-5-vl/config.ts';
import { makeTokenizer, type Tokenizer } from '../../src/main/model/folder/tokenizer.ts';
import type { RgbPixels } from '../../src/main/model/image/rgb-pixels.ts';
import { SCORE_TOKENS } from '../../src/main/tasks/language/vocabulary.ts';
import type { Question } from '../../src/shared/question.ts';
import { parseSettings } from '../../src/shared/settings/setting-paths.ts';
import type { Settings } from '../../src/shared/settings/settings.ts';
import { Random } from '../../src/shared/values/random.ts';

export const GROUPS = 4;
export const PER_GROUP = 8;
export const NEW_TOKENS = 64;
export const TEXT_PROMPT = 32;
export const VISION_PROMPT = 55;
export const IMAGE_SIDE = 112;
/** Different questions before they come again, as the peers' data sets. */
const QUESTIONS = 64;
const VOCABULARY = 512;

const MARKS = ['<|vision_start|>', '<|vision_end|>', '<|image_pad|>', '<|video_pad|>', '<|im_start|>', '<|im_end|>'];
const WORDS = ['user', 'assistant', 'rate', '[UNK]'];
const FIXED = [...WORDS, ...SCORE_TOKENS, ...MARKS];
const PLAIN_WORDS = VOCABULARY - FIXED.length; // w0, w1, ...

/** One id per word. Responses decode to a well-formed text of their 64 words and an answer that is right half of the time. */
export function benchTokenizer(): Tokenizer {
  const words = [...Array.from({ length: PLAIN_WORDS }, (_, i) => `w${i}`), ...FIXED];
  const added = MARKS.map((content) => ({
    id: words.indexOf(content),
    content,
    special: false,
    normalized: false,
    single_word: false,
    lstrip: true,
    rstrip: true,
  }));
  const vocab = Object.fromEntries(words.map((word, id) => [word, id]));
  const model = { type: 'WordLevel', vocab, unk_token: '[UNK]' };
  const json = {
    version: '1.0',
    added_tokens: added,
    normalizer: null,
    pre_tokenizer: { type: 'WhitespaceSplit' },
    post_processor: null,
    decoder: null,
    model,
  };
  const plain = makeTokenizer(json, {
    tokenizer_class: 'PreTrainedTokenizerFast',
    unk_token: '[UNK]',
    clean_up_tokenization_spaces: false,
  });
  const decode = (ids: readonly number[]) =>
    `<think> ${ids.map((id) => words[id]).join(' ')} </think> <answer> ${(ids.at(-1) ?? 0) % 2} </answer>`;
  return { ...plain, decode };
}

/** Sizes of both peers: text as trl_bench.py (Qwen2, rotary base 10,000) or trl_bench_vl.py (1,000,000); the vision tower is the latter's. */
export function benchConfig(withVision: boolean, tokenizer: Tokenizer): QwenVlConfig {
  return {
    modelType: 'qwen2_5_vl',
    text: {
      vocabSize: VOCABULARY,
      hiddenSize: 128,
      intermediateSize: 512,
      numHiddenLayers: 4,
      numAttentionHeads: 4,
      numKeyValueHeads: 2,
      headDim: 32,
      rmsNormEps: 1e-6,
      ropeTheta: withVision ? 1e6 : 1e4,
      mropeSection: [4, 6, 6],
      maxPositionEmbeddings: 512,
      tieWordEmbeddings: false,
      eosTokenIds: [], // nothing stops: every response has NEW_TOKENS tokens
      bosTokenId: null,
      padTokenId: null,
    },
    vision: {
      depth: 2,
      hiddenSize: 64,
      outHiddenSize: 128,
      intermediateSize: 128,
      numHeads: 2,
      patchSize: 14,
      spatialMergeSize: 2,
      temporalPatchSize: 2,
      windowSize: 112,
      fullattBlockIndexes: [1],
      inChannels: 3,
      hiddenAct: 'silu',
      tokensPerSecond: 4,
      ropeTheta: 10_000,
    },
    imageTokenId: tokenizer.tokenId('<|image_pad|>'),
    videoTokenId: tokenizer.tokenId('<|video_pad|>'),
    visionStartTokenId: tokenizer.tokenId('<|vision_start|>'),
    visionEndTokenId: tokenizer.tokenId('<|vision_end|>'),
  };
}

/** Settings of the peers' trainers in ours. */
export function benchSettings(withVision: boolean, totalSteps: number, freezeVision: boolean): Settings {
  return parseSettings(
    {
      model: { freezeVision: freezeVision || !withVision }, // without pictures the tower has no gradient
      data: { imageSize: IMAGE_SIDE },
      training: { totalSteps, questionsPerStep: GROUPS, numGenerations: PER_GROUP, learningRate: 1e-4 },
      generation: { maxCompletionLength: NEW_TOKENS, temperature: 1 },
      reward: { thinking: withVision ? 'trm' : 'none' },
      loss: { beta: 0.04 },
      evaluation: { benchmarks: [] },
    },
    'bench',
  );
}

/** The questions of a step, counting from 1: random words, for the vision step with a random picture. */
export function benchQuestions(withVision: boolean, step: number): Question[] {
  return Array.from({ length: GROUPS }, (_, g) => {
    const index = ((step - 1) * GROUPS + g) % QUESTIONS;
    const random = new Random(0, 'bench-question', index);
    const text = Array.from({ length: 32 }, () => `w${random.int(0, PLAIN_WORDS - 1)}`).join(' ');
    const image = withVision ? ({ kind: 'file', path: `${index}` } as const) : null;
    return {
      id: `bench/${index}`,
      category: 'general',
      answerType: 'numeric',
      split: 'train',
      template: 'bench',
      text,
      answer: '1',
      image,
      scene: null,
    };
  });
}

const pictures = new Map<string, RgbPixels>();

/** The decoded picture of a question: 112x112 random pixels. */
export function benchImage(question: Question): RgbPixels {
  const path = question.image?.kind === 'file' ? question.image.path : '';
  const found = pictures.get(path);
  if (found !== undefined) return found;
  const random = new Random(0, 'bench-picture', Number(path));
  const made = {
    width: IMAGE_SIDE,
    height: IMAGE_SIDE,
    data: Uint8Array.from({ length: IMAGE_SIDE * IMAGE_SIDE * 3 }, () => random.int(0, 255)),
  };
  pictures.set(path, made);
  return made;
}
