/** Input shapes that several routers share. Every list and text has a bound, so that no request can ask for everything. */
import { z } from 'zod';
import { LIMITS } from '../../shared/values/limits.ts';

/** A row id. */
export const id = z.int().positive();
/** An input that is one row id. */
export const byId = z.strictObject({ id });
/** Ids of runs to show together. */
export const runIds = z.array(id).max(LIMITS.runsAtOnce);
/** A stored metric name. */
export const metricName = z.string().min(1).max(LIMITS.metricName);
/** A short text a user typed. */
export const text = (most: number) => z.string().max(most, `longer than ${most} characters`);

/** A file to import: of this machine by its path, or one uploaded before by its batch and its name in there. */
export const fileSource = { path: text(4000).optional(), batch: text(40).optional(), name: text(200).optional() };

/** Which responses: see store/read/responses/response-filter.ts. */
export const responseFilter = z.strictObject({
  runIds: runIds.optional(),
  studyId: id.optional(),
  fromStep: z.int().min(0).optional(),
  toStep: z.int().min(0).optional(),
  question: text(200).optional(),
  exact: z.boolean().optional(),
  outcomeFrom: z.number().optional(),
  outcomeBelow: z.number().optional(),
  thinkingFrom: z.number().optional(),
  thinkingBelow: z.number().optional(),
  thinkingAbove: z.number().optional(),
  gammaBelow1: z.boolean().optional(),
  text: text(500).optional(),
});
