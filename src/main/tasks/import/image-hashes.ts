/**
 * The hashes of a data set's pictures, as they were when it was imported: images.sha256 in its folder, in the format of sha256sum, its own
 * hash in the manifest. A data set that was imported before there was such a file has none, and its pictures are taken as they are.
 */
import { createHash } from 'node:crypto';
import { SophiaError } from '../../../shared/errors.ts';
import { readWhole } from '../../model/io/local-path.ts';
import { inside } from '../../model/io/path-names.ts';

/** Name of the file. */
export const IMAGE_HASHES = 'images.sha256';

/** sha256 (hex) of each picture by its path. */
export type ImageHashes = ReadonlyMap<string, string>;

const LINE = /^([0-9a-f]{64}) {2}(.+)$/;

/** sha256 of bytes or text, in hex. */
export const sha256Of = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex');

/** The file's text: a line per picture, by path. */
export function imageHashesText(hashes: ImageHashes): string {
  const lines = [...hashes].map(([path, hash]) => `${hash}  ${path}\n`);
  return lines.sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1)).join('');
}

/** The hashes of a data set's folder; null where its manifest names none. @throws SophiaError 'data' where the file is gone or altered */
export function readImageHashes(folder: string, wanted: string | undefined): ImageHashes | null {
  if (wanted === undefined) return null;
  const path = inside(folder, IMAGE_HASHES);
  let text: string;
  try {
    text = readWhole(path);
  } catch (error) {
    if (error instanceof SophiaError) throw error;
    throw new SophiaError('data', `${path} is missing.`, 'Put it back or import the data set again.');
  }
  if (sha256Of(text) !== wanted)
    throw new SophiaError(
      'data',
      `${path} was altered (its hash is not the one of manifest.json).`,
      'Put it back or import the data set again.',
    );
  const lines = text.split('\n').flatMap((line) => {
    const [, hash = '', image = ''] = LINE.exec(line) ?? [];
    return image === '' ? [] : [[image, hash] as const];
  });
  return new Map(lines);
}
