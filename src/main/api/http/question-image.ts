/** Pictures of questions: `/image?question=chart/test/000007&size=224`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { SophiaError } from '../../../shared/errors.ts';
import { askedPicture } from '../../services/beside/asked.ts';
import { type ApiContext, placeOf } from '../context.ts';
import { readerLeaves } from './reader.ts';

const SIZES = { least: 56, most: 2048 } as const;

/** Answers with a PNG, or 404 where the question has no picture that can be drawn. */
export async function questionImage(
  context: ApiContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const query = new URL(request.url ?? '', 'http://localhost').searchParams;
    const wanted = Number(query.get('size') ?? 224);
    const size = Math.min(SIZES.most, Math.max(SIZES.least, Number.isFinite(wanted) ? Math.round(wanted) : 224));
    const at = Number(query.get('at') ?? 0);
    if (!Number.isInteger(at) || at < 0) return notFound(response);
    const asked = { question: query.get('question') ?? '', size, at };
    const png = await askedPicture(placeOf(context), context.store, asked, readerLeaves(response));
    if (png === null) return notFound(response);
    response.writeHead(200, { 'Content-Type': 'image/png', 'Cache-Control': 'private, max-age=86400' });
    response.end(png);
  } catch (error) {
    if (error instanceof SophiaError) return notFound(response, error.message);
    console.error('image:', error);
    notFound(response);
  }
}

function notFound(response: ServerResponse, why = 'This question has no picture here.'): void {
  if (!response.headersSent) response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(why);
}
