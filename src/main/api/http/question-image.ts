/** Pictures of questions: `/image?question=chart/test/000007&size=224`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { questionPng } from '../../services/questions/question-picture.ts';
import type { ApiContext } from '../context.ts';

const SIZES = { least: 56, most: 2048 } as const;

/** Answers with a PNG, or 404 where the question has no picture that can be drawn. */
export async function questionImage(
  { store }: ApiContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const query = new URL(request.url ?? '', 'http://localhost').searchParams;
    const asked = Number(query.get('size') ?? 224);
    const size = Math.min(SIZES.most, Math.max(SIZES.least, Number.isFinite(asked) ? Math.round(asked) : 224));
    const at = Number(query.get('at') ?? 0);
    const png =
      Number.isInteger(at) && at >= 0 ? await questionPng(store, query.get('question') ?? '', size, at) : null;
    if (png === null) return notFound(response);
    response.writeHead(200, { 'Content-Type': 'image/png', 'Cache-Control': 'private, max-age=86400' });
    response.end(png);
  } catch (error) {
    console.error('image:', error);
    notFound(response);
  }
}

function notFound(response: ServerResponse): void {
  if (!response.headersSent) response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end('This question has no picture here.');
}
