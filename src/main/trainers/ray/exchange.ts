/**
 * One request to Ray over node:http alone: Ray answers 405 to whatever looks like a browser, and fetch() sends the headers of one.
 */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { type AnswerBounds, readAnswer } from '../../model/remote/remote-answer.ts';

/** What is sent, and how much may come back. */
export interface Exchange {
  readonly method: string;
  readonly body: Buffer | undefined;
  readonly token: string | null;
  readonly timeout: number;
  readonly bounds: AnswerBounds;
}

/** Sends it; resolves to the answer's status, text and where it leads on. @throws AnswerCutOff, or what happened to the connection, in words */
export function exchange(
  url: URL,
  { method, body, token, timeout, bounds }: Exchange,
): Promise<{ status: number; text: string; location: string }> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const headers = {
    Accept: 'application/json',
    ...(token !== null && { Authorization: `Bearer ${token}` }),
    ...(body !== undefined && {
      'Content-Type': method === 'PUT' ? 'application/octet-stream' : 'application/json',
      'Content-Length': body.length,
    }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, signal: AbortSignal.timeout(timeout) }, (answer) => {
      readAnswer(answer, bounds).then(
        (text) => resolve({ status: answer.statusCode ?? 0, text, location: answer.headers.location ?? '' }),
        (error: NodeJS.ErrnoException) => {
          sent.destroy();
          reject(error.code === 'ECONNRESET' ? new Error('its answer broke off') : inTime(error));
        },
      );
    });
    sent.on('error', (error) => reject(inTime(error)));
    sent.end(body);
  });
}

const inTime = (error: Error): Error =>
  error.name === 'TimeoutError' || error.name === 'AbortError' ? new Error('no answer in time') : error;
