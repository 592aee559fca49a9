/** Work beside the engine: others are answered meanwhile, failures keep their kind, whoever leaves takes the work along. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import { beside } from '../../src/main/services/beside/beside.ts';
import { storeDataset } from '../../src/main/tasks/import/dataset-folder.ts';
import { SophiaError } from '../../src/shared/errors.ts';
import { studyYaml, type TestEngine, testEngine } from '../setup/with-engine.ts';

/** A grey PNG; without pixels its file says the size and no more, which is all that may be looked at. */
function png(side: number, hasPixels: boolean): Buffer {
  const part = (name: string, content: Buffer) => {
    const body = Buffer.concat([Buffer.from(name, 'latin1'), content]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(content.length);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), body.length + 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head[8] = 8; // bits; colour type 0 is grey
  const pixels = hasPixels ? deflateSync(Buffer.alloc(side * (side + 1)), { level: 1 }) : Buffer.alloc(0);
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([signature, part('IHDR', head), part('IDAT', pixels), part('IEND', Buffer.alloc(0))]);
}

describe('work beside the engine', () => {
  let engine: TestEngine;
  before(async () => {
    engine = await testEngine();
    const folder = join(engine.home, 'files');
    mkdirSync(folder);
    const sizes = { small: png(40, true), large: png(4500, true), huge: png(8000, false) };
    for (const [name, bytes] of Object.entries(sizes)) writeFileSync(join(folder, `${name}.png`), bytes);
    const lines = Object.keys(sizes).map((name) => ({
      id: name,
      question: 'How many?',
      answer: '3',
      image: `${name}.png`,
    }));
    writeFileSync(join(folder, 'a.jsonl'), lines.map((line) => JSON.stringify(line)).join('\n'));
    await storeDataset(engine.home, join(folder, 'a.jsonl'), { name: 'pics', format: 'jsonl' });
  });
  after(() => engine?.end());
  const picture = (name: string, signal?: AbortSignal) =>
    fetch(`${engine.url}/image?question=pics/${name}&size=100`, {
      headers: { Authorization: `Bearer ${engine.token}` },
      ...(signal !== undefined && { signal }),
    });

  test('a large picture is drawn while others are answered', async () => {
    const order: string[] = [];
    const drawn = picture('large').then(async (answer) => {
      order.push('picture');
      return { status: answer.status, bytes: (await answer.arrayBuffer()).byteLength };
    });
    await new Promise((resolve) => setTimeout(resolve, 50)); // it is on its way
    await engine.client.engine.status.query();
    order.push('status');
    const { status, bytes } = await drawn;
    assert.equal(status, 200);
    assert.ok(bytes > 100);
    assert.deepEqual(order, ['status', 'picture']);
  });

  test('a log of another program is read and put in while others are answered', async () => {
    const path = join(engine.home, 'files/long.jsonl');
    const line = (step: number) => `${JSON.stringify({ step, loss: 1 / step, reward: step })}\n`;
    writeFileSync(path, Array.from({ length: 20_000 }, (_, i) => line(i + 1)).join(''));
    const order: string[] = [];
    const imported = engine.client.logs.import.mutate({ format: 'trl', path }).then((made) => {
      order.push('log');
      return made;
    });
    await new Promise((resolve) => setTimeout(resolve, 50)); // it is on its way
    await engine.client.engine.status.query();
    order.push('status');
    const { runId, steps, study } = await imported;
    assert.deepEqual([steps, study, order], [20_000, 'imported', ['status', 'log']]);
    const [series] = await engine.client.runs.series.query({ runIds: [runId], metric: 'reward', maxPoints: 100 });
    assert.equal(series?.total, 20_000);
    await engine.client.studies.trash.mutate({ id: engine.engine.store.findStudy('imported') });
    await assert.rejects(engine.client.logs.import.mutate({ format: 'trl', path }), /is in the trash\. Restore it/);
    await engine.client.trash.empty.mutate();
  });

  test('a picture beyond the bound is refused by its size, none of its pixels decoded', async () => {
    const answer = await picture('huge');
    assert.equal(answer.status, 404);
    assert.match(await answer.text(), /huge\.png has 8000x8000 pixels, more than the 33177600 allowed/);
  });

  test('whoever leaves takes the work along, and the next is served', async () => {
    const leaving = new AbortController();
    const left = picture('large', leaving.signal);
    await new Promise((resolve) => setTimeout(resolve, 300));
    leaving.abort();
    await assert.rejects(left);
    assert.equal((await picture('small')).status, 200);
    const place = { home: engine.home, node: process.execPath };
    const gone = AbortSignal.abort();
    const waiting = beside(place, 'questions', { source: 'pics', words: '', offset: 0, limit: 5 }, gone);
    await assert.rejects(waiting, (error: Error) => error instanceof SophiaError && error.code === 'interrupted');
  });

  test('failures keep their kind, and results are those that the work gives here', async () => {
    const { client } = engine;
    await assert.rejects(client.logs.file.query({ id: 77, format: 'jsonl' }), /There is no run number 77/);
    await assert.rejects(client.data.questions.query({ source: 'none' }), /There is no data set "none"/);
    const page = await client.data.questions.query({ source: 'pics', words: 'small' });
    assert.deepEqual([page.total, page.questions[0]?.id], [1, 'pics/small']);
    assert.equal((await client.data.question.query({ id: 'pics/small' }))?.answer, '3');
    const { studyId } = await client.studies.start.mutate({ yaml: studyYaml({ seeds: '[0]' }) });
    await engine.engine.queue.whenIdle();
    const file = await client.logs.file.query({ id: 1, format: 'jsonl' });
    const lines = Buffer.from(file.base64!, 'base64').toString().trim().split('\n');
    assert.equal(lines.length, 9); // 8 steps, and evaluations before the first
    assert.match((await client.reports.file.query({ id: studyId })).text!, /^<!doctype html>/i);
  });
});
