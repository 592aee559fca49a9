/**
 * The columns of a response, made of the schema of what a run says of one (shared/run/run-events.ts): a response is declared there, once; the table's
 * columns, what is written and what is read follow. A response's question is a row of its own, so `questionId` is none of them.
 */
import { z } from 'zod';
import { responseSchema } from '../../../shared/run/run-events.ts';
import { LIMITS } from '../../../shared/values/limits.ts';
import { type AnyColumn, type Column, count, flag, orNull, real, share, text } from './column.ts';

type Shape = Omit<ReturnType<(typeof responseSchema)['unwrap']>['shape'], 'questionId'>;
/** muC -> mu_c */
type Snake<S extends string> = S extends `${infer Head}${infer Tail}`
  ? Tail extends Uncapitalize<Tail>
    ? `${Lowercase<Head>}${Snake<Tail>}`
    : `${Lowercase<Head>}_${Snake<Tail>}`
  : S;
type ColumnFor<S> = S extends z.ZodBoolean
  ? Column<number, boolean, 'flag'>
  : S extends z.ZodDefault<z.ZodNullable<z.ZodBoolean>>
    ? Column<number | null, boolean | null, 'flag'>
    : S extends z.ZodString
      ? Column<string, string, 'as it is'>
      : S extends z.ZodNullable<z.ZodString>
        ? Column<string | null, string | null, 'as it is'>
        : S extends z.ZodInt
          ? Column<number, number, 'as it is'>
          : Column<number | null, number | null, 'as it is'>; // a number that is none (NaN) is stored as null

/** A part of a response: its name in events and rows, in the table, and what it is. */
export interface ResponsePart {
  readonly key: keyof Shape & string;
  readonly column: string;
  readonly definition: AnyColumn;
}

/** The parts of a response in the order in which they are written. */
export const RESPONSE_PARTS: readonly ResponsePart[] = Object.entries(responseSchema.unwrap().shape).flatMap(
  ([key, schema]) =>
    key === 'questionId'
      ? []
      : [{ key: key as ResponsePart['key'], column: snake(key), definition: columnFor(schema) }],
);

/** Their columns by name. */
export const RESPONSE_COLUMNS = Object.fromEntries(
  RESPONSE_PARTS.map(({ column, definition }) => [column, definition]),
) as unknown as { readonly [K in keyof Shape & string as Snake<K>]: ColumnFor<Shape[K]> };

function columnFor(schema: z.ZodType): AnyColumn {
  if (schema instanceof z.ZodDefault) return columnFor(schema.unwrap() as z.ZodType); // not in events of before
  const { low, high, most = LIMITS.reason } = (schema.meta() ?? {}) as { low?: number; high?: number; most?: number };
  if (schema instanceof z.ZodBoolean) return flag();
  if (schema instanceof z.ZodNullable && schema.unwrap() instanceof z.ZodBoolean) return orNull(flag());
  if (schema instanceof z.ZodString) return text(most);
  if (schema instanceof z.ZodNullable && schema.unwrap() instanceof z.ZodString) return orNull(text(most));
  if (schema instanceof z.ZodNumber) return count(Math.min(schema.maxValue ?? LIMITS.count, LIMITS.count));
  return orNull(low === 0 && high === 1 ? share() : real(low, high));
}

function snake(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
