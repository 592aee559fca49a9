/** What a reader of any file format hands on: a record as parsed, or why there is none at this line. */
import { z } from 'zod';
import { isTooDeep } from '../../../../shared/values/parsed-json.ts';

/** One record of a file; `line` counts from 1 (for Parquet: the row). */
export type RawRecord =
  | { readonly line: number; readonly value: unknown }
  | { readonly line: number; readonly reason: string };

/** A record that was left out, and why, as a line of problems.jsonl holds it. */
export const importProblemSchema = z
  .object({
    line: z.int().min(0),
    record: z.int().min(0), // from 1: tells records of one line apart
    reason: z.string(),
  })
  .readonly();
/** The same as a type. */
export type ImportProblem = z.infer<typeof importProblemSchema>;

/** Why a record is left out whose letters would be lost. */
export const NOT_UTF8 = 'is not UTF-8 text: save the file as UTF-8';

/** Whole numbers that a double cannot hold stay the digits that they were written as. */
export function exactNumbers(_key: string, value: unknown, { source }: { readonly source?: string }): unknown {
  return typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source ?? '') ? source : value;
}

/** Parses one record's text; a reason in plain words where it is no JSON. */
export function parseRecord(text: string, line: number): RawRecord {
  if (isTooDeep(text)) return { line, reason: 'is nested too deep' };
  try {
    return { line, value: JSON.parse(text, exactNumbers as never) };
  } catch (error) {
    const literal = /[:[,]\s*(NaN|-?Infinity|undefined|None|True|False)\b/.exec(text)?.[1];
    const detail = (error as Error).message
      .replace(/ in JSON at position.*| \(line \d+ column \d+\)$/s, '')
      .replaceAll('\n', ' ');
    return {
      line,
      reason: literal ? `is not valid JSON: ${literal} is not a JSON value` : `is not valid JSON: ${detail}`,
    };
  }
}
