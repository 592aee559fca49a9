import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { newToken } from '../../src/main/api/http/token.ts';
import { clientOf, type TestEngine, testEngine } from '../setup/with-engine.ts';

let engine: TestEngine;
before(async () => {
  engine = await testEngine();
});
after(() => engine.end());

/** One request with exactly these headers; node:http sends what a browser would not let a script choose. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET', body = '') {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>((resolve, reject) => {
    const url = new URL(engine.url);
    const sent = request({ host: url.hostname, port: url.port, path, method, headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const bearer = () => ({ Authorization: `Bearer ${engine.token}` });
const STATUS = '/api/engine.status';

test('the token opens the API, and nothing else does', async () => {
  assert.equal((await ask(STATUS, bearer())).status, 200);
  assert.equal((await ask(STATUS)).status, 401);
  assert.equal((await ask(STATUS, { Authorization: `Bearer ${newToken()}` })).status, 401);
  assert.equal((await ask(STATUS, { Authorization: `Bearer ${engine.token}x` })).status, 401);
  assert.equal((await ask(`${STATUS}?token=${engine.token}`)).status, 401, 'not in the URL');
  assert.equal((await ask('/image?question=chart/test/000001')).status, 401);
  await assert.rejects(clientOf(engine.url, 'wrong').engine.status.query());
});

test('a wrong Host is refused, whatever else is right (DNS rebinding)', async () => {
  const { port } = new URL(engine.url);
  for (const Host of [`evil.example:${port}`, 'evil.example', '127.0.0.1.evil.example', `10.0.0.7:${port}`]) {
    assert.equal((await ask(STATUS, { ...bearer(), Host })).status, 403, Host);
    assert.equal((await ask('/', { Host })).status, 403, Host);
  }
  for (const Host of [`localhost:${port}`, `127.0.0.1:${port}`, 'localhost:9999', `[::1]:${port}`]) {
    assert.equal((await ask(STATUS, { ...bearer(), Host })).status, 200, Host);
  }
});

test('a page of another origin is refused even with the token', async () => {
  for (const Origin of ['https://evil.example', 'null', 'http://127.0.0.1:1', 'file://', 'not a url']) {
    assert.equal((await ask(STATUS, { ...bearer(), Origin })).status, 403, Origin);
  }
  assert.equal((await ask(STATUS, { ...bearer(), Origin: engine.url })).status, 200);
  assert.equal((await ask(STATUS, { ...bearer(), 'Sec-Fetch-Site': 'cross-site' })).status, 403);
  assert.equal((await ask(STATUS, { ...bearer(), 'Sec-Fetch-Site': 'same-site' })).status, 403);
  const preflight = await ask(
    STATUS,
    { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' },
    'OPTIONS',
  );
  assert.equal(preflight.status, 403);
  assert.equal(preflight.headers['access-control-allow-origin'], undefined);
});

test('every answer carries the policy that keeps the page alone', async () => {
  for (const path of ['/', STATUS, '/nowhere']) {
    const { headers } = await ask(path);
    assert.match(String(headers['content-security-policy']), /default-src 'none'.*frame-ancestors 'none'/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['x-frame-options'], 'DENY');
    assert.equal(headers['access-control-allow-origin'], undefined);
  }
});

test('no path leads out of the page folder', async () => {
  const paths = [
    '/../package.json',
    '/..%2fpackage.json',
    '/%2e%2e/package.json',
    '/assets/../../../package.json',
    '/..\\package.json',
  ];
  for (const path of [...paths, '//etc/passwd', '/index.html/../../engine.json', '/\0', '/sophia.db']) {
    const raw = await rawStatus(path);
    assert.match(raw, / (404|400) /, path);
  }
});

test('wrong input is one line with its field, without a stack', async () => {
  const answer = await ask(`/api/studies.get?input=${encodeURIComponent('{"id":-1}')}`, bearer());
  assert.equal(answer.status, 400);
  const { error } = JSON.parse(answer.body);
  assert.match(error.message, /^id: /);
  assert.deepEqual(Object.keys(error.data).sort(), ['code', 'httpStatus', 'sophia']);
  assert.doesNotMatch(answer.body, /node_modules|\.ts:\d/);
  assert.equal((await ask('/api/engine.status.__proto__', bearer())).status, 404);
});

test('errors keep their kind and their text', async () => {
  const answer = await ask(`/api/studies.get?input=${encodeURIComponent('{"id":99}')}`, bearer());
  assert.equal(answer.status, 400);
  const { error } = JSON.parse(answer.body);
  assert.equal(error.message, 'There is no study number 99. See `sophia study list`.');
  assert.equal(error.data.sophia, 'usage');
});

test('a long question comes by POST; a change never comes by GET', async () => {
  const json = { ...bearer(), 'Content-Type': 'application/json' };
  const note = 'x'.repeat(50_000); // more than any address holds
  const yaml = `# ${note}\nname: long\nvariants: [grpo]\nseeds: [0]\n`;
  const long = await ask('/api/studies.check', json, 'POST', JSON.stringify({ yaml, where: 'study' }));
  assert.equal(long.status, 200);
  assert.equal(JSON.parse(long.body).result.data.study.name, 'long');
  const change = await ask(`/api/studies.start?input=${encodeURIComponent('{"yaml":"","where":"x"}')}`, bearer());
  assert.equal(change.status, 405);
});

test('a body that is too large is refused', async () => {
  const body = JSON.stringify({ yaml: 'x'.repeat(3 * 2 ** 20) });
  const answer = await ask(
    '/api/studies.start',
    { ...bearer(), 'Content-Type': 'application/json' },
    'POST',
    body,
  ).catch(() => null);
  if (answer !== null) assert.equal(answer.status, 413);
  assert.equal((await ask(STATUS, bearer())).status, 200, 'and the server goes on');
});

function rawStatus(path: string): Promise<string> {
  const { port } = new URL(engine.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    });
    let text = '';
    socket.on('data', (chunk) => (text += chunk));
    socket.on('end', () => resolve(text.split('\r\n')[0]!));
    socket.on('error', reject);
  });
}
