/** Readers that never read, by the hundred, and calls by the thousand in one request: others are answered meanwhile, and nothing grows with them. */
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { studyYaml, type TestEngine, testEngine } from '../setup/with-engine.ts';
import { sampleResponse, sampleStep } from '../store/helpers.ts';

const READERS = 300;

describe('many at once', () => {
  let engine: TestEngine;
  before(async () => {
    engine = await testEngine();
    await engine.client.studies.start.mutate({ yaml: studyYaml({ steps: 4, variants: '[grpo]', seeds: '[0]' }) });
    await engine.engine.queue.whenIdle();
  });
  after(() => engine?.end());

  const post = (path: string, body: string) =>
    fetch(`${engine.url}/api/${path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${engine.token}`, 'Content-Type': 'application/json' },
      body,
    });

  test('a request of 10,000 calls is refused as a whole, and none of them is done', async () => {
    const { notes } = (await engine.client.studies.get.query({ id: 1 })).study;
    for (const calls of [401, 1000, 10_000]) {
      const path = Array(calls).fill('studies.note').join(',');
      const input = Object.fromEntries(Array.from({ length: calls }, (_, i) => [i, { id: 1, notes: `${i}` }]));
      const answer = await post(`${path}?batch=1`, JSON.stringify(input)).catch(() => null); // a head that is too long ends the connection
      await answer?.arrayBuffer();
      assert.ok(answer === null || (answer.status >= 400 && answer.status < 500), `${calls} calls: ${answer?.status}`);
    }
    assert.equal((await engine.client.studies.get.query({ id: 1 })).study.notes, notes);
    const few = await post(
      'studies.note,studies.note?batch=1',
      '{"0": {"id": 1, "notes": "a"}, "1": {"id": 1, "notes": "b"}}',
    );
    assert.equal(few.status, 200, 'the page sends several in one request');
    assert.equal((await engine.client.studies.get.query({ id: 1 })).study.notes, 'b');
  });

  test(`${READERS} readers of live updates that never read hold up nobody and hold nothing`, {
    timeout: 120_000,
  }, async () => {
    const { hostname, port } = new URL(engine.url);
    const { store, changes } = engine.engine;
    const listening = changes.listeners;
    const sockets: Socket[] = [];
    for (let i = 0; i < READERS; i++) {
      const socket = connect(Number(port), hostname);
      socket.pause();
      socket.on('error', () => {});
      socket.write(
        `GET /api/live?input=%7B%22cursor%22%3A0%7D HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer ${engine.token}\r\n\r\n`,
      );
      sockets.push(socket);
    }
    while (changes.listeners < listening + READERS) await sleep(20);
    const { attempt } = store.startRun(1, { fromStep: 4 });
    global.gc?.();
    const before = process.memoryUsage().rss;
    for (let step = 5; step <= 204; step++) {
      const responses = Array.from({ length: 4 }, (_, i) => sampleResponse(step, i, { text: 'x'.repeat(5000) }));
      store.recordEvent(1, attempt, sampleStep(step, { responses }));
      changes.notify();
      if (step % 20 === 0) await engine.client.engine.status.query();
    }
    await engine.client.engine.status.query();
    const grown = (process.memoryUsage().rss - before) / 2 ** 20;
    assert.ok(grown < 300, `${Math.round(grown)} MiB for ${READERS} readers`);
    for (const socket of sockets) socket.destroy();
    while (changes.listeners > listening) await sleep(20);
    store.setRunState(1, 'stopped', null);
  });
});
