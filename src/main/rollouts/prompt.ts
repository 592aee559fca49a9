/**
 * The one prompt builder: training, evaluation and the reward model see a question through these functions and no other way.
 * `short` is the tiny models' layout; `official` adds the system text and the format instruction that real Qwen2.5-VL weights need.
 */
import { assertNever } from '../../shared/errors.ts';
import type { Question } from '../../shared/question.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import type { ModelConfig } from '../model/families/qwen2-5-vl/config.ts';
import type { Tokenizer } from '../model/folder/tokenizer.ts';
import type { Prompt } from '../model/network/prefix.ts';
import type { GridThw } from '../model/network/rope.ts';

export type PromptStyle = Settings['data']['prompt'];

const SYSTEM = 'You are a helpful assistant.';
const FORMAT =
  'Please think about this question as if you were a human pondering deeply. Give your detailed reasoning between <think> and </think> tags and then your final answer between <answer> and </answer> tags.';

/** The policy's prompt for a question with images of the given grids. */
export function policyPrompt(
  tokenizer: Tokenizer,
  config: ModelConfig,
  question: Question,
  grids: readonly GridThw[],
  style: PromptStyle,
): Prompt {
  const images = imagePlaces(config, grids);
  switch (style) {
    case 'short':
      return {
        ids: tokenizer.encode(`<|im_start|>user\n${images}${question.text}<|im_end|>\n<|im_start|>assistant\n`),
        grids,
      };
    case 'official':
      return {
        ids: tokenizer.encode(
          `<|im_start|>system\n${SYSTEM}<|im_end|>\n<|im_start|>user\n${images}${question.text}\n${FORMAT}<|im_end|>\n<|im_start|>assistant\n`,
        ),
        grids,
      };
    default:
      return assertNever(style, 'data.prompt');
  }
}

/** What a TRM reads before a thinking: image and question, as the tiny policy's prompt lays them out. Shared by the group. */
export function ratingPrompt(
  tokenizer: Tokenizer,
  config: ModelConfig,
  question: Question,
  grids: readonly GridThw[],
): Prompt {
  return { ids: tokenizer.encode(`<|im_start|>user\n${imagePlaces(config, grids)}${question.text}`), grids };
}

/** What a TRM reads after image and question: the thinking alone (never the answer), then the request for a score. */
export function ratingRequest(tokenizer: Tokenizer, thinking: string): number[] {
  return tokenizer.encode(`<think> ${thinking} </think> rate<|im_end|>\n<|im_start|>assistant\n`);
}

/** The thinking of a response: what stands between the think tags, or everything before the answer where a tag is missing. */
export function thinkingOf(response: string): string {
  const inner = /<think>([\s\S]*?)<\/think>/.exec(response)?.[1];
  return (inner ?? response.split('<answer>')[0]!.replace(/<\/?think>/g, '')).trim();
}

function imagePlaces(config: ModelConfig, grids: readonly GridThw[]): string {
  const merge = config.vision.spatialMergeSize ** 2;
  return grids
    .map(([t, h, w]) => `<|vision_start|>${'<|image_pad|>'.repeat((t * h * w) / merge)}<|vision_end|>`)
    .join('');
}
