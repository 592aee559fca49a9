/** What a rater learns from one record: the annotator's score in one token, or right and wrong behind each step. */
import { present, zip } from '../../../shared/values/list.ts';
import type { Model } from '../../model/folder/model-folder.ts';
import { hasScoreTokens } from '../../rewards/thinking/heads/score-reading.ts';
import { stepTokens } from '../../rewards/thinking/heads/step-head.ts';
import { STEP_TOKENS } from '../../rewards/thinking/heads/step-reading.ts';
import { type JudgeSettings, judgeTexts } from '../../rewards/thinking/prompt.ts';
import {
  EMBEDDED,
  type EncodeOptions,
  encodeForJudge,
  encodeForRating,
  questionImages,
} from '../../rollouts/encode-question.ts';
import { stepLabels } from '../../tasks/rubric/rate.ts';
import { ratedThinking, wholeText } from '../../train/sft/demonstration.ts';
import type { SftExample } from '../../train/sft/sft-step.ts';
import type { TrmRecord } from '../data/record.ts';

/** How records are shown to the model that learns from them: their pictures, and the texts of a judge that writes its score. */
export interface Showing extends EncodeOptions {
  readonly judge?: JudgeSettings; // default: ours
}

/**
 * One record as a fine-tuning example: image, question and thinking in, score token and end out. A model without score tokens learns to write the
 * score as it will be read: after a judge's prompt, in answer tags.
 */
export function ratingExample(model: Model, record: TrmRecord, how: Showing = EMBEDDED): SftExample {
  const { question, thinking } = record;
  const score = present(record.score, 'score of a record to learn from').toFixed(1);
  if (hasScoreTokens(model.tokenizer)) return ratedThinking(model, question, thinking, score, how);
  const images = questionImages(model, question, how);
  const { prompt } = encodeForJudge(model, question, judgeTexts(record, how.judge), images);
  return { prompt, images, response: wholeText(model, `<answer>${score}</answer>`) };
}

/** A step counts as right where the rubric finds nothing false in it: also one that was said before or not asked for. */
export function isRight({ label }: { readonly label: string }): boolean {
  return label === 'right' || label === 'redundant';
}

/** One record as an example: image, question and thinking are read; learned is one token behind each step. */
export function stepExample(
  model: Model,
  { question, thinking, stepLabels: known }: TrmRecord,
  how: Showing = EMBEDDED,
): SftExample {
  const { prompt, images } = encodeForRating(model, question, how);
  const labels = known ?? stepLabels(question, thinking);
  const steps = labels.map((step) => step.text);
  const { ids, places } = stepTokens(model.tokenizer, steps);
  const learned = zip(places, labels).map(([place, label]): [number, number] => [
    place,
    model.tokenizer.tokenId(isRight(label) ? STEP_TOKENS.right : STEP_TOKENS.wrong),
  ]);
  return {
    prompt,
    images,
    response: [...ids, 0], // the last place lies behind the last token
    learned,
  };
}
