/** A run that starts again reads what it read before: another model or other data are refused, whatever step it starts from. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unrecorded } from '../../../src/main/jobs/run-end.ts';
import { environment, sampleStep, startedRun } from '../helpers.ts';

test('a second start with another model is refused by name and pauses the run; with another program it goes on', () => {
  const { store, runId, attempt } = startedRun();
  const start = (attempt: number, change = {}) =>
    store.recordEvent(runId, attempt, {
      kind: 'started',
      step: 0,
      environment: { ...environment, trmHash: 't', ...change },
    });
  start(attempt);
  store.recordEvent(runId, attempt, sampleStep(1));
  store.setRunState(runId, 'interrupted', null);
  for (const [change, what] of [
    [{ trmHash: 'u' }, /^The thinking reward model of run .* was altered since it was started .* Put its files back/],
    [{ modelHash: 'n' }, /^The policy model of run/],
    [{ dataHash: 'e' }, /^The data of run/],
  ] as const) {
    const { attempt: again } = store.startRun(runId);
    assert.throws(
      () => start(again, change),
      (error: Error) => what.test(error.message) && unrecorded(error).state === 'paused',
    );
    store.setRunState(runId, 'paused', null);
  }
  const { attempt: last } = store.startRun(runId);
  assert.ok(start(last, { codeVersion: 'another', threads: 4 }).written);
});
