/**
 * The built page. Only listed files are served, looked up by their exact path: there is nothing a request
 * could climb out of. Names with a content hash are cached for good, the rest is asked for again each time.
 */
import { createReadStream, existsSync, readdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
};

/** Answers GET and HEAD for the files of `folder`; returns false where there is no such file. */
export function staticFiles(folder: string): (request: IncomingMessage, response: ServerResponse) => boolean {
  let files = listed(folder);
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const wanted = (request.url ?? '/').split(/[?#]/)[0]!;
    if (wanted === '/') files = listed(folder); // the page may have been built again since
    const path = files.get(wanted === '/' ? '/index.html' : wanted);
    if (path === undefined) return false;
    response.setHeader('Content-Type', TYPES[extname(path)] ?? 'application/octet-stream');
    response.setHeader(
      'Cache-Control',
      wanted.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    );
    if (request.method === 'HEAD') response.end();
    else
      createReadStream(path)
        .on('error', () => response.destroy())
        .pipe(response);
    return true;
  };
}

/** URL path -> file, for every file of the folder. */
function listed(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  if (!existsSync(folder)) return files;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(`/${path.slice(folder.length).replaceAll('\\', '/').replace(/^\/+/, '')}`, path);
  }
  return files;
}
