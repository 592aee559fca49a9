/**
 * Writes runs as a package that needs nothing of this program: the runs' files, what they share, the Python that trains them, and pack.json. The same
 * runs give the same bytes. Deliberately absent: what only a person needs (site-files.ts), and models, which are named and told apart.
 */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Settings } from '../../../../shared/settings/settings.ts';
import { atomicWriteText } from '../../../model/io/atomic-write.ts';
import { PACKAGE } from '../environment/pinned-packages.ts';
import { writeRun } from '../write-run.ts';
import { PACK_FILES, type PackFile } from './pack-file.ts';

/** A run to be packed. */
export interface RunToPack {
  readonly name: string;
  readonly variant: string;
  readonly seed: number;
  readonly settings: Settings;
}

/** Where models and data sets are found, and where the package goes: a folder that is made. */
export interface PackageOptions {
  readonly home: string;
  readonly folder: string;
  readonly codeVersion: string;
  readonly study: PackFile['study'];
  /** Told before each run is written. */
  readonly progress?: (name: string, done: number, total: number) => void;
}

/** A model that the runs of a package name. */
export interface PackedModel {
  readonly name: string;
  readonly variable: string; // of the environment, which tells where it lies
  readonly folder: string; // here
  readonly fingerprint: string;
}

/** Copies the Python that trains, and what starts it, into a folder that is made. */
export function writeCode(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of ['run.py', 'job.py']) cpSync(join(PACKAGE, name), join(folder, name));
  const isSource = (path: string) => !path.includes('__pycache__');
  cpSync(join(PACKAGE, 'sophia_trl'), join(folder, 'sophia_trl'), { recursive: true, filter: isSource });
}

/** Writes the package and returns the models that it needs. */
export async function writePackage(
  runs: readonly RunToPack[],
  { home, folder, codeVersion, study, progress }: PackageOptions,
): Promise<PackedModel[]> {
  writeCode(folder);
  const models = new Map<string, PackedModel>();
  const modelName = (path: string) => {
    const known = models.get(path) ?? modelAt(path, [...models.values()]);
    models.set(path, known);
    return `$${known.variable}`;
  };
  for (const [i, { name, settings }] of runs.entries()) {
    progress?.(name, i, runs.length);
    const files = { home, folder: join(folder, PACK_FILES.runs, name), codeVersion, assets: folder, modelName };
    await writeRun(settings, files);
  }
  const all = [...models.values()];
  const pack: PackFile = {
    version: 1,
    study,
    runs: runs.map(({ name, variant, seed }) => ({ name, variant, seed })),
    models: all.map(({ name, variable, fingerprint }) => ({ name, variable, fingerprint })),
  };
  atomicWriteText(join(folder, PACK_FILES.pack), `${JSON.stringify(pack, null, 1)}\n`);
  return all;
}

/** Bytes of a model's folder. */
export function modelBytes(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

/** A model by its name in a package: `others` have theirs. */
export function modelAt(folder: string, others: readonly PackedModel[]): PackedModel {
  const name = basename(folder);
  const variable = `MODEL_${name.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}`;
  const same = others.filter((other) => other.variable.startsWith(variable)).length;
  return {
    name,
    variable: same === 0 ? variable : `${variable}_${same + 1}`,
    folder,
    fingerprint: fingerprint(folder),
  };
}

/** As `fingerprint` in packed.py: sha256 over config.json, and name and size of each file of weights. */
function fingerprint(folder: string): string {
  const digest = createHash('sha256').update(readFileSync(join(folder, 'config.json')));
  for (const name of readdirSync(folder).sort())
    if (name.endsWith('.safetensors')) digest.update(`${name} ${statSync(join(folder, name)).size}\n`);
  return digest.digest('hex');
}

/** Whether a folder may be written into: it is not there, or empty. */
export const isFree = (folder: string): boolean => !existsSync(folder) || readdirSync(folder).length === 0;
