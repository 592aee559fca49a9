/** What an MLflow server answers is read within bounds and held against what MLflow says: everything else is one line, and takes no memory or time of ours. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sendToMlflow } from '../../../src/main/store/interop/mlflow.ts';
import { type Handler, serve } from '../../rewards/thinking/fault-server.ts';
import { HOSTILE_ANSWERS } from '../../setup/hostile-answers.ts';
import { sampleStep, startedRun } from '../helpers.ts';

const { store, runId, attempt } = startedRun();
store.recordEvent(runId, attempt, sampleStep(1));

/** Sends the run to a server that answers so. */
async function sendTo(handler: Handler) {
  const { base, seen } = await serve(handler);
  const server = base.replace(/\/v1$/, '');
  return { seen, server, sent: sendToMlflow(store, runId, server, { quietMs: 300 }) };
}

describe('an MLflow server', () => {
  for (const [name, answer] of Object.entries(HOSTILE_ANSWERS))
    test(`that answers with ${name} is refused in one line`, async () => {
      const { sent, seen } = await sendTo((_, response) => answer(response));
      await assert.rejects(
        sent,
        /^SophiaError: http:\/\/127\.0\.0\.1:\d+ is no MLflow server: its answer (is larger than 4 MiB|does not come on)/,
      );
      assert.equal(seen.length, 1);
    });

  const others: readonly [name: string, body: string][] = [
    ['a web page', '<html>log in</html>'],
    ['nothing', ''],
    ['null', 'null'],
    ['JSON of another program', '{"experiment": {"experiment_id": 7}}'],
    ['JSON nested 200,000 deep', '['.repeat(200_000)],
  ];
  for (const [name, body] of others)
    test(`that answers with ${name} is refused in one line`, async () => {
      const { sent } = await sendTo((_, response) => response.end(body));
      await assert.rejects(
        sent,
        /^SophiaError: http:\/\/127\.0\.0\.1:\d+ answers experiments\/get-by-name with something else than MLflow does\./,
      );
    });

  test('that refuses with a message of a megabyte has its beginning told', async () => {
    const { sent } = await sendTo((_, response) =>
      response.writeHead(400).end(JSON.stringify({ message: `no\nroom ${'x'.repeat(1 << 20)}` })),
    );
    await assert.rejects(
      sent,
      (error: Error) => /\(400\): no room x+\.$/.test(error.message) && error.message.length < 500,
    );
  });
});
