/**
 * The files of a model beside its weights, as they were: configuration (nested or flat), generation settings with all their end tokens,
 * processor with its limits, tokenizer in every form, chat template, licence. What is saved of a model has them to the byte; config.json alone is
 * written again where its number format changes.
 */
import { constants, copyFileSync, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parsedJson } from '../../../../shared/values/parsed-json.ts';
import { writeSynced } from '../../io/atomic-write.ts';
import { readWhole } from '../../io/local-path.ts';

/** Names that belong to a model; anything else in its folder (weights, optimiser states, adapters, .git) stays behind. */
const SIDE_FILE = /\.(?:json|jinja|txt|model)$|^LICENSE/i;
const NOT_SIDE = /\.index\.json$|^(?:trainer|adapter_config|trainer_state|training_args)\.json$/;
/** Where transformers names the number format of the weights: newer, older. */
const DTYPE_KEYS = ['dtype', 'torch_dtype'];

/** Whether a folder holds a model's side files: it has a configuration and a tokenizer. */
export const hasSideFiles = (dir: string): boolean =>
  existsSync(join(dir, 'config.json')) && existsSync(join(dir, 'tokenizer.json'));

/** Copies the side files of a model into an existing folder, config.json with the number format that is written. */
export function copySideFiles(from: string, to: string, dtype: string): void {
  for (const name of readdirSync(from).sort()) {
    if (!SIDE_FILE.test(name) || NOT_SIDE.test(name) || !statSync(join(from, name)).isFile()) continue;
    if (name !== 'config.json') copyFileSync(join(from, name), join(to, name), constants.COPYFILE_FICLONE);
  }
  const config = readWhole(join(from, 'config.json'));
  writeSynced(join(to, 'config.json'), withDtype(config, dtype));
}

/** The text of a config.json with another number format, on every level that names one; the text itself where nothing changes. */
function withDtype(text: string, dtype: string): string {
  const json = parsedJson(text) as Record<string, unknown>;
  let isChanged = false;
  const renamed = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]: [string, unknown]) => {
        if (!DTYPE_KEYS.includes(key) || typeof inner !== 'string' || inner === dtype) return [key, renamed(inner)];
        isChanged = true;
        return [key, dtype];
      }),
    );
  };
  const changed = renamed(json);
  return isChanged ? `${JSON.stringify(changed, null, 2)}\n` : text;
}
