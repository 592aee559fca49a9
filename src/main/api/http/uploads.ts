/**
 * Files that the page brings in (dropped or chosen in a browser): `POST /upload?batch=B&path=P&at=N` appends a piece of at most 16 MiB
 * at offset N to HOME/uploads/B/P. An import takes them from there; what is left over goes with the next start of the engine.
 */
import { createWriteStream, existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SophiaError } from '../../../shared/errors.ts';

/** Bytes of one piece at most. */
const PIECE_BYTES = 16 * 2 ** 20;
const BATCH = /^[a-z0-9]{8,40}$/;
/** One part of a path: no separators, no control characters, nothing that Windows reads otherwise, not "." or "../..". */
const PART = /^(?!\.{1,2}$)[^\\/:*?"<>|\p{Cc}]{1,200}$/u;

/** Folder of the uploads of a home. */
export const uploadsFolder = (home: string): string => join(home, 'uploads');

/** The folder of one batch. @throws SophiaError 'usage' for a name that no page gives. */
export function uploadedBatch(home: string, batch: string): string {
  if (!BATCH.test(batch)) throw new SophiaError('usage', 'This is no batch of uploaded files.');
  return join(uploadsFolder(home), batch);
}

/** Where a file of a batch lies. @throws SophiaError 'usage' for a path that would leave the batch. */
export function uploadedFile(home: string, batch: string, path: string): string {
  const parts = path.split('/');
  if (parts.length > 20 || !parts.every((part) => PART.test(part)))
    throw new SophiaError('usage', `"${path.slice(0, 80)}" cannot name an uploaded file.`);
  return join(uploadedBatch(home, batch), ...parts);
}

/** A failure over files of a batch in the names that the user gave them: the folder that they lie in here says nothing to who sent them. */
export function underGivenNames(error: unknown, home: string, batch: string | undefined): unknown {
  if (batch === undefined || !(error instanceof SophiaError)) return error;
  const message = error.message.replaceAll(join(uploadedBatch(home, batch), '/'), '');
  return new SophiaError(error.code, message, undefined, { cause: error });
}

/** Removes a batch, or all of them. */
export function forgetUploads(home: string, batch?: string): void {
  rmSync(batch === undefined ? uploadsFolder(home) : uploadedBatch(home, batch), { recursive: true, force: true });
}

/** Answers one piece of an upload: 204, or 4xx with one line. */
export async function takeUpload(home: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const query = new URL(request.url ?? '', 'http://localhost').searchParams;
    const file = uploadedFile(home, query.get('batch') ?? '', query.get('path') ?? '');
    const at = Number(query.get('at'));
    const have = existsSync(file) ? statSync(file).size : 0;
    if (at !== have) throw new SophiaError('conflict', `The file has ${have} bytes so far; the piece is for ${at}.`);
    mkdirSync(dirname(file), { recursive: true });
    await pipeline(request, atMost(PIECE_BYTES), createWriteStream(file, { flags: 'a' }));
    response.writeHead(204);
    response.end();
  } catch (error) {
    const known = error instanceof SophiaError;
    if (!known) console.error('upload:', error);
    response.writeHead(known ? 400 : 507, { 'Content-Type': 'application/json; charset=utf-8', Connection: 'close' });
    const message = known ? error.message : 'The file could not be stored. Is the disk full?';
    response.end(JSON.stringify({ error: { message } }));
  }
}

function atMost(bytes: number): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > bytes) done(new SophiaError('usage', `A piece may have ${bytes} bytes at most.`));
      else done(null, chunk);
    },
  });
}
