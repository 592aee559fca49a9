/**
 * The built page, by `send`: sirv, which is smaller, gives its stream no error handler, so that a file that goes while the page is built
 * anew would end the engine. Names with a content hash are cached for good, the rest is asked for again each time.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import send from 'send';
import { firstPart } from '../../../shared/text/first-part.ts';

/** Answers GET and HEAD for the files of `folder`; calls `notFound` where there is no such file. */
export function staticFiles(folder: string) {
  return (request: IncomingMessage, response: ServerResponse, notFound: () => void): void => {
    const path = firstPart(request.url ?? '/', /[?#]/);
    const caching = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
    if (request.method !== 'GET' && request.method !== 'HEAD') notFound();
    else
      send(request, path, { root: folder, dotfiles: 'ignore', cacheControl: false })
        .on('headers', () => void response.setHeader('Cache-Control', caching))
        .on('directory', notFound)
        .on('error', () => (response.headersSent ? response.destroy() : notFound()))
        .pipe(response);
  };
}
