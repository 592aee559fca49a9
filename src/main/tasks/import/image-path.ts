/** Paths of images in data files: only files inside the image folder are ever opened, whatever a record says. */
import { realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, normalize, relative, sep } from 'node:path';

/** A path relative to the image folder with forward slashes, or why it is refused. */
export type ImagePath = { readonly path: string } | { readonly reason: string };

/** Checks the path that a record gives against the image folder, symbolic links followed. */
export function safeImagePath(given: string, imageRoot: string): ImagePath {
  if (/^[a-z][a-z0-9+.-]+:/i.test(given))
    return { reason: `image "${given}" is an address, not a file of the image folder` };
  if (given.includes('\0')) return { reason: 'image path holds a zero byte' };
  const slashed = given.replaceAll('\\', '/');
  if (slashed.startsWith('/') || /^[a-z]:/i.test(slashed) || isAbsolute(given)) {
    return { reason: `image "${given}" is an absolute path; give it relative to the image folder` };
  }
  const clean = normalize(slashed).split(sep).join('/');
  if (clean === '..' || clean.startsWith('../')) return { reason: `image "${given}" lies outside the image folder` };
  const file = join(imageRoot, clean);
  try {
    if (!statSync(file).isFile()) return { reason: `image "${given}" is not a file` };
    const inside = relative(realpathSync(imageRoot), realpathSync(file));
    if (inside.startsWith('..') || isAbsolute(inside))
      return { reason: `image "${given}" is a link to outside the image folder` };
  } catch (error) {
    const missing = ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
    return {
      reason: `image "${given}" ${missing ? `does not exist (looked in ${imageRoot})` : `cannot be read: ${(error as Error).message}`}`,
    };
  }
  return { path: clean };
}
