/** Input shapes that several routers share. Every list and text has a bound, so that no request can ask for everything. */
import { z } from 'zod';

export const id = z.int().positive();
export const byId = z.strictObject({ id });
export const runIds = z.array(id).max(2000);
export const metricName = z.string().min(1).max(100);
export const text = (most: number) => z.string().max(most);

/** Which responses: see store/queries/response-filter.ts. */
export const responseFilter = z.strictObject({
  runIds: runIds.optional(),
  studyId: id.optional(),
  fromStep: z.int().min(0).optional(),
  toStep: z.int().min(0).optional(),
  question: text(200).optional(),
  correct: z.boolean().optional(),
  thinkingBelow: z.number().optional(),
  thinkingAbove: z.number().optional(),
  gammaBelow1: z.boolean().optional(),
  text: text(500).optional(),
});
