/**
 * The one hash of what files hold: of checkpoints, models, imported files. It is read piece by piece, so a file may be larger than the
 * memory and than the 2 GiB that Node reads at once. The definition is recorded with every checkpoint and must never change.
 * Deliberately absent: threads and caches (content-hash-thread.ts).
 */
import { createHash, type Hash } from 'node:crypto';
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** sha256 (hex) and the bytes of the files it covers. */
export interface ContentHash {
  readonly hash: string;
  readonly bytes: number;
}

/** What of a folder counts. */
export interface ContentChoice {
  /** Leaves out names that begin with a dot, and what lies below them (.git, a download's .cache): no part of a model. */
  readonly withoutHidden?: boolean;
}

/** Bytes read at once. */
const PIECE = 1 << 20;
/** Bytes given to a digest at once; Node refuses 2 GiB. */
const UPDATE = 1 << 30;

/**
 * sha256 of a file's bytes; of a folder: over name, NUL and content of its files in name order, deeply, names with "/". Links to files are
 * followed. Blocks while it reads. @throws what the file system throws, such as ENOENT.
 */
export function contentHash(path: string, choice: ContentChoice = {}): ContentHash {
  const digest = createHash('sha256');
  const piece = Buffer.allocUnsafe(PIECE);
  let bytes = 0;
  for (const name of contentFiles(path, choice)) {
    if (name !== '') digest.update(`${name}\0`);
    const fd = openSync(join(path, name), 'r');
    try {
      for (let got = readSync(fd, piece); got > 0; got = readSync(fd, piece)) {
        digest.update(piece.subarray(0, got));
        bytes += got;
      }
    } finally {
      closeSync(fd);
    }
  }
  return { hash: digest.digest('hex'), bytes };
}

/** The files that contentHash reads, relative to `path` and in its order; of a file one empty name: itself. */
export function contentFiles(path: string, { withoutHidden = false }: ContentChoice = {}): string[] {
  if (!statSync(path).isDirectory()) return [''];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => !withoutHidden || !name.split('/').some((part) => part.startsWith('.')))
    .filter((name) => statSync(join(path, name)).isFile())
    .sort();
}

/** Adds memory of any size to a digest; the same as one update of all of it. */
export function updateWith(digest: Hash, view: NodeJS.ArrayBufferView): Hash {
  for (let at = 0; at < view.byteLength; at += UPDATE) {
    const length = Math.min(UPDATE, view.byteLength - at);
    digest.update(new Uint8Array(view.buffer, view.byteOffset + at, length));
  }
  return digest;
}
