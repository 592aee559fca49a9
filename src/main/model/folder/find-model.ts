/** Where a model lies that a setting or a command names: embedded, imported into a home, or a folder. Loads nothing. */
import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { SophiaError } from '../../../shared/errors.ts';
import { worldOfPolicy } from '../../../shared/worlds/worlds.ts';
import { inside, pathFault } from '../io/path-names.ts';
import { refuseForeign } from './foreign-folder.ts';

/** Folder of the embedded models (models/ of the program). */
export const EMBEDDED_MODELS = join(import.meta.dirname, '../../../../models');

/** Folder of the imported models of a home. */
export const modelsFolder = (home: string): string => join(home, 'models');

/** The folder that a model's name or path stands for: embedded, then imported into `home`, then a path. @throws SophiaError 'usage' where there is none. */
export function modelFolder(name: string, home?: string): string {
  const folders = [EMBEDDED_MODELS, ...(home === undefined ? [] : [modelsFolder(home)])];
  const named = pathFault(name) === null ? folders.map((folder) => inside(folder, name)) : [];
  const places = isAbsolute(name) ? [name] : [...named, name];
  const found = places.find((place) => existsSync(join(place, 'config.json')));
  if (found !== undefined) return found;
  const other = places.find((place) => existsSync(place));
  if (other !== undefined) refuseForeign(other);
  const world = worldOfPolicy(name);
  if (world !== undefined)
    throw new SophiaError(
      'usage',
      `Model "${name}" of the world ${world} is not shipped, and has not been made here yet.`,
      `Make it once, which takes some minutes: bin/sophia recipe ${world}`,
    );
  throw new SophiaError(
    'usage',
    `Model "${name}" not found: there is no ${join(name, 'config.json')}.`,
    'Give an embedded model (a folder of models/), an imported one, or a folder in Hugging Face layout.',
  );
}
