/** The search for circles that the test of the rooms stands on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findCycles } from './cycles.ts';

const graphOf = (edges: Record<string, string[]>) => new Map(Object.entries(edges));

test('a graph without circles has none, however often paths meet', () => {
  assert.deepEqual(findCycles(graphOf({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] })), []);
});

test('circles are found apart, with all that belongs to them and nothing that only leads there', () => {
  const found = findCycles(
    graphOf({ start: ['a'], a: ['b'], b: ['c'], c: ['a', 'd'], d: ['e'], e: ['d'], end: ['end'] }),
  );
  assert.deepEqual(found.map((group) => group.sort()).sort(), [['a', 'b', 'c'], ['d', 'e'], ['end']]);
});
