/** A file on its way that stands still is let go of, its snapshot and its half with it; one that is only slow is not. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { closeUnlessSent } from '../../src/main/api/http/reader.ts';
import { studyYaml, type TestEngine, testEngine } from '../setup/with-engine.ts';
import { sampleResponse, sampleStep } from '../store/helpers.ts';

const STILL_MS = 400;

describe('a file on its way', () => {
  let engine: TestEngine;
  before(async () => {
    engine = await testEngine({ stillMs: STILL_MS });
    const { studyId } = await engine.client.studies.start.mutate({ yaml: studyYaml({ steps: 4, seeds: '[0]' }) });
    await engine.engine.queue.whenIdle();
    const { store } = engine.engine;
    const [run] = store.listRuns({ studyId });
    const { attempt } = store.startRun(run!.id, { fromStep: 4 });
    // More than the buffers of a connection hold: texts that cannot be packed.
    for (let step = 5; step <= 40; step++) {
      const text = () => Array.from({ length: 4000 }, () => Math.random().toString(36).slice(2)).join('');
      const responses = Array.from({ length: 8 }, (_, i) => sampleResponse(step, i, { text: text() }));
      store.recordEvent(run!.id, attempt, sampleStep(step, { responses }));
    }
    store.setRunState(run!.id, 'stopped', null);
  });
  after(() => engine?.end());

  function begin(head: string, more = ''): Socket {
    const { hostname, port } = new URL(engine.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    socket.write(
      `${head} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer ${engine.token}\r\n${more}\r\n`,
    );
    return socket;
  }
  async function until(holds: () => boolean, what: string): Promise<void> {
    for (let i = 0; i < 500; i++) {
      if (holds()) return;
      await sleep(20);
    }
    assert.fail(what);
  }
  const isFree = () => {
    const { database } = engine.engine.store;
    database.exec('UPDATE metric_names SET name = name');
    database.pragma('busy_timeout = 0');
    const [state] = database.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
    database.pragma('busy_timeout = 5000');
    return state?.busy === 0;
  };
  const halves = () => readdirSync(engine.home).filter((name) => name.startsWith('.upload-'));

  test('out, whose reader never reads: the snapshot is freed', async () => {
    const socket = begin('GET /archive?study=1&checkpoints=all');
    socket.pause();
    await until(() => socket.bytesRead > 0 || !isFree(), 'nothing came');
    await until(isFree, 'the snapshot is still held');
    socket.destroy();
  });

  test('in, whose sender stands still: the half is removed', async () => {
    const socket = begin('POST /archive', 'Content-Length: 100000\r\n');
    socket.write('PK and the beginning');
    await until(() => halves().length === 1, 'it did not begin');
    await until(() => halves().length === 0, 'the half is still there');
    socket.destroy();
  });

  test('in, slowly, is taken to its end, however long that is', async () => {
    const socket = begin('POST /archive', 'Content-Length: 30\r\n');
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk));
    for (let i = 0; i < 30; i++) {
      socket.write('x');
      await sleep(STILL_MS / 8);
    }
    await until(() => answer.includes('is refused'), answer);
    socket.destroy();
  });
});

test('a stream is not cut for a body that was never announced; a request that never ends is', async () => {
  const server = createServer((request, response) => {
    closeUnlessSent(request, 100);
    response.write('alive\n'); // as the live stream: it never ends, and nobody reads what came with the request
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const closed = (head: string) =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.on('data', () => {}).on('error', () => {});
      const timer = setTimeout(() => {
        resolve(false);
        socket.destroy();
      }, 600);
      socket.once('close', () => {
        clearTimeout(timer);
        resolve(true);
      });
      const rest = head.startsWith('POST') ? 'Content-Length: 10\r\n\r\nhalf' : '\r\n';
      socket.write(`${head} HTTP/1.1\r\nHost: a\r\n${rest}`);
    });
  try {
    assert.equal(await closed('GET /live'), false);
    assert.equal(await closed('POST /half'), true);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
