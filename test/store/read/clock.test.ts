/** What happens when the computer's clock is set back, or runs beyond 2038: order is that of seq, never of the time told. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { elapsedSeconds, stepPace } from '../../../src/shared/run/recorded-durations.ts';
import { sampleStep, startedRun, temporaryStore } from '../helpers.ts';

const HOUR = 3_600_000;

describe('a clock set back by an hour', () => {
  let now = Date.UTC(2038, 0, 19, 3, 14, 7); // the last second of 32-bit time
  const store = temporaryStore(() => now);
  const { runId, attempt } = startedRun(store);
  const cursor = store.newestCursor();
  const steps = (from: number) => {
    for (let step = from; step < from + 3; step++) {
      now += 2000;
      store.recordEvent(runId, attempt, sampleStep(step));
    }
  };
  steps(1);
  now -= HOUR;
  const later = store.newestCursor();
  store.recordEvent(runId, attempt, {
    kind: 'alert',
    step: 3,
    level: 'warning',
    name: 'clock',
    message: 'after the jump',
  });
  steps(4);

  it('keeps events in the order in which they came', () => {
    const kinds = ['step', 'alert', 'state'];
    const events = store.events(runId, { kinds });
    assert.deepEqual(
      events.map((event) => [event.kind, event.step]),
      [
        ['step', 6],
        ['step', 5],
        ['step', 4],
        ['alert', 3],
        ['step', 3],
        ['step', 2],
        ['step', 1],
        ['state', 0],
      ],
    );
    assert.ok(events[0]!.at < events.at(-1)!.at, 'the time told went backwards');
  });

  it('hands a live view only what is new, once', () => {
    const told = store.newRowsSince(later);
    assert.deepEqual(
      told.events.filter((event) => event.kind === 'step').map((event) => event.step),
      [4, 5, 6],
    );
    assert.equal(store.newRowsSince(cursor).events.filter((event) => event.kind === 'step').length, 6);
  });

  it('gives curves by step, and the time left at the pace of the steps', () => {
    assert.deepEqual(store.metricSeries([runId], 'reward')[0]!.steps, [1, 2, 3, 4, 5, 6]);
    const { studyId, startedAt } = store.run(runId);
    const cell = store.studyMatrix(studyId).cells.find((run) => run.id === runId)!;
    assert.equal(cell.secondsLeft, 2 * (20 - 6));
    assert.deepEqual(elapsedSeconds(startedAt!, store.stepTimes(runId).times), [2, 4, 6, 6, 8, 10]);
    store.recordEvent(runId, attempt, { kind: 'finished', step: 6, seconds: 12, weightsHash: 'h' });
    assert.deepEqual([store.run(runId).state, store.run(runId).seconds], ['finished', 12]);
  });
});

describe('the pace of steps', () => {
  it('leaves out where the clock went back and where the computer slept', () => {
    assert.equal(stepPace([0, 1000, 3000]), 1500);
    assert.equal(stepPace([HOUR, HOUR + 1000, 2000, 3000]), 1000);
    assert.equal(stepPace([0, 1000, 2000, 2000 + 8 * HOUR, 3000 + 8 * HOUR]), 1000);
    assert.equal(stepPace([0, 700_000, 1_500_000]), 750_000, 'long steps are no jumps');
  });

  it('is unknown before there are two steps in order', () => {
    assert.deepEqual([stepPace([]), stepPace([5]), stepPace([5, 4])], [null, null, null]);
  });
});
