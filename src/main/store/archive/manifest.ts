/**
 * The manifest of a study archive: what the file holds, by name, size and sha256, and what its runs ran on. It is the last entry written and
 * the first one read. Deliberately absent: a signature; whoever can rewrite every entry can rewrite the manifest too, so the hash of the
 * manifest is printed when an archive is made and when it is read, to be compared by eye or with --expect.
 */

import { z } from 'zod';
import { SophiaError } from '../../../shared/errors.ts';
import { CHECKPOINT_CHOICES } from '../../../shared/kinds/checkpoint-choice.ts';
import { namesOf } from '../../../shared/kinds/kind.ts';

/** Name of the manifest within the archive. */
export const MANIFEST = 'manifest.json';
/** Folder of the rows: one file per table, each line one row, the first line its columns. */
export const ROWS = 'rows/';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const manifestSchema = z.strictObject({
  format: z.literal('sophia-archive'),
  version: z.literal(1),
  program: z.string().max(100),
  schema: z.int().min(1),
  createdAt: z.string().max(40),
  study: z.strictObject({ name: z.string().max(200), hash: z.string().max(200), runs: z.int().min(0) }),
  checkpoints: z.enum(namesOf(CHECKPOINT_CHOICES)),
  models: z.array(
    z.strictObject({ role: z.enum(['policy', 'trm']), name: z.string().max(4096), hash: z.string().max(200) }),
  ),
  datasets: z.array(z.strictObject({ name: z.string().max(64), questionsHash: sha256 })),
  files: z.array(z.strictObject({ path: z.string().max(4096), bytes: z.int().min(0), sha256 })).max(200_000),
});

/** A checked manifest. `models` are named with the hash of their weights; their files are not in the archive. */
export type ArchiveManifest = z.infer<typeof manifestSchema>;
/** One file of an archive. */
export type ArchivedFile = ArchiveManifest['files'][number];

/** Reads a manifest's text. @throws SophiaError 'data' naming the field at fault. */
export function parseManifest(text: string, archive: string): ArchiveManifest {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw refused(archive, `${MANIFEST} is not JSON (${(error as Error).message})`);
  }
  const read = manifestSchema.safeParse(data);
  if (read.success) return read.data;
  const { version } = (data ?? {}) as { version?: unknown };
  if (typeof version === 'number' && version > 1)
    throw refused(archive, `it is of format version ${version}; this program reads version 1`);
  const [issue] = read.error.issues;
  throw refused(archive, `${MANIFEST}: ${issue!.path.join('.') || 'manifest'}: ${issue!.message}`);
}

/** The one error of an archive that is not taken: which file, and why. */
export function refused(archive: string, why: string, cause?: unknown): SophiaError {
  return new SophiaError('data', `The archive ${archive} is refused: ${why}.`, undefined, { cause });
}
