/** Where the cache keeps TRL's environment, and what it has. Deliberately absent: making it (python-environment.ts). */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../../../../../scripts/setup/paths.mjs';
import { readWhole } from '../../../model/io/local-path.ts';
import { pinnedPackages } from './pinned-packages.ts';

/** About what a new environment takes on disk, in GB: PyTorch brings CUDA's libraries. */
const SIZE_GB = 6;
/** Written last: what is there without it is half an environment. */
export const STAMP = 'ready';
/** What was added to it later, a line each. */
export const ADDED = 'added';

/** The size in words. */
export const environmentSize = `about ${SIZE_GB} GB`;

/** Where the environment of these pins lies, and whether it is ready. */
export function trlEnvironment(): { readonly folder: string; readonly python: string; readonly isReady: boolean } {
  const key = createHash('sha256').update(pinnedPackages().join('\n')).digest('hex').slice(0, 12);
  const folder = join(cacheFolder(), 'trl', key);
  const python = process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
  return { folder, python, isReady: existsSync(join(folder, STAMP)) };
}

/** Which of some packages the cache's environment lacks beside the pinned ones. */
export function missingPackages(extras: readonly string[]): string[] {
  const { folder, isReady } = trlEnvironment();
  return extras.filter((name) => !isReady || !added(folder).includes(name));
}

/** What was added to an environment beside the pinned packages. */
export function added(folder: string): string[] {
  const file = join(folder, ADDED);
  return existsSync(file) ? readWhole(file).trim().split('\n') : [];
}
