/** What the config.json of Qwen-VL models has in common: token ids, rotary settings, and how a wrong key is told. */
import { z } from 'zod';
import { SophiaError } from '../../../../shared/errors.ts';
import { firstOf } from '../../../../shared/values/list.ts';

/** A length or count; what a file claims beyond these bounds is no model's, and nothing may be made as large as it. */
export const size = z.int().positive().max(1e9);
/** A number of layers or blocks, for each of which there are weights. */
export const layers = z.int().positive().max(1000);

const tokenId = z.int().nonnegative();

/** The tokens around and in the place of images, with transformers' defaults. */
export const tokenIds = {
  image_token_id: tokenId.default(151655),
  video_token_id: tokenId.default(151656),
  vision_start_token_id: tokenId.default(151652),
  vision_end_token_id: tokenId.default(151653),
};

/** The tokens that begin, end and pad a text. */
export const endTokens = {
  eos_token_id: z.union([tokenId, z.array(tokenId)]).nullish(),
  bos_token_id: tokenId.nullish(),
  pad_token_id: z.int().nullish(),
};

/** Rotary settings, in rope_scaling (up to transformers 4) or rope_parameters (5). */
export const ropeSchema = z
  .object({
    rope_theta: z.number().positive().optional(),
    rope_type: z.string().optional(),
    type: z.string().optional(),
    mrope_section: z.array(size).length(3).optional(),
  })
  .refine((rope) => ['default', 'mrope'].includes(rope.rope_type ?? rope.type ?? 'default'), {
    error: (issue) => {
      const rope = issue.input as { rope_type?: string; type?: string };
      return `rope type "${rope.rope_type ?? rope.type}" is not supported, only "default" and "mrope"`;
    },
  });

/** The end tokens as a TextConfig has them. */
export function endTokensOf(text: z.output<z.ZodObject<typeof endTokens>>): {
  eosTokenIds: number[];
  bosTokenId: number | null;
  padTokenId: number | null;
} {
  const eos = text.eos_token_id ?? [];
  return {
    eosTokenIds: Array.isArray(eos) ? eos : [eos],
    bosTokenId: text.bos_token_id ?? null,
    padTokenId: text.pad_token_id === undefined || text.pad_token_id === -1 ? null : text.pad_token_id,
  };
}

/** The end tokens that a file names at its top level; files of transformers 4.5x name them on either. */
export function pickIds(top: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(endTokens)
      .filter((key) => key in top)
      .map((key) => [key, top[key]]),
  );
}

/** A part of a file by its schema; `prefix` names the part. @throws SophiaError 'data' naming the first key that is wrong. */
export function parsePart<T extends z.ZodType>(schema: T, json: unknown, where: string, prefix: string): z.output<T> {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issue = firstOf(result.error.issues, 'failed check');
  const path = issue.path.join('.');
  return fail(where, path === '' ? issue.message : `${prefix}${path}: ${issue.message}`);
}

/** Throws SophiaError 'data' where size y, named b, is not a multiple of size x, named a. */
export function checkDivides(where: string, a: string, x: number, b: string, y: number): void {
  if (y % x !== 0) fail(where, `${b} ${y} is not a multiple of ${a} ${x}`);
}

/** Throws SophiaError 'data': what is wrong in the file `where`. */
export function fail(where: string, what: string): never {
  throw new SophiaError('data', `${where}: ${what}.`);
}
