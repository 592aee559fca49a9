/** Who sends a request and reads its answer, when they leave, and when they do neither any more. */
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

/**
 * Closes the connection unless the whole request has come within so many ms. Whether it has is asked at their end: of a request without a body, such
 * as the one for the live stream, nobody reads the end, and its connection must stay.
 */
export function closeUnlessSent(request: IncomingMessage, ms: number): void {
  if (request.complete) return;
  const timer = setTimeout(() => request.complete || request.socket.destroy(), ms);
  const end = () => clearTimeout(timer);
  request.once('end', end).once('close', end);
}

/**
 * Closes the connection of a file on its way, in or out, once nothing of it has moved for so many ms: its other end is gone without a word, and a snapshot of
 * the database or a half file must not wait for it. However slow, it may take as long as it takes.
 */
export function closeWhenStill(request: IncomingMessage, response: ServerResponse, ms: number): void {
  const { socket } = request;
  const moved = () => socket.bytesRead + socket.bytesWritten;
  let before = moved();
  const timer = setInterval(() => {
    const isOurTurn = request.method === 'POST' && request.complete; // what was sent is being worked on
    if (moved() === before && !isOurTurn) socket.destroy();
    before = moved();
  }, ms);
  timer.unref();
  response.once('close', () => clearInterval(timer));
}
