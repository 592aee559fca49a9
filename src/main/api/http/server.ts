/**
 * The one server: the page's files for anyone on this machine, the API and pictures for holders of the token and for browsers that once
 * came with it, nothing for foreign pages or hosts. Listens on 127.0.0.1 unless asked otherwise.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { SophiaError } from '../../../shared/errors.ts';
import { firstPart } from '../../../shared/text/first-part.ts';
import type { ApiContext } from '../context.ts';
import { appRouter } from '../router.ts';
import { redeemTicket } from './archive-tickets.ts';
import { transferArchive } from './archive-transfer.ts';
import { type BrowserSecret, browserCookie, type CookieState, cookieState } from './known-browsers.ts';
import { questionImage } from './question-image.ts';
import { closeUnlessSent, closeWhenStill } from './reader.ts';
import { isOwnPage, refusalOf, setSafeHeaders } from './request-guard.ts';
import { staticFiles } from './static-files.ts';
import { isAuthorized } from './token.ts';
import { takeUpload } from './uploads.ts';

/** What the server needs. */
export interface ServerOptions {
  readonly context: ApiContext;
  readonly token: string;
  /** What cookies of known browsers are signed with now. */
  readonly browsers: { readonly secret: BrowserSecret; forget(): void };
  readonly pageFolder: string;
  /** 0: any free port. */
  readonly port: number;
  readonly host: string;
  /** How long a file on its way may stand still, in ms; for tests. */
  readonly stillMs?: number;
}

/** A listening server. */
export interface RunningServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** How long a request may take to come, files aside; and how long a file on its way may stand still. */
const SENT_MS = 30_000;
const STILL_MS = 60_000;
/** Paths by which files go in and out. */
const FILES = ['/archive', '/upload'];
/** Calls of one request: the page's own requests have addresses of at most 4,000 characters. */
const MOST_CALLS = 400;
/** Largest request body: a study file with room to spare. */
const BODY_BYTES = 2 ** 20;

/** Starts listening; a taken port is one clear line. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host } = options;
  const server = createServer(requestHandler(options));
  server.requestTimeout = 0; // a large archive takes as long as its line needs: requestHandler sees to the rest
  server.headersTimeout = 10_000;
  await listen(server, options.port, host);
  const { port } = server.address() as AddressInfo;
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${name}:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function requestHandler({ context, token, browsers, pageFolder, host, stillMs = STILL_MS }: ServerOptions) {
  const page = staticFiles(pageFolder);
  const api = createHTTPHandler({
    router: appRouter,
    basePath: '/api/',
    createContext: () => context,
    maxBodySize: BODY_BYTES,
    allowMethodOverride: true, // a question too long for an address comes by POST; a change still never comes by GET
    onError: ({ error, path }) => {
      if (error.code === 'INTERNAL_SERVER_ERROR') console.error(`api ${path}:`, error.cause ?? error);
    },
  });
  return (request: IncomingMessage, response: ServerResponse) => {
    setSafeHeaders(response);
    const refusal = refusalOf(request, [host]);
    if (refusal !== null) return refuse(response, 403, refusal);
    const path = firstPart(request.url ?? '/', /[?#]/);
    if (FILES.includes(path)) closeWhenStill(request, response, stillMs);
    else closeUnlessSent(request, SENT_MS);
    const guarded = path.startsWith('/api/') || ['/image', '/archive', '/upload', '/session'].includes(path);
    if (!guarded) {
      return page(request, response, () => refuse(response, 404, 'Not found.'));
    }
    const ticket = path === '/archive' && request.method === 'GET' ? redeemTicket(request.url) : null;
    if (ticket !== null) request.url = `/archive?${ticket}`;
    else {
      const cookie = isOwnPage(request) ? cookieState(browsers.secret, request.headers.cookie) : 'none';
      const hasToken = isAuthorized(request.headers.authorization, token);
      if (!hasToken && cookie !== 'known' && cookie !== 'ageing')
        return refuse(response, 401, unknownBrowser(cookie, request.headers.authorization !== undefined));
      // `POST /session?forget=others`: this browser alone stays known.
      if (path === '/session' && request.method === 'POST' && request.url?.endsWith('?forget=others'))
        browsers.forget();
      if (cookie === 'ageing' || path === '/session') response.setHeader('Set-Cookie', browserCookie(browsers.secret));
    }
    if (request.method !== 'GET' && request.method !== 'POST')
      return refuse(response, 405, 'Only GET and POST are allowed.');
    response.setHeader('Cache-Control', 'no-store');
    if (path === '/session') response.writeHead(204).end();
    else if (path === '/image') void questionImage(context, request, response);
    else if (path === '/archive') void transferArchive(context, request, response);
    else if (path === '/upload') void takeUpload(context.store.paths.home, request, response);
    else if (path.split(',').length > MOST_CALLS) refuse(response, 413, `A request holds at most ${MOST_CALLS} calls.`);
    else api(request, response);
  };
}

/** Why a request is not let in, and what lets it in. */
function unknownBrowser(cookie: CookieState, hadToken: boolean): string {
  const why = hadToken
    ? 'This link is from an earlier start of the engine, and this browser is not known here.'
    : cookie === 'wrong'
      ? 'This browser is no longer known here: its cookie was changed, or all browsers were forgotten in Settings.'
      : cookie === 'ended'
        ? 'This browser was let in more than 400 days ago.'
        : 'This browser is not known here.';
  return `${why} Open the address with a token that the engine printed (\`sophia start\` prints it again): from then on every tab works, also after a restart.`;
}

/** A plain refusal in tRPC's form, whose client shows no message without a code; the body of a refused request is not read. */
function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', Connection: 'close' });
  response.end(JSON.stringify({ error: { message, code: -32_000 - (status - 400) } }));
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port, host)));
    server.listen(port, host, () => resolve());
  });
}

function listenError(error: NodeJS.ErrnoException, port: number, host: string): unknown {
  if (error.code === 'EADDRINUSE') {
    return new SophiaError(
      'conflict',
      `Port ${port} of ${host} is used by another program.`,
      'Choose another with --port.',
    );
  }
  if (error.code === 'EACCES') {
    return new SophiaError('environment', `You may not use port ${port}.`, 'Choose one above 1023 with --port.');
  }
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return new SophiaError('usage', `${host} is not an address of this machine.`, 'Use 127.0.0.1, or 0.0.0.0 for all.');
  }
  return error;
}
