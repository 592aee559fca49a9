/** Answers of other machines are read within bounds of bytes and pace, whoever asks: real servers whose answers have no end, or are more than they seem. */
import assert from 'node:assert/strict';
import { get, type IncomingMessage } from 'node:http';
import { describe, test } from 'node:test';
import { AnswerCutOff, readAnswer } from '../../../src/main/model/remote/remote-answer.ts';
import { serve } from '../../rewards/thinking/fault-server.ts';
import { HOSTILE_ANSWERS } from '../../setup/hostile-answers.ts';

const BOUNDS = { mostBytes: 1 << 20, quietMs: 300 };
const WAYS = {
  'fetch()': async (url: string) => (await fetch(url)).body,
  'node:http': (url: string) =>
    new Promise<IncomingMessage>((resolve, reject) => void get(url, resolve).on('error', reject)),
};
const EXPECTED: Readonly<Record<keyof typeof HOSTILE_ANSWERS, AnswerCutOff['why'] | null>> = {
  'a body without an end': 'too large',
  'a gzip of 400 kB that holds 400 MB': 'too large',
  'a byte now and then': 'too slow',
  'a head and nothing more': 'too slow',
  'a compressed stream that holds nothing, without an end': null, // either: fetch() unpacks it, node:http does not
};

for (const [way, ask] of Object.entries(WAYS))
  describe(`an answer by ${way}`, () => {
    for (const [name, answer] of Object.entries(HOSTILE_ANSWERS))
      test(`is cut off where it is ${name}, and its connection given up`, async () => {
        let isClosed: Promise<unknown> | undefined;
        const { base } = await serve((_, response) => {
          isClosed = new Promise((resolve) => response.once('close', resolve));
          answer(response);
        });
        // node:http does not unpack: 400 kB stay 400 kB.
        const bounds = way === 'node:http' ? { ...BOUNDS, mostBytes: 100_000 } : BOUNDS;
        const before = process.memoryUsage().rss;
        const why = await readAnswer(await ask(base), bounds).then(
          () => 'read',
          (error: unknown) => (error instanceof AnswerCutOff ? error.why : String(error)),
        );
        const expected = EXPECTED[name as keyof typeof HOSTILE_ANSWERS];
        if (expected === null) assert.match(why, /^too (large|slow)$/);
        else assert.equal(why, expected);
        await isClosed;
        assert.ok(process.memoryUsage().rss - before < 300 << 20, 'it took the memory that the other side chose');
      });

    test('is read where it keeps within both', async () => {
      const { base } = await serve((_, response) => {
        let sent = 0;
        const timer = setInterval(() => {
          response.write('é'.repeat(1000));
          if (++sent === 8) {
            clearInterval(timer);
            response.end();
          }
        }, 100);
      });
      assert.equal(await readAnswer(await ask(base), BOUNDS), 'é'.repeat(8000));
    });

    test('that breaks off is an error of the connection', async () => {
      const { base } = await serve((_, response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('half');
        setTimeout(() => response.destroy(), 20);
      });
      await assert.rejects(
        async () => readAnswer(await ask(base), BOUNDS),
        (error) => !(error instanceof AnswerCutOff),
      );
    });
  });
