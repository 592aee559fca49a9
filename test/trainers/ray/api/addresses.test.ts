/** Addresses as people type and copy them, and what stands where a head should be: one line with its fix each. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { JobsApi } from '../../../../src/main/trainers/ray/jobs-api.ts';
import { Away } from '../../../../src/main/trainers/ray/refusals.ts';
import { type Cluster, clusterSchema } from '../../../../src/shared/settings/cluster.ts';
import { temporaryFolder } from '../../../store/helpers.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});
const VERSION = JSON.stringify({ version: '4', ray_version: '2.60.0', ray_commit: 'x', session_name: 's' });
const ray: RequestListener = (_, response) => void response.end(VERSION);

async function listening(server: Server, host = '127.0.0.1'): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return `${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
}

const cluster = (more: Partial<Cluster>): Cluster =>
  clusterSchema.parse({
    ...{ name: 'lab', address: 'http://127.0.0.1:8265', tokenVariable: '', storage: '/shared' },
    ...{ gpus: 0, cpus: 0, memoryGiB: 0, packages: 'cluster' },
    ...more,
  });
const version = (address: string) => new JobsApi(() => ({ cluster: cluster({ address }), token: null })).version();
/** What is said of an answer. */
async function saidOf(status: number, text = '', headers: Record<string, string> = {}): Promise<Error> {
  const place = await listening(createServer((_, response) => void response.writeHead(status, headers).end(text)));
  return version(`http://${place}`).then(
    () => assert.fail('it was taken'),
    (error: Error) => error,
  );
}

test('an address is kept without blanks, the page that was open in it, and slashes', () => {
  for (const typed of [' http://head:8265 ', 'http://head:8265/', 'http://head:8265/#/jobs', 'http://HEAD:8265/?a=1'])
    assert.equal(cluster({ address: typed }).address, 'http://head:8265');
  assert.equal(cluster({ address: 'https://lab.example/ray/' }).address, 'https://lab.example/ray');
  assert.equal(cluster({ address: 'http://[::1]:8265/' }).address, 'http://[::1]:8265');
  for (const typed of ['head:8265', '127.0.0.1:8265', 'ftp://head', 'http://a:b@head', 'http://head:99999', ''])
    assert.throws(() => cluster({ address: typed }), /such as http:\/\/127\.0\.0\.1:8265/);
  for (const storage of ['shared', '~/shared', '', '/a"b', '/a:b', '/a\nb'])
    assert.throws(() => cluster({ storage }), /must be an absolute path that every node sees/);
});

test('a head behind a path, and one at an address of IPv6', async () => {
  const place = await listening(
    createServer((request, response) => {
      if (request.url === '/ray/api/version') ray(request, response);
      else response.writeHead(404).end();
    }),
  );
  assert.equal(await version(`http://${place}/ray/`), '2.60.0');
  assert.equal(await version(`http://${await listening(createServer(ray), '::1')}`), '2.60.0');
});

test('https where there is none, none where there is, and a certificate of nobody', async (t) => {
  const plain = await listening(createServer(ray));
  await assert.rejects(version(`https://${plain}`), /\(it does not speak https there\)\. Give its address with http:/);
  const folder = temporaryFolder();
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const made = spawnSync(
    'openssl',
    `req -x509 -newkey rsa:2048 -nodes -keyout ${key} -out ${cert} -days 2 -subj /CN=localhost`.split(' '),
  );
  if (made.status !== 0) return t.skip('openssl is not installed');
  const tls = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, ray);
  const place = await listening(tls);
  await assert.rejects(
    version(`https://${place}`),
    /\(its certificate is not trusted: self-signed certificate\)\. Name the file of its authority in NODE_EXTRA_CA_CERTS/,
  );
  await assert.rejects(version(`http://${place}`), /It may want https:\/\/ in place of http:/);
});

test('other answers than Ray’s', async () => {
  const login = await saidOf(302, '', { location: 'http://sso.example/login' });
  assert.match(login.message, /answers with a redirection \(302\) to http:\/\/sso\.example\/login, as a log-in would/);
  assert.match((await saidOf(407)).message, /lies behind a proxy that wants a log-in \(407\)\. Give the address/);
  assert.match((await saidOf(200, '<html>')).message, /answers with a web page, as a log-in would/);
  assert.match((await saidOf(200, '{"version": "4", "ray_')).message, /answers with something that is no JSON/);
  assert.match((await saidOf(200, '[]')).message, /answers with something else, not as Ray's Jobs API\. Give/);
  for (const status of [429, 500, 502, 503]) {
    const busy = await saidOf(status, 'Traceback\nValueError: broken\n');
    assert.ok(busy instanceof Away, `${status} is asked again`);
    assert.match(busy.message, /answers \d+ to \/api\/version: ValueError: broken\. \w/);
  }
  await assert.rejects(version('http://nowhere.invalid:8265'), /ENOTFOUND nowhere\.invalid\)\. Is its head running/);
});
