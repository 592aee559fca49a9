/**
 * HOME/confirmed-keys.json: which host may have which key, as the user has confirmed. Read whenever it is asked for, so that a running engine knows at
 * once what the command line confirmed. Nothing that is imported writes here.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { SophiaError } from '../../../shared/errors.ts';
import { originOf } from '../../../shared/settings/home-settings.ts';
import { isSamePair, type KeyHost, keyHostSchema } from '../../../shared/settings/key-hosts.ts';
import { readWhole } from '../../model/io/local-path.ts';
import { writeHomeFile } from './home-file.ts';
import { readHomeSettings } from './home-settings.ts';

const fileSchema = z.object({ confirmed: z.array(keyHostSchema).max(1000) });

const fileOf = (home: string) => join(home, 'confirmed-keys.json');

/** The pairs that were confirmed. A file that is damaged confirms nothing: the user is asked again. */
export function confirmedKeys(home: string): KeyHost[] {
  try {
    const found = fileSchema.safeParse(JSON.parse(readWhole(fileOf(home))));
    return found.success ? found.data.confirmed : [];
  } catch {
    return [];
  }
}

/** What a home lets go where: what was confirmed, and the endpoints that the user has saved in Settings. */
export function allowedKeys(home: string): KeyHost[] {
  const saved = readHomeSettings(home).settings.endpoints.flatMap(({ keyVariable: variable, baseUrl }) => {
    const origin = originOf(baseUrl);
    return variable === '' || origin === null ? [] : [{ variable, origin }];
  });
  return [...confirmedKeys(home), ...saved];
}

/** Confirms a pair. @throws SophiaError 'usage' for what is none, 'environment' where the home cannot be written */
export function confirmKey(home: string, pair: { readonly variable: string; readonly origin: string }): KeyHost {
  const sound = soundPair(pair);
  const known = confirmedKeys(home);
  if (!known.some((other) => isSamePair(other, sound))) write(home, [...known, sound]);
  return sound;
}

/** Takes a pair back; whether there was one. */
export function forgetKey(home: string, pair: { readonly variable: string; readonly origin: string }): boolean {
  const sound = soundPair(pair);
  const known = confirmedKeys(home);
  const left = known.filter((other) => !isSamePair(other, sound));
  if (left.length < known.length) write(home, left);
  return left.length < known.length;
}

function soundPair(pair: unknown): KeyHost {
  const found = keyHostSchema.safeParse(pair);
  if (found.success) return found.data;
  const [issue] = found.error.issues;
  throw new SophiaError('usage', `${issue!.path[0] === 'origin' ? 'The address' : 'The variable'} ${issue!.message}.`);
}

const write = (home: string, confirmed: readonly KeyHost[]): void => writeHomeFile(fileOf(home), { confirmed });
