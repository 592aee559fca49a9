/** HOME/settings.json: read leniently (a damaged file must not keep the home shut), written whole or not at all. */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SophiaError } from '../../../shared/errors.ts';
import { type HomeSettings, homeSettingsSchema } from '../../../shared/settings/home-settings.ts';

const fileOf = (home: string) => join(home, 'settings.json');

/** The settings of a home; `problem` is one line where the file cannot be used, and the defaults stand in for it. */
export function readHomeSettings(home: string): { settings: HomeSettings; problem: string | null } {
  const defaults = homeSettingsSchema.parse({});
  const file = fileOf(home);
  if (!existsSync(file)) return { settings: defaults, problem: null };
  try {
    const found = homeSettingsSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
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
  const part = `${fileOf(home)}.part`;
  try {
    rmSync(part, { force: true });
    writeFileSync(part, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
    renameSync(part, fileOf(home));
  } catch (error) {
    throw new SophiaError(
      'environment',
      `${fileOf(home)} cannot be written (${(error as Error).message}).`,
      'Free space or fix its permissions.',
      { cause: error },
    );
  }
}
