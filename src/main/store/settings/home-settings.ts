/** HOME/settings.json: read leniently (a damaged file must not keep the home shut), written whole or not at all. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type HomeSettings, homeSettingsSchema } from '../../../shared/settings/home-settings.ts';
import { readWhole } from '../../model/io/local-path.ts';
import { writeHomeFile } from './home-file.ts';

const fileOf = (home: string) => join(home, 'settings.json');

/** The settings of a home; `problem` is one line where the file cannot be used, and the defaults stand in for it. */
export function readHomeSettings(home: string): { settings: HomeSettings; problem: string | null } {
  const defaults = homeSettingsSchema.parse({});
  const file = fileOf(home);
  if (!existsSync(file)) return { settings: defaults, problem: null };
  try {
    const found = homeSettingsSchema.safeParse(JSON.parse(readWhole(file)));
    if (found.success) return { settings: found.data, problem: null };
    const [issue] = found.error.issues;
    throw new Error(`${issue!.path.join('.') || 'settings'}: ${issue!.message}`);
  } catch (error) {
    const problem = `${file} cannot be used (${(error as Error).message}); the defaults are taken until Settings are changed.`;
    return { settings: defaults, problem };
  }
}

/** Writes the settings. @throws SophiaError 'environment' where the home cannot be written. */
export function writeHomeSettings(home: string, settings: HomeSettings): void {
  writeHomeFile(fileOf(home), settings);
}
