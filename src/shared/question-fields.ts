/**
 * The fields of a question that are checked alike wherever one comes in (a run's event, a data set's file): all but its picture and its
 * ground truth, of which each place knows more.
 */
import { z } from 'zod';
import { namesOf } from './kinds/kind.ts';
import { ANSWER_TYPES, CATEGORIES, SPLIT_NAME } from './question.ts';

/** Schemas by field, in the order in which a question is written. */
export const QUESTION_FIELDS = {
  id: z.string(),
  category: z.enum(CATEGORIES),
  answerType: z.enum(namesOf(ANSWER_TYPES)),
  split: z.string().regex(SPLIT_NAME),
  template: z.string(),
  text: z.string(),
  answer: z.string(),
};
