/** `POST /upload?batch=B&path=P&at=N` appends a piece of at most 16 MiB at offset N to a file of a batch (services/uploads.ts). */
import { createWriteStream, existsSync, mkdirSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SophiaError } from '../../../shared/errors.ts';
import { refuseLostHome } from '../../model/home/home-marks.ts';
import { uploadedFile } from '../../services/uploads.ts';
import { hasLeft } from './reader.ts';

/** Bytes of one piece at most. */
const PIECE_BYTES = 16 * 2 ** 20;

/** Answers one piece of an upload: 204, or 4xx with one line. */
export async function takeUpload(home: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const query = new URL(request.url ?? '', 'http://localhost').searchParams;
    const file = uploadedFile(home, query.get('batch') ?? '', query.get('path') ?? '');
    const at = Number(query.get('at'));
    const have = existsSync(file) ? statSync(file).size : 0;
    if (at !== have) throw new SophiaError('conflict', `The file has ${have} bytes so far; the piece starts at ${at}.`);
    refuseLostHome(file);
    mkdirSync(dirname(file), { recursive: true });
    await pipeline(request, atMost(PIECE_BYTES), createWriteStream(file, { flags: 'a' }));
    response.writeHead(204);
    response.end();
  } catch (error) {
    if (hasLeft(request)) return;
    const known = error instanceof SophiaError;
    if (!known) console.error('upload:', error);
    response.writeHead(known ? 400 : isFull(error) ? 507 : 500, {
      'Content-Type': 'application/json; charset=utf-8',
      Connection: 'close',
    });
    const why = isFull(error) ? 'the disk is full' : (error as Error).message;
    const message = known ? error.message : `The file could not be stored: ${why}.`;
    response.end(JSON.stringify({ error: { message } }));
  }
}

const isFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');

function atMost(bytes: number): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > bytes) done(new SophiaError('usage', `A piece may have at most ${bytes} bytes.`));
      else done(null, chunk);
    },
  });
}
