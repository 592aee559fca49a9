/** Along what a column's values lie, and where on it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axisPlaces } from '../../../src/renderer/charts/parallel/axis-places.ts';
import { axisOf, logTicks } from '../../../src/shared/run-table/axis.ts';

const rate = { kind: 'number', group: 'setting' } as const;

test('settings swept over a factor of ten lie on powers of ten, metrics and smaller sweeps on a line, texts side by side', () => {
  assert.deepEqual(axisOf(rate, [1e-5, null, 1e-4]), { kind: 'log', low: 1e-5, high: 1e-4 });
  assert.deepEqual(axisOf(rate, [0.1, 0.9]), { kind: 'line', low: 0.1, high: 0.9 });
  assert.deepEqual(axisOf(rate, [0, 10]), { kind: 'line', low: 0, high: 10 });
  assert.deepEqual(axisOf({ kind: 'number', group: 'metric' }, [0.01, 1]), { kind: 'line', low: 0.01, high: 1 });
  assert.deepEqual(axisOf({ kind: 'text', group: 'setting' }, ['b', 'a', 'b']), {
    kind: 'choices',
    choices: ['a', 'b'],
  });
  assert.deepEqual(axisOf({ kind: 'flag', group: 'setting' }, [true, false]), {
    kind: 'choices',
    choices: ['off', 'on'],
  });
  assert.equal(axisOf(rate, [null]), null);
});

test('ticks of powers of ten are 1, 2 and 5', () => {
  assert.deepEqual(logTicks(0.1, 1), [0.1, 0.2, 0.5, 1]);
  assert.deepEqual(logTicks(3e-6, 2e-5), [5e-6, 1e-5, 2e-5]);
});

test('a place leads back to its value, on each kind of axis', () => {
  for (const axis of [
    { kind: 'log', low: 1e-6, high: 1e-3 },
    { kind: 'line', low: -2, high: 7 },
  ] as const) {
    const { placeOf, valueAt, ticks } = axisPlaces(axis, String);
    assert.deepEqual([placeOf(axis.low), placeOf(axis.high)], [0, 1]);
    for (const place of [0, 0.25, 0.8, 1]) assert.ok(Math.abs(placeOf(valueAt(place)!)! - place) < 1e-9);
    assert.equal(placeOf(axis.high * 2), null);
    assert.deepEqual([ticks[0]!.place, ticks.at(-1)!.place], [0, 1]);
    const gaps = ticks.slice(1).map((tick, i) => tick.place - ticks[i]!.place);
    assert.ok(Math.min(...gaps) > 0.06, JSON.stringify(ticks));
  }
  const choices = axisPlaces({ kind: 'choices', choices: ['a', 'b', 'c'] }, String);
  assert.deepEqual(['a', 'b', 'c', 'd'].map(choices.placeOf), [0, 0.5, 1, null]);
  assert.equal(choices.valueAt(0.5), null);
  assert.equal(axisPlaces({ kind: 'line', low: 3, high: 3 }, String).placeOf(3), 0.5);
});
