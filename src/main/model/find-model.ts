/** Where a model lies that a setting names. Loads nothing. */
import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { SophiaError } from '../../shared/errors.ts';

/** Folder of a model given by name (models/NAME of the program) or path. Throws a usage error when it is not there. */
export function modelFolder(name: string): string {
  const embedded = join(import.meta.dirname, '../../../models', name);
  const dir = !isAbsolute(name) && existsSync(join(embedded, 'config.json')) ? embedded : name;
  if (!existsSync(join(dir, 'config.json'))) {
    throw new SophiaError(
      'usage',
      `Model "${name}" is not there: no ${join(dir, 'config.json')}.`,
      'Give an embedded model (tiny-vl-base, tiny-vl-trm) or a folder in Hugging Face layout.',
    );
  }
  return dir;
}
