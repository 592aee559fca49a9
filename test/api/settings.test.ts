/** Settings of the home through the API: kept, acted on, keys never told. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { settingsSchema } from '../../src/shared/settings/settings.ts';
import { studyYaml, type TestEngine, testEngine } from '../setup/with-engine.ts';

describe('settings of a home', () => {
  let engine: TestEngine;
  before(async () => {
    engine = await testEngine();
  });
  after(() => engine?.end());
  const endpoint = { name: 'local', baseUrl: 'http://127.0.0.1:9/v1', model: 'm', keyVariable: 'SOME_KEY' };

  test('are the defaults at first, change one by one, and outlive the engine', async () => {
    const { client } = engine;
    assert.deepEqual(await client.settings.get.query(), {
      ...{ theme: 'system', parallel: null, threads: null, diskLimitGiB: null, endpoints: [], clusters: [], hooks: [] },
    });
    await client.settings.change.mutate({ theme: 'dark' });
    await client.settings.change.mutate({ endpoints: [endpoint] });
    const { url, home } = engine;
    await engine.stop();
    engine = await testEngine({ home });
    await engine.client.engine.status.query().catch(() => {}); // meets the connection that the first engine closed
    const kept = await engine.client.settings.get.query();
    assert.equal(kept.theme, 'dark');
    assert.deepEqual(kept.endpoints, [{ ...endpoint, key: null }]);
    assert.equal(engine.url, url, 'the same port again, so that the page finds what the browser remembers');
  });

  test('that make no sense are refused by name and change nothing', async () => {
    const { client } = engine;
    const bad = [
      [{ parallel: 0 }, /parallel/],
      [{ endpoints: [{ ...endpoint, baseUrl: 'file:///etc/passwd' }] }, /http or https/],
      [{ endpoints: [{ ...endpoint, baseUrl: 'https://me:secret@example.org/v1' }] }, /without user name/],
      [{ endpoints: [{ ...endpoint, keyVariable: 'NODE_OPTIONS' }] }, /keyVariable/],
      [{ endpoints: [endpoint, endpoint] }, /same name/],
    ] as const;
    for (const [patch, message] of bad) await assert.rejects(client.settings.change.mutate(patch as never), message);
    assert.equal((await client.settings.get.query()).parallel, null);
  });

  test('runs at a time given at the start go before those of the settings; threads are taken at once', async () => {
    await engine.client.settings.change.mutate({ parallel: 7, threads: 3 });
    const status = await engine.client.engine.status.query();
    assert.deepEqual([status.parallel, status.parallelFromStart, status.threads], [2, true, 3]);
    await engine.client.settings.change.mutate({ parallel: null, threads: null });
  });

  test('a damaged file is told in one line, and the home opens with the defaults', async () => {
    const other = await testEngine();
    writeFileSync(join(other.home, 'settings.json'), '{"theme": "pink"}');
    await other.stop();
    const again = await testEngine({ home: other.home });
    const { warnings } = await again.client.engine.status.query();
    assert.match(warnings.join('\n'), /settings\.json cannot be used \(theme: /);
    assert.equal((await again.client.settings.get.query()).theme, 'system');
    await again.end();
  });

  test('an endpoint is tried with its key; the key goes there only, and into no answer and no file', async () => {
    const seen: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ choices: [{ message: { content: 'yes' }, finish_reason: 'stop' }] }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    const own = { ...endpoint, baseUrl };
    engine.engine.keys.setStored({ SOME_KEY: 'sk-very-secret' });
    await engine.client.settings.change.mutate({ endpoints: [{ ...endpoint, name: 'elsewhere' }] });
    assert.deepEqual(await engine.client.settings.tryEndpoint.mutate(own), { works: true, says: 'Works. Answer: yes' });
    await engine.client.settings.change.mutate({ endpoints: [own] });
    assert.equal((await engine.client.settings.tryEndpoint.mutate(own)).works, true);
    assert.deepEqual(seen, [undefined, 'Bearer sk-very-secret'], 'not to an address that it was not given for');
    const answer = await engine.client.settings.get.query();
    assert.equal(answer.endpoints[0]!.key, 'store');
    assert.doesNotMatch(JSON.stringify(answer), /very-secret/);
    for (const name of readdirSync(engine.home))
      if (/\.json$/.test(name)) assert.doesNotMatch(readFileSync(join(engine.home, name), 'utf8'), /very-secret/, name);
    await new Promise((resolve) => server.close(resolve));
    const gone = await engine.client.settings.tryEndpoint.mutate(own);
    assert.deepEqual(gone, { works: false, says: 'Does not work: nothing listens at this address.' });
  });

  test('a run finds the stored key of its own endpoint in its environment, another address finds none', () => {
    const { keys } = engine.engine;
    keys.setStored({ SOME_KEY: 'sk-very-secret' });
    const base = (engine.engine.settings().endpoints[0] as { baseUrl: string }).baseUrl;
    const settings = (baseUrl: string, thinking: 'endpoint' | 'trm') =>
      settingsSchema.parse({ reward: { thinking, endpoint: { baseUrl, model: 'm', apiKeyEnv: 'SOME_KEY' } } });
    assert.deepEqual(keys.environmentOf(settings(base, 'endpoint')), {
      SOME_KEY: 'sk-very-secret',
      SOPHIA_KEY_HOSTS: `SOME_KEY=${new URL(base).origin}`,
    });
    const elsewhere = keys.environmentOf(settings('http://evil.example/v1', 'endpoint'));
    assert.deepEqual(elsewhere, { SOPHIA_KEY_HOSTS: '' });
    assert.deepEqual(keys.environmentOf(settings(base, 'trm')), {});
  });
});

describe('disk', () => {
  let engine: TestEngine;
  before(async () => {
    engine = await testEngine();
    await engine.client.studies.start.mutate({ yaml: studyYaml({ name: 'first', seeds: '[0]' }) });
    await engine.engine.queue.whenIdle();
  });
  after(() => engine?.end());

  test('what the home takes adds up, part by part', async () => {
    mkdirSync(join(engine.home, 'models/big'), { recursive: true });
    writeFileSync(join(engine.home, 'models/big/weights'), Buffer.alloc(5000));
    const usage = await engine.client.settings.disk.query();
    assert.equal(usage.models, 5000);
    assert.ok(usage.checkpoints > 0 && usage.database > 0);
    const { total, free, older, ...parts } = usage;
    assert.equal(
      total,
      Object.values(parts).reduce((sum, bytes) => sum + bytes, 0),
    );
    assert.ok(free! > 0);
    assert.deepEqual([older.checkpoints, older.runs], [2, 2], 'steps 4 of 8 of two runs');
    const [, early] = (await engine.client.runs.get.query({ id: 1 })).checkpoints;
    renameSync(early!.folder, `${early!.folder}.away`);
    const without = await engine.client.settings.disk.query();
    assert.deepEqual([without.older.checkpoints, without.older.runs], [1, 1], 'what is gone can be freed no more');
    assert.equal((await engine.client.runs.get.query({ id: 1 })).checkpoints[1]!.isThere, false);
    renameSync(`${early!.folder}.away`, early!.folder);
    await engine.client.runs.trash.mutate({ id: 2 });
    assert.ok((await engine.client.settings.disk.query()).trash > 0);
    await engine.client.runs.restore.mutate({ id: 2 });
  });

  test('older checkpoints of finished runs are freed; the last of each stays', async () => {
    const before = await engine.client.runs.get.query({ id: 1 });
    assert.deepEqual(
      before.checkpoints.map((checkpoint) => checkpoint.step),
      [8, 4],
    );
    assert.equal((await engine.client.settings.freeCheckpoints.mutate({ run: 1 })).checkpoints, 1);
    const { checkpoints } = await engine.client.runs.get.query({ id: 1 });
    assert.deepEqual(
      checkpoints.map((checkpoint) => [checkpoint.step, existsSync(checkpoint.folder)]),
      [[8, true]],
    );
    assert.equal(existsSync(before.checkpoints[1]!.folder), false);
    assert.equal((await engine.client.settings.freeCheckpoints.mutate({})).checkpoints, 1, 'that of the other run');
  });

  test('above the limit a new run is paused with a clear line, and goes on by itself when there is room', async () => {
    const { client } = engine;
    const big = join(engine.home, 'models/big/weights');
    writeFileSync(big, Buffer.alloc(4 * 2 ** 20));
    await client.settings.change.mutate({ diskLimitGiB: 0.003 });
    const { studyId } = await client.studies.start.mutate({ yaml: studyYaml({ name: 'second', seeds: '[3]' }) });
    await engine.engine.queue.whenIdle();
    const cells = async () => (await client.studies.get.query({ id: studyId })).cells;
    assert.deepEqual(
      (await cells()).map((run) => run.state),
      ['paused', 'paused'],
    );
    assert.match((await cells())[0]!.reason!, /^The home uses 0\.00\d GiB, above its limit of 0\.003 GiB\. Free space/);
    rmSync(big);
    const { home } = engine;
    await engine.stop(); // what is held back is known to an engine that starts anew, too
    engine = await testEngine({ home });
    const again = engine.client;
    await again.engine.status.query().catch(() => {}); // meets the connection that the first engine closed
    const cellsNow = async () => (await again.studies.get.query({ id: studyId })).cells;
    assert.deepEqual(
      (await cellsNow()).map((run) => run.state),
      ['paused', 'paused'],
    );
    await again.settings.freeCheckpoints.mutate({});
    while ((await cellsNow()).some((run) => run.state !== 'finished'))
      await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal((await cellsNow())[0]!.reason, null);
  });
});
