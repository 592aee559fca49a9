/** A local HTTP server that answers as a test says, faults included; used by the endpoint's tests. */
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { after } from 'node:test';
import { SELF_SIGNED } from './self-signed.ts';

export type Handler = (
  request: http.IncomingMessage,
  response: http.ServerResponse,
  body: string,
  call: number,
) => void;
export const servers: http.Server[] = [];
after(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server whose calls are handled by `handler`; returns its base URL and what it saw. */
export async function serve(handler: Handler, tls = false) {
  const seen: { url: string; headers: http.IncomingHttpHeaders; body: string }[] = [];
  let open = 0;
  const stats = { mostOpen: 0 };
  const listener: http.RequestListener = (incoming, response) => {
    let body = '';
    stats.mostOpen = Math.max(stats.mostOpen, ++open);
    response.on('close', () => open--);
    incoming.on('data', (chunk) => {
      body += chunk;
    });
    incoming.on('end', () => {
      seen.push({ url: incoming.url ?? '', headers: incoming.headers, body });
      handler(incoming, response, body, seen.length);
    });
  };
  const server = tls ? https.createServer(SELF_SIGNED, listener) : http.createServer(listener);
  server.keepAliveTimeout = 600_000; // on a slow machine it must not close just as the next request comes
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return { base, seen, stats };
}

export const say = (content: unknown, more: object = {}): string =>
  JSON.stringify({
    choices: [{ message: { content }, ...more }],
    usage: { prompt_tokens: 10, completion_tokens: 2 },
  });
export const reply =
  (content: unknown, more: object = {}): Handler =>
  (_, response) =>
    response.end(say(content, more));
export const status =
  (code: number, headers: http.OutgoingHttpHeaders = {}): Handler =>
  (_, response) =>
    response.writeHead(code, headers).end('nope');
