/**
 * What a package of runs holds, as files that a Python elsewhere trains from (trainers/trl/sophia_trl/packed.py) and this program brings back:
 * pack.json, and of each attempt at a run attempt.json, events.jsonl, end.json. Deliberately absent: who writes (write-package.ts).
 */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { SophiaError } from '../../../../shared/errors.ts';
import { firstOf } from '../../../../shared/values/list.ts';
import { readWhole } from '../../../model/io/local-path.ts';
import { inside, pathFault } from '../../../model/io/path-names.ts';

/** Names of the files. */
export const PACK_FILES = {
  pack: 'pack.json',
  runs: 'runs',
  site: 'site.env',
  out: 'out',
  attempt: 'attempt.json',
  events: 'events.jsonl',
  end: 'end.json',
} as const;

const runName = z.string().refine((name) => pathFault(name) === null && !name.includes('/'), 'is no name of a folder');

const packSchema = z.object({
  version: z.literal(1),
  /** Name, hash and text of the study file. */
  study: z.object({ name: z.string(), hash: z.string(), yaml: z.string() }),
  runs: z.array(z.object({ name: runName, variant: z.string(), seed: z.int().min(0) })).min(1),
  /** Models that the runs name: the variable that tells where each lies, and what it is told apart from others by. */
  models: z.array(z.object({ name: z.string(), variable: z.string(), fingerprint: z.string() })),
});
/** pack.json. */
export type PackFile = z.output<typeof packSchema>;

const attemptSchema = z.object({ id: z.string().min(1).max(100), fromStep: z.int().min(0), startedAt: z.int().min(0) });
const endSchema = z.object({ code: z.int() });

/** A start of a run, elsewhere. */
export interface PackedAttempt extends z.output<typeof attemptSchema> {
  readonly events: string; // path of its events, which may not be there yet
  readonly log: string;
  readonly exitCode: number | null; // null: it goes on, or its machine was lost
}

/** Reads pack.json of a folder. @throws SophiaError 'usage' where it is no package, 'data' where it is a damaged one */
export function readPack(folder: string): PackFile {
  const file = join(folder, PACK_FILES.pack);
  if (!existsSync(file))
    throw new SophiaError('usage', `${folder} is no packed study: it has no ${PACK_FILES.pack}.`, 'Name the folder.');
  return checked(packSchema, file);
}

/** The attempts at a run in the order in which they were started. `out`: the folder that the results go to. */
export function packedAttempts(out: string, run: string): PackedAttempt[] {
  const folder = inside(out, run);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^attempt-\d{3,}$/.test(name) && existsSync(join(folder, name, PACK_FILES.attempt)))
    .sort((a, b) => Number(a.slice(8)) - Number(b.slice(8)))
    .map((name) => {
      const at = join(folder, name);
      const end = join(at, PACK_FILES.end);
      return {
        ...checked(attemptSchema, join(at, PACK_FILES.attempt)),
        events: join(at, PACK_FILES.events),
        log: join(at, 'log.txt'),
        exitCode: existsSync(end) ? checked(endSchema, end).code : null,
      };
    });
}

/** Where the runs of a package put what they make: OUT of its one file of places, which is the user's own. */
export function resultsFolder(folder: string): string {
  return resolve(folder, siteValue(folder, 'OUT') || PACK_FILES.out);
}

function siteValue(folder: string, name: string): string | undefined {
  const file = join(folder, PACK_FILES.site);
  if (!existsSync(file)) return undefined;
  const line = readWhole(file)
    .split('\n')
    .findLast((text) => text.startsWith(`${name}=`));
  return line?.slice(name.length + 1).replace(/^(["']?)(.*?)\1\s*(#.*)?$/, '$2');
}

function checked<T extends z.ZodType>(schema: T, file: string): z.output<T> {
  let json: unknown;
  try {
    json = JSON.parse(readWhole(file));
  } catch (error) {
    throw new SophiaError('data', `${file} cannot be read: ${(error as Error).message}.`);
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const { path, message } = firstOf(result.error.issues, 'failed check');
  throw new SophiaError('data', `${file}: ${path.join('.')}: ${message}.`);
}
