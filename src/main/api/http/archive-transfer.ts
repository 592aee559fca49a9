/**
 * Archives over HTTP, streamed both ways: `GET /archive?study=ID&checkpoints=last` answers with the file, `POST /archive` takes one as its
 * body and answers with {studyId, name, runs, hash} or {error: {message}}. Deliberately absent: verifying, which trains for as long as the
 * run did (`sophia study verify`).
 */

import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { exitCodeOf, SophiaError } from '../../../shared/errors.ts';
import { CHECKPOINT_CHOICES, type CheckpointChoice } from '../../../shared/kinds/checkpoint-choice.ts';
import { kindNamed, namesOf } from '../../../shared/kinds/kind.ts';
import { refuseLostHome } from '../../model/home/home-marks.ts';
import { fileNameOf } from '../../model/io/path-names.ts';
import { takeArchive } from '../../services/studies/take-archive.ts';
import { archiveStudy } from '../../store/archive/write-archive.ts';
import { type ApiContext, placeOf } from '../context.ts';
import { hasLeft } from './reader.ts';

/** Answers a request of either kind; failures are one line of JSON while that is still possible, else a broken connection. */
export async function transferArchive(
  context: ApiContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await (request.method === 'POST' ? receive : give)(context, request, response);
  } catch (error) {
    if (hasLeft(request)) return; // nobody to tell, and nothing wrong here
    if (!(error instanceof SophiaError)) console.error('archive:', error);
    if (response.headersSent) return void response.destroy();
    const message = error instanceof SophiaError ? error.message : 'The archive could not be processed; see the log.';
    response.writeHead(exitCodeOf(error) === 2 ? 400 : 422, {
      'Content-Type': 'application/json',
      Connection: 'close',
    });
    response.end(JSON.stringify({ error: { message } }));
  }
}

async function give({ store, engine }: ApiContext, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const query = new URL(request.url ?? '', 'http://localhost').searchParams;
  const checkpoints = (query.get('checkpoints') ?? 'last') as CheckpointChoice;
  if (kindNamed(CHECKPOINT_CHOICES, checkpoints) === undefined)
    throw new SophiaError('usage', `checkpoints: one of ${namesOf(CHECKPOINT_CHOICES).join(', ')}.`);
  const { id, name } = store.study(Number(query.get('study')));
  const { bytes, done } = archiveStudy(store, id, { checkpoints, program: engine.status().version });
  response.writeHead(200, {
    'Content-Type': 'application/zip',
    'Content-Disposition': attachment(`${fileNameOf(name)}.sophia.zip`),
  });
  await Promise.all([done, pipeline(bytes, response)]);
}

async function receive(context: ApiContext, request: IncomingMessage, response: ServerResponse): Promise<void> {
  refuseLostHome(context.store.paths.home);
  const folder = await mkdtemp(join(context.store.paths.home, '.upload-'));
  try {
    const file = join(folder, 'archive.zip');
    await pipeline(request, createWriteStream(file));
    const imported = await takeArchive({ ...context, place: placeOf(context) }, file);
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(imported));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The header that names a download: in letters that every browser takes, and (RFC 5987) as it is. */
function attachment(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '-');
  const whole = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`;
}
