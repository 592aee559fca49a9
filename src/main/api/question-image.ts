/**
 * Pictures of questions: `/image?question=chart/test/000007&size=224`. Only embedded questions, drawn from their id or their stored
 * scene: no path ever comes from a request.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiContext } from './context.ts';

const SIZES = { least: 56, most: 896 } as const;

/** Answers with a PNG, or 404 where the question has no picture that can be drawn. */
export async function questionImage(
  context: ApiContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const query = new URL(request.url ?? '', 'http://localhost').searchParams;
    const id = query.get('question') ?? '';
    const asked = Number(query.get('size') ?? 224);
    const size = Math.min(SIZES.most, Math.max(SIZES.least, Number.isFinite(asked) ? Math.round(asked) : 224));
    const { isEmbeddedId, questionById } = await import('../tasks/ids.ts');
    const { renderPng } = await import('../tasks/render.ts');
    const stored = context.store.question(id);
    const question = stored?.scene != null ? stored : isEmbeddedId(id) ? questionById(id) : null;
    if (question === null) return notFound(response);
    response.writeHead(200, { 'Content-Type': 'image/png', 'Cache-Control': 'private, max-age=86400' });
    response.end(renderPng(question, size));
  } catch (error) {
    console.error('image:', error);
    notFound(response);
  }
}

function notFound(response: ServerResponse): void {
  if (!response.headersSent) response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end('This question has no picture here.');
}
