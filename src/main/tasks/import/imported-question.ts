/** A question of an imported set as its file holds it. */
import { z } from 'zod';
import { gradingSchema } from '../../../shared/benchmarks/grading.ts';
import { QUESTION_FIELDS } from '../../../shared/question-fields.ts';

/** A question of an imported set, as it lies in a file: its picture a file or none, and no scene. */
export const importedQuestionSchema = z.object({
  ...QUESTION_FIELDS,
  image: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('file'), path: z.string() }),
      z.object({ kind: z.literal('files'), paths: z.array(z.string()).min(2) }),
    ])
    .nullable(),
  scene: z.null(),
  grading: gradingSchema.optional(), // of published benchmarks
});
