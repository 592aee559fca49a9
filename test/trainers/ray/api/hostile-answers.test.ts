/** What stands where a cluster's head should be may answer without an end, or slower than anyone waits: one line, no memory, no time of ours. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { JobsApi } from '../../../../src/main/trainers/ray/jobs-api.ts';
import { Away } from '../../../../src/main/trainers/ray/refusals.ts';
import { type Handler, serve } from '../../../rewards/thinking/fault-server.ts';
import { HOSTILE_ANSWERS } from '../../../setup/hostile-answers.ts';

async function apiOf(handler: Handler, bounds: ConstructorParameters<typeof JobsApi>[1]): Promise<JobsApi> {
  const { base } = await serve(handler);
  const cluster = {
    ...{ name: 'lab', address: base.replace(/\/v1$/, ''), tokenVariable: '', storage: '/shared' },
    ...{ gpus: 0, cpus: 0, memoryGiB: 0, packages: 'cluster' as const },
  };
  return new JobsApi(() => ({ cluster, token: null }), bounds);
}

describe('the head of a cluster', () => {
  for (const [name, answer] of Object.entries(HOSTILE_ANSWERS))
    test(`that answers with ${name} is told in one line`, async () => {
      const api = await apiOf((_, response) => answer(response), { answer: 100_000, quietMs: 300 });
      await assert.rejects(
        api.version(),
        /^SophiaError: Cluster lab(: http:\S+ is not read: its answer is larger than| does not answer at http:\S+ \(its answer does not come on)/,
      );
    });

  test('that stands still is away, as one that is busy; one that says too much is no head', async () => {
    const slow = await apiOf((_, response) => HOSTILE_ANSWERS['a byte now and then'](response), { quietMs: 300 });
    await assert.rejects(slow.all(), Away);
    const large = await apiOf((_, response) => HOSTILE_ANSWERS['a body without an end'](response), { answer: 1 << 20 });
    await assert.rejects(large.all(), (error) => !(error instanceof Away));
  });

  test('whose log of a job is too large to be read has none: the storage is read instead', async () => {
    const say = (log: string) => apiOf((_, response) => response.end(JSON.stringify({ logs: log })), { log: 1 << 20 });
    assert.equal(await (await say('one line')).logs('a'), 'one line');
    assert.equal(await (await say('x'.repeat(1 << 20))).logs('a'), '');
  });
});
