/**
 * What the TRM of a world learns from one record: the annotator's score, and behind every number that the thinking reads from the picture
 * whether it stands there. Without the latter it learns to rate the wording alone: that a number was misread is one of many things a single
 * score can be about, and no model as small as these finds it out from the score.
 */

import type { Question } from '../../../shared/question.ts';
import { entryAt, present } from '../../../shared/values/list.ts';
import type { ModelEncoder } from '../../model/folder/model-folder.ts';
import { STEP_TOKENS } from '../../rewards/thinking/heads/step-reading.ts';
import { EMBEDDED, encodeForRating } from '../../rollouts/encode-question.ts';
import { ratingRequest } from '../../rollouts/prompt.ts';
import { sayClaim } from '../../tasks/language/claims.ts';
import { claimsOf } from '../../tasks/scene/program.ts';
import { sceneOf } from '../../tasks/scene/scene.ts';
import { wholeText } from '../../train/sft/demonstration.ts';
import type { SftExample } from '../../train/sft/sft-step.ts';
import type { TrmRecord } from '../data/record.ts';

/** Image, question and thinking in; learned are the score, the end, and a verdict behind each number that is read from the picture. */
export function lookingExample(model: ModelEncoder, record: TrmRecord): SftExample {
  const { prompt, images } = encodeForRating(model, record.question, EMBEDDED);
  const { tokenizer } = model;
  const score = present(record.score, 'score of a record to learn from');
  const request = ratingRequest(model)(record.thinking);
  const said = wholeText(model, score.toFixed(1));
  const ids = [...request, ...said];
  const opening = tokenizer.encode('<think>').length;
  const truth = tokenizer.encode(readingOf(record.question));
  const read = tokenizer.encode(firstSentence(record.thinking));
  const verdicts: [number, number][] = [];
  if (read.length === truth.length)
    read.forEach((token, at) => {
      if (!/^\d+$/.test(tokenizer.decode([token]).trim())) return;
      const isRight = token === entryAt(truth, at, 'token of the reading');
      verdicts.push([opening + at + 1, tokenizer.tokenId(isRight ? STEP_TOKENS.right : STEP_TOKENS.wrong)]);
    });
  const scores = said.map((token, at): [number, number] => [request.length + at, token]);
  return { prompt, images, response: ids, learned: [...verdicts, ...scores] };
}

function firstSentence(thinking: string): string {
  return thinking.slice(0, thinking.indexOf(' .') + 2);
}

/** What reading a question's picture rightly says. */
function readingOf(question: Question): string {
  const scene = present(sceneOf(question), 'scene');
  const values = scene.program.map((step) => step.value);
  const [first] = claimsOf(scene.program, values);
  return `${sayClaim(present(first ?? null, 'first claim'))} .`;
}
