/**
 * Run events as JSON lines: how a trainer that is no child of the engine speaks to it, in a file, over a pipe, in a job's log. One event a
 * line, numbered from 1 within its attempt without a gap, so that a reader that comes back knows what it has and notices what it misses.
 * NaN, infinities and -0 survive (real.ts). Deliberately absent: files and their tails.
 */

import { z } from 'zod';
import { SophiaError } from '../errors.ts';
import { firstOf } from '../values/list.ts';
import { type RunEvent, runEventSchema } from './run-events.ts';

/** An event with its place in the attempt. */
export interface NumberedEvent {
  readonly sequence: number; // 1, 2, 3, ... within an attempt
  /** When it was said, ms since 1970 by the trainer's clock; shown, never ordered by. Absent: when it was recorded. */
  readonly at?: number;
  readonly event: RunEvent;
}

const lineSchema = z.strictObject({
  sequence: z.int().min(1),
  at: z.int().min(0).exactOptional(),
  event: runEventSchema,
});

/** One line of JSON, without its end. @throws SophiaError 'internal' for an event that the schema does not know. */
export function eventLine(numbered: NumberedEvent): string {
  const result = z.safeEncode(lineSchema, numbered);
  if (result.success) return JSON.stringify(result.data);
  throw new SophiaError('internal', `Event ${numbered.sequence} (${numbered.event.kind}): ${inWords(result.error)}.`);
}

/** The number of an event by the beginning of its line, without reading the rest, which may be long; null where it begins in another way. */
export function sequenceOf(line: string): number | null {
  const found = /^\{"sequence":(\d+),/.exec(line)?.[1];
  return found === undefined ? null : Number(found);
}

/** Reads one line; `where` names it in a refusal, such as "events.jsonl line 7". @throws SophiaError 'data' where it is no event. */
export function parseEventLine(line: string, where: string): NumberedEvent {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (error) {
    throw new SophiaError('data', `${where} is not JSON: ${(error as Error).message}.`);
  }
  const result = z.safeDecode(lineSchema, json as z.input<typeof lineSchema>);
  if (result.success) return result.data;
  throw new SophiaError('data', `${where} is no run event: ${inWords(result.error)}.`);
}

function inWords({ issues }: z.ZodError): string {
  const { path, message } = firstOf(issues, 'failed check');
  const place = path.join('.');
  return `${place === '' ? '' : `${place}: `}${message}`;
}
