/** Each way in: with the start link's token, by the cookie that it was exchanged for, and all that must not be one. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { browserCookie, cookieState } from '../../src/main/api/http/known-browsers.ts';
import { newToken } from '../../src/main/api/http/token.ts';
import { type TestEngine, testEngine } from '../setup/with-engine.ts';

let engine: TestEngine;
before(async () => {
  engine = await testEngine();
});
after(() => engine.end());

type Headers = Record<string, string>;
interface Answer {
  readonly status: number;
  readonly cookie: string | undefined;
  readonly type: string | undefined;
  readonly says: string;
}

/** One request with exactly these headers; a stream is read up to its first piece. */
function ask(path: string, headers: Headers = {}, method = 'GET', body: string | Buffer = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(engine.url);
    const sent = request({ host: hostname, port, path, method, headers, agent: false }, (response) => {
      const type = response.headers['content-type'];
      let text = '';
      const end = () => {
        const parsed = /json/.test(type ?? '') ? (JSON.parse(text) as { error?: { message: string } }) : {};
        const cookie = response.headers['set-cookie']?.[0];
        resolve({ status: response.statusCode!, cookie, type, says: parsed.error?.message ?? '' });
      };
      response.on('data', (piece) => {
        text += piece;
        if (!type?.startsWith('text/event-stream')) return;
        end();
        sent.destroy();
      });
      response.on('end', end);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** What a page of this engine sends along. */
const own = (cookie: string): Headers => ({ Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' });
const bearer = (token = engine.token): Headers => ({ Authorization: `Bearer ${token}` });
const STATUS = '/api/engine.status';

/** Comes with the start link; the cookie as a browser sends it back. */
async function enter(): Promise<string> {
  const { status, cookie } = await ask('/session', bearer(), 'POST');
  assert.equal(status, 204);
  return cookie!.split(';')[0]!;
}

test('the start link is exchanged for a cookie that scripts cannot read and other sites do not send', async () => {
  const { cookie } = await ask('/session', bearer(), 'POST');
  assert.match(
    cookie!,
    /^sophia-[0-9a-f]{8}=[0-9a-z]+\.[\w-]{43}; Path=\/; Max-Age=34560000; HttpOnly; SameSite=Strict$/,
  );
  assert.equal((await ask(STATUS, bearer())).cookie, undefined, 'programs with the token get none');
});

test('the cookie opens every route that the token opens', async () => {
  const cookie = await enter();
  assert.equal((await ask(STATUS, own(cookie))).status, 200);
  const live = `/api/live?input=${encodeURIComponent('{"cursor":0}')}`;
  const stream = await ask(live, { ...own(cookie), Accept: 'text/event-stream' });
  assert.deepEqual([stream.status, stream.type], [200, 'text/event-stream']);
  const image = await ask('/image?question=chart/test/000001&size=64', own(cookie));
  assert.deepEqual([image.status, image.type], [200, 'image/png']);
  const Origin = engine.url;
  const upload = await ask(
    '/upload?batch=0011223344556677889900aa&path=a.txt&at=0',
    { ...own(cookie), Origin },
    'POST',
    'a',
  );
  assert.equal(upload.status, 204);
  const json = { 'Content-Type': 'application/json', Origin };
  assert.equal(
    (await ask('/api/settings.change', { ...own(cookie), ...json }, 'POST', '{"theme":"dark"}')).status,
    200,
  );
});

test('without a cookie every route says what to do', async () => {
  for (const [path, method] of [
    [STATUS, 'GET'],
    ['/api/live', 'GET'],
    ['/image?question=chart/test/000001', 'GET'],
    ['/archive?study=1', 'GET'],
    ['/upload?batch=0011223344556677889900aa&path=a.txt&at=0', 'POST'],
    ['/session', 'POST'],
    ['/session?forget=others', 'POST'],
  ] as const) {
    const { status, says, cookie } = await ask(path, { 'Sec-Fetch-Site': 'same-origin' }, method);
    assert.deepEqual([status, cookie], [401, undefined], path);
    assert.match(says, /^This browser is not known here\. Open the address with a token that the engine printed/);
  }
});

test('a changed, foreign or ended cookie is told apart', async () => {
  const cookie = await enter();
  const [name, value] = cookie.split('=') as [string, string];
  const [until, mac] = value.split('.') as [string, string];
  const later = (Number.parseInt(until, 36) + 1).toString(36);
  for (const changed of [
    `${later}.${mac}`,
    `${until}.${'A'.repeat(43)}`,
    `${until}.`,
    `.${mac}`,
    '',
    'x'.repeat(5000),
  ]) {
    const { status, says } = await ask(STATUS, own(`${name}=${changed}`));
    assert.equal(status, 401, changed);
    assert.match(says, /^This browser is no longer known here: its cookie was changed/);
  }
  const other = browserCookie({ id: '00000000', secret: 'of another home' }).split(';')[0]!;
  assert.match((await ask(STATUS, own(other))).says, /^This browser is not known here\./);
  assert.equal(
    (await ask(STATUS, own(`${other}; ${cookie}`))).status,
    200,
    'homes on one host do not disturb each other',
  );
  const ended = browserCookie(engine.engine.browsers.secret, Date.now() - 401 * 86_400_000).split(';')[0]!;
  assert.match((await ask(STATUS, own(ended))).says, /^This browser was let in more than 400 days ago\./);
});

test('a cookie in the second half of its life is renewed by any answer', async () => {
  const old = browserCookie(engine.engine.browsers.secret, Date.now() - 300 * 86_400_000).split(';')[0]!;
  const { status, cookie } = await ask(STATUS, own(old));
  assert.equal(status, 200);
  assert.equal(cookieState(engine.engine.browsers.secret, cookie!.split(';')[0]), 'known');
});

test('another site gets nothing by the cookie, from whatever browser', async () => {
  const cookie = await enter();
  const json = { 'Content-Type': 'application/json' };
  const change = (headers: Headers) =>
    ask('/api/settings.change', { Cookie: cookie, ...json, ...headers }, 'POST', '{}');
  for (const Origin of ['https://evil.example', 'null', 'http://127.0.0.1:1']) {
    assert.equal((await change({ Origin })).status, 403, Origin);
    assert.equal((await ask('/session?forget=others', { Cookie: cookie, Origin }, 'POST')).status, 403, Origin);
  }
  for (const site of ['cross-site', 'same-site']) {
    assert.equal((await change({ 'Sec-Fetch-Site': site })).status, 403, site);
    const link = { Cookie: cookie, 'Sec-Fetch-Site': site, 'Sec-Fetch-Mode': 'navigate' };
    for (const path of [STATUS, '/image?question=chart/test/000001', '/archive?study=1', '/session', '/upload'])
      assert.equal((await ask(path, link)).status, 403, `${path} ${site}`);
    assert.equal((await ask('/', link)).status, 200, 'a link from elsewhere opens the page, which holds no secret');
  }
  assert.equal((await change({})).status, 401, 'a change must say where it comes from');
});

test('another Host is refused, whatever the cookie', async () => {
  const cookie = await enter();
  for (const Host of ['evil.example', '127.0.0.1.evil.example'])
    assert.equal((await ask(STATUS, { ...own(cookie), Host })).status, 403, Host);
});

test('after a restart the cookie still opens, the earlier link does not', async () => {
  const cookie = await enter();
  const { home, token } = engine;
  await engine.stop();
  engine = await testEngine({ home });
  assert.notEqual(engine.token, token);
  assert.equal((await ask(STATUS, own(cookie))).status, 200);
  const stale = await ask('/session', bearer(token), 'POST');
  assert.equal(stale.status, 401);
  assert.match(stale.says, /^This link is from an earlier start of the engine, and this browser is not known here\./);
  const known = await ask('/session', { ...own(cookie), ...bearer(token), Origin: engine.url }, 'POST');
  assert.equal(known.status, 204, 'an earlier link in a browser that is known');
});

test('a home keeps its secret for its owner alone; a damaged file forgets browsers and is made anew', async () => {
  const file = join(engine.home, 'browsers.json');
  if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
  const cookie = await enter();
  assert.ok(!readFileSync(file, 'utf8').includes(cookie.split('=')[1]!));
  const { home } = engine;
  await engine.stop();
  writeFileSync(file, '{"id": "00');
  engine = await testEngine({ home });
  assert.equal((await ask(STATUS, own(cookie))).status, 401);
  assert.equal((await ask(STATUS, own(await enter()))).status, 200);
  rmSync(`${file}.part`, { force: true });
});

test('forgetting other browsers keeps the one that asks', async () => {
  const [mine, other] = [await enter(), await enter()];
  const { status, cookie } = await ask('/session?forget=others', { ...own(mine), Origin: engine.url }, 'POST');
  assert.equal(status, 204);
  assert.equal((await ask(STATUS, own(cookie!.split(';')[0]!))).status, 200);
  const { says } = await ask(STATUS, own(other));
  assert.match(says, /all browsers were forgotten in Settings/);
  assert.equal((await ask('/session', bearer(newToken()), 'POST')).status, 401);
});
