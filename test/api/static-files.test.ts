/** The built page's files over HTTP: what kind they are said to be, how long they are kept, and what is not served. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { staticFiles } from '../../src/main/api/http/static-files.ts';

const outside = mkdtempSync(join(tmpdir(), 'sophia-page-'));
const folder = join(outside, 'page');
mkdirSync(join(folder, 'assets'), { recursive: true });
mkdirSync(join(outside, 'page-of-others'));
writeFileSync(join(outside, 'secret.txt'), 'secret');
writeFileSync(join(outside, 'page-of-others/secret.txt'), 'secret');
writeFileSync(join(folder, '.secret'), 'secret');
writeFileSync(join(folder, 'index.html'), '<!doctype html>');
writeFileSync(join(folder, 'assets/page-1a2b.js'), 'export {};');
writeFileSync(join(folder, 'assets/font-3c4d.woff2'), 'font');

const page = staticFiles(folder);
const server = createServer((asked, response) =>
  page(asked, response, () => {
    response.writeHead(404);
    response.end('nothing here');
  }),
);
before(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
after(() => {
  server.close();
  rmSync(outside, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The path goes out as it stands: fetch would tidy up what climbs. */
function ask(path: string, { method = 'GET', headers = {} } = {}): Promise<Answer> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      let body = '';
      response.on('data', (piece) => {
        body += piece;
      });
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

test('files come with their kind; those with a hash in their name are kept for good, the page is asked for again', async () => {
  const start = await ask('/?from=a#link');
  assert.deepEqual([start.status, start.body], [200, '<!doctype html>']);
  assert.match(start.headers['content-type']!, /^text\/html; ?charset=utf-8$/i);
  assert.equal(start.headers['cache-control'], 'no-cache');
  const script = await ask('/assets/page-1a2b.js');
  assert.match(script.headers['content-type']!, /^text\/javascript/);
  assert.equal(script.headers['cache-control'], 'public, max-age=31536000, immutable');
  assert.equal((await ask('/assets/font-3c4d.woff2')).headers['content-type'], 'font/woff2');
});

test('a page that is known comes again without its bytes; HEAD has none', async () => {
  const { headers } = await ask('/');
  const again = await ask('/', { headers: { 'If-None-Match': headers.etag! } });
  assert.deepEqual([again.status, again.body], [304, '']);
  const head = await ask('/index.html', { method: 'HEAD' });
  assert.deepEqual([head.status, head.body, head.headers['content-length']], [200, '', '15']);
});

test('what is no file of the page is not found, however it is asked for', async () => {
  const climbing = [
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/..\\secret.txt',
  ];
  const others = [
    '/../page-of-others/secret.txt',
    '/.secret',
    '/assets',
    '/assets/',
    '/none.js',
    '/%00',
    '/%zz',
    '//index.html/',
  ];
  for (const path of [...climbing, ...others]) {
    const { status, body } = await ask(path);
    assert.deepEqual([status, body], [404, 'nothing here'], path);
  }
  assert.equal((await ask('/', { method: 'POST' })).status, 404);
});

test('a page that is built anew is served as it is now', async () => {
  writeFileSync(join(folder, 'assets/page-5e6f.js'), 'export const x = 1;');
  rmSync(join(folder, 'assets/page-1a2b.js'));
  assert.equal((await ask('/assets/page-5e6f.js')).body, 'export const x = 1;');
  assert.equal((await ask('/assets/page-1a2b.js')).status, 404);
});
