import assert from 'node:assert/strict';
import { it } from 'node:test';
import { sampleResponse, sampleStep, startedRun } from '../helpers.ts';

/** Four groups of two responses a step; gamma 1, 0.95, 0.3 and none (no thinking reward). */
const GROUPS = [
  { gamma: 1, muC: 0.6, muW: 0.2 },
  { gamma: 0.95, muC: 0.4, muW: 0.45 },
  { gamma: 0.3, muC: 0.1, muW: 0.9 },
  { gamma: null, muC: null, muW: null },
];

it('counts groups, not responses, in tenths of gamma and 1 by itself; the last steps by themselves', () => {
  const { store, runId, attempt } = startedRun();
  for (let step = 1; step <= 3; step++) {
    const responses = GROUPS.flatMap((trust, group) =>
      [0, 1].map((sample) => sampleResponse(step, group * 4 + sample, trust)),
    );
    store.recordEvent(runId, attempt, sampleStep(step, { responses }));
  }
  const [all] = store.trustOf([runId]);
  assert.deepEqual([all!.groups, all!.weighted, all!.compared, all!.distrusted], [12, 9, 9, 6]);
  assert.deepEqual(all!.bins, [0, 0, 0, 3, 0, 0, 0, 0, 0, 3, 3]);
  assert.ok(Math.abs(all!.gammaSum - 3 * 2.25) < 1e-12);
  const [last] = store.trustOf([runId], 1);
  assert.deepEqual([last!.groups, last!.bins[10]], [4, 1]);
  assert.deepEqual(store.trustOf([999])[0]!.groups, 0);
  store.close();
});
