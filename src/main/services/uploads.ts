/**
 * Files to import: of this machine by their path, or brought in by the page (dropped or chosen in a browser) to HOME/uploads/BATCH/PATH.
 * An import takes them from there; what is left over goes with the next start of the engine.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { SophiaError } from '../../shared/errors.ts';
import { refuseLostHome } from '../model/home/home-marks.ts';
import { inside, pathFault } from '../model/io/path-names.ts';

const BATCH = /^[a-z0-9]{8,40}$/;
/** Folders within folders, at most. */
const MOST_PARTS = 20;

/** Folder of the uploads of a home. */
const uploadsFolder = (home: string): string => join(home, 'uploads');

/** The folder of one batch. @throws SophiaError 'usage' for a name that no page gives. */
export function uploadedBatch(home: string, batch: string): string {
  if (!BATCH.test(batch)) throw new SophiaError('usage', 'Unknown batch of uploaded files.');
  return inside(uploadsFolder(home), batch);
}

/** Where a file of a batch lies. @throws SophiaError 'usage' for a path that would leave the batch. */
export function uploadedFile(home: string, batch: string, path: string): string {
  if (path.split('/').length > MOST_PARTS || pathFault(path) !== null)
    throw new SophiaError('usage', `"${path.slice(0, 80)}" cannot name an uploaded file.`);
  return inside(uploadedBatch(home, batch), path);
}

/** A file of this machine by its path, or one of a batch by its path in there. */
export interface FileSource {
  readonly path?: string | undefined;
  readonly batch?: string | undefined;
  readonly name?: string | undefined;
}

/** Where the file of a source lies. @throws SophiaError 'usage' where none is named, or its name would lead out of its batch. */
export function fileOf(home: string, { path, batch, name }: FileSource): string {
  if (batch !== undefined) return uploadedFile(home, batch, name ?? '');
  if (path === undefined || path.trim() === '') throw new SophiaError('usage', 'No file given.', 'Choose one.');
  return path;
}

/**
 * Calls `use` with the file of a source; its failures come in the names that the user gave, and what was uploaded is removed afterwards.
 * @throws what `use` throws; SophiaError 'usage' where no file is named
 */
export async function withSource<T>(
  home: string,
  source: FileSource,
  use: (file: string) => T | Promise<T>,
): Promise<T> {
  try {
    return await use(fileOf(home, source));
  } catch (error) {
    throw underGivenNames(error, home, source.batch);
  } finally {
    if (source.batch !== undefined) forgetUploads(home, source.batch);
  }
}

/** A failure over files of a batch in the names that the user gave them: the folder that they lie in here says nothing to who sent them. */
function underGivenNames(error: unknown, home: string, batch: string | undefined): unknown {
  if (batch === undefined || !(error instanceof SophiaError)) return error;
  const message = error.message.replaceAll(join(uploadedBatch(home, batch), '/'), '');
  return new SophiaError(error.code, message, undefined, { cause: error });
}

/** Removes a batch, or all of them. */
export function forgetUploads(home: string, batch?: string): void {
  refuseLostHome(home);
  rmSync(batch === undefined ? uploadsFolder(home) : uploadedBatch(home, batch), { recursive: true, force: true });
}
