/** Whatever comes or goes in a stream: who leaves in the middle leaves no file open, no snapshot, no half-made folder, no listener behind. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { studyYaml, type TestEngine, testEngine } from '../setup/with-engine.ts';

const SKIP = process.platform === 'linux' ? false : 'reads /proc';

describe('who leaves a stream in the middle', { skip: SKIP }, () => {
  let engine: TestEngine;
  before(async () => {
    engine = await testEngine();
    await engine.client.studies.start.mutate({ yaml: studyYaml({ steps: 40, seeds: '[0]' }) });
    await engine.engine.queue.whenIdle();
  });
  after(() => engine?.end());

  /** Files of the home that this process has open, by how often. */
  const open = (): string[] =>
    readdirSync('/proc/self/fd')
      .flatMap((fd) => (existsSync(`/proc/self/fd/${fd}`) ? [readlinkSync(`/proc/self/fd/${fd}`)] : []))
      .filter((file) => file.startsWith(engine.home))
      .sort();
  /** A log that is written back to its end has no reader of an older state. */
  const isFree = (): boolean => {
    const [state] = engine.engine.store.database.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
    return state?.busy === 0;
  };
  const halfMade = () => readdirSync(engine.home).filter((name) => /^\.(upload|import)-/.test(name));

  /** Sends a request, reads `bytes` of the answer, leaves; several times. */
  async function leave(head: string, body = '', bytes = 1): Promise<void> {
    const { hostname, port } = new URL(engine.url);
    for (let i = 0; i < 5; i++) {
      const socket = connect(Number(port), hostname);
      socket.write(`${head} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer ${engine.token}\r\n`);
      socket.write(`${body === '' ? '' : 'Content-Length: 10000000\r\n'}\r\n${body}`);
      let seen = 0;
      if (body === '')
        await new Promise<void>((resolve) => {
          socket.on('data', (chunk) => {
            seen += chunk.length;
            if (seen >= bytes) resolve();
          });
          socket.on('close', () => resolve());
        });
      else await sleep(50);
      socket.destroy();
    }
  }
  async function until(holds: () => boolean, what: () => unknown): Promise<void> {
    for (let i = 0; i < 300; i++) {
      if (holds()) return;
      await sleep(20);
    }
    assert.fail(JSON.stringify(what()));
  }
  const cases: readonly [string, string, string?][] = [
    ['an archive', 'GET /archive?study=1&checkpoints=all'],
    ['an archive on its way in', 'POST /archive', 'PK\u0003\u0004 and the beginning'],
    ['a piece of an upload', 'POST /upload?batch=abcdefgh1&path=a.bin&at=0', 'x'.repeat(1000)],
    ['live updates', 'GET /api/live?input=%7B%22cursor%22%3A0%7D'],
    ['a picture', 'GET /image?question=chart/test/000001&size=2048'],
    ['an export', 'GET /api/logs.file?input=%7B%22id%22%3A1%2C%22format%22%3A%22parquet%22%7D'],
    ['a report', 'GET /api/reports.file?input=%7B%22id%22%3A1%7D'],
  ];
  for (const [what, head, body] of cases)
    test(`of ${what} leaves nothing behind`, async () => {
      const listening = engine.engine.changes.listeners; // notices listen for as long as the engine runs
      await leave(head, body); // SQLite keeps a closed connection's handle for the next one, once
      await until(() => halfMade().length === 0, halfMade);
      await sleep(300);
      const before = open();
      await leave(head, body);
      await until(
        () => open().length <= before.length && isFree() && halfMade().length === 0,
        () => ({
          open: open(),
          before,
          isFree: isFree(),
          halfMade: halfMade(),
        }),
      );
      await until(
        () => engine.engine.changes.listeners <= listening,
        () => engine.engine.changes.listeners,
      );
    });
});
