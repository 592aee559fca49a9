/** What a question of a published benchmark brings for its rule, beside text and answer. Lies in the data set's file, in no run's events. */
import { z } from 'zod';
import { namesOf } from '../kinds/kind.ts';
import { PUBLISHED_BENCHMARKS } from './published.ts';

/** The schema of Grading. */
export const gradingSchema = z
  .object({
    benchmark: z.enum(namesOf(PUBLISHED_BENCHMARKS)),
    choices: z.record(z.string().regex(/^[A-Z]$/), z.string()).exactOptional(), // option texts by letter
    answers: z.array(z.string()).exactOptional(), // every one that counts
    type: z.enum(['integer', 'float', 'list', 'text']).exactOptional(), // MathVista's answer_type
    precision: z.number().exactOptional(), // decimals of a float
    part: z.string().exactOptional(), // category: MME's subtask, OCRBench's kind
    group: z.string().exactOptional(), // questions that count together: a picture's pair, one question's orders
  })
  .readonly();
/** How one question is graded. */
export type Grading = z.infer<typeof gradingSchema>;
