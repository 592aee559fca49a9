/**
 * Pictures of questions: `/image?question=chart/test/000007&size=224`. Embedded ones are drawn from their id or their stored scene, those
 * of imported data sets read from the file that the set names: no path ever comes from a request.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Question } from '../../../shared/question.ts';
import type { ApiContext } from '../context.ts';
import { importedQuestion } from '../datasets.ts';

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
    const question = await embeddedQuestion(context.store, id);
    const png =
      question === null
        ? await importedPng(context, id, size)
        : (await import('../../tasks/scene/render.ts')).renderPng(question, size);
    if (png === null) return notFound(response);
    response.writeHead(200, { 'Content-Type': 'image/png', 'Cache-Control': 'private, max-age=86400' });
    response.end(png);
  } catch (error) {
    console.error('image:', error);
    notFound(response);
  }
}

/** The question of an id with its scene: as its run stored it, else made again from the id; null where it has none. */
export async function embeddedQuestion(store: ApiContext['store'], id: string): Promise<Question | null> {
  const { isEmbeddedId, questionById } = await import('../../tasks/embedded-ids.ts');
  const stored = store.question(id);
  if (stored?.scene != null) return stored;
  return isEmbeddedId(id) ? questionById(id) : null;
}

async function importedPng(context: ApiContext, id: string, size: number): Promise<Buffer | null> {
  const found = await importedQuestion(context, id);
  if (found === null || found.question.image === null) return null;
  const { datasetPng } = await import('../../tasks/import/dataset-picture.ts');
  return datasetPng(found.dataset, found.question, size);
}

function notFound(response: ServerResponse): void {
  if (!response.headersSent) response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end('This question has no picture here.');
}
