/** Who reads an answer, and when they leave. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A signal that comes when the connection closes before the answer has ended: what is done for it may stop. */
export function readerLeaves(response: ServerResponse): AbortSignal {
  const leaving = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) leaving.abort();
  });
  return leaving.signal;
}

/** Whether whoever asked has closed the connection. */
export const hasLeft = (request: IncomingMessage): boolean => request.socket.destroyed;
