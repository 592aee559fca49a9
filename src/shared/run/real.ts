/**
 * Numbers that survive JSON: NaN, the infinities and -0 are written as texts, as protocol buffers write theirs; every other number as it is.
 * A reader takes them where the schema asks for a number, so a text that says "NaN" stays a text.
 */
import { z } from 'zod';

const SPECIAL = ['NaN', 'Infinity', '-Infinity', '-0'] as const;
const anyNumber = z.custom<number>((value) => typeof value === 'number', 'expected a number');

/** A number of any kind. z.decode reads it from parsed JSON, z.encode makes what JSON.stringify writes without loss. */
export const real = z.codec(z.union([z.number(), z.enum(SPECIAL)], 'expected a number'), anyNumber, {
  decode: Number,
  encode: (value): number | (typeof SPECIAL)[number] => {
    if (Object.is(value, -0)) return '-0';
    return Number.isFinite(value) ? value : (String(value) as (typeof SPECIAL)[number]);
  },
});
