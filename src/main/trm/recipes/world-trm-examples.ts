/**
 * What the TRM of a world learns from one record: the annotator's score, and where the thinking is sound every word of it as well. A thinking
 * that one could have written oneself is sound: reading along keeps the base model's eyes open, without which it rates the wording alone.
 */
import { present } from '../../../shared/values/list.ts';
import type { ModelEncoder } from '../../model/folder/model-folder.ts';
import { encodeForRating } from '../../rollouts/encode-question.ts';
import { ratingRequest } from '../../rollouts/prompt.ts';
import type { SftExample } from '../../train/sft/sft-step.ts';
import type { TrmRecord } from '../data/record.ts';
import { EMBEDDED } from '../validation/validate.ts';

/** Image, question and thinking in; the score, the end and (of sound thinkings) the thinking's own tokens are learned. */
export function readingAlong(model: ModelEncoder, record: TrmRecord, isSound: boolean): SftExample {
  const { prompt, images } = encodeForRating(model, record.question, EMBEDDED);
  const score = present(record.score, 'score of a record to learn from');
  const [end] = model.config.text.eosTokenIds;
  const request = ratingRequest(model)(record.thinking);
  const said = [...model.tokenizer.encode(score.toFixed(1)), ...(end === undefined ? [] : [end])];
  const ids = [...request, ...said];
  const thinking = isSound ? model.tokenizer.encode(`<think> ${record.thinking}`).length : 0;
  const learned = ids.flatMap((token, place): [number, number][] =>
    place < thinking || place >= request.length ? [[place, token]] : [],
  );
  return { prompt, images, response: ids, learned };
}
