/** Distributions over steps: every response counted once, held against counts made from the rows directly. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { distributionsOf } from '../../../src/main/services/runs/distributions.ts';
import { WINDOW } from '../../../src/main/store/read/responses/distribution-queries.ts';
import type { Store } from '../../../src/main/store/store.ts';
import { QUANTITY_NAMES } from '../../../src/shared/run/quantities.ts';
import { sampleQuestion, sampleResponse, sampleStep, startedRun, temporaryStore } from '../../store/helpers.ts';
import { databaseAt, plan } from '../../store/read/query-plan.ts';

/** 100 steps of 2 questions x 4 responses: every tenth response has no thinking reward, every second step no trust. */
function filled(store: Store = temporaryStore(), steps = 100) {
  const { runId, attempt } = startedRun(store);
  for (let step = 1; step <= steps; step++) {
    store.recordEvent(runId, attempt, {
      kind: 'questions',
      step,
      questions: [0, 1].map((group) => sampleQuestion(`chart/train/${step * 2 + group}`)),
    });
    const responses = Array.from({ length: 8 }, (_, i) =>
      sampleResponse(step, i, {
        tokens: 10 + ((step * 7 + i) % 90),
        ...(i % 10 === 3 && { thinkingReward: null }),
        ...(step % 2 === 0 && { gamma: null, muC: null, muW: null }),
      }),
    );
    const metrics = { 'style/sound': step / steps, 'style/guess': 1 - step / steps };
    store.recordEvent(runId, attempt, sampleStep(step, { responses, metrics }));
  }
  return { store, runId, attempt };
}

const rowsOf = (store: Store, runId: number) => store.responses({ runIds: [runId] }, { limit: 10_000 }).rows;

describe('distributions over steps', () => {
  it('counts every value of every quantity once, in the column of its step and the bin of its value', async () => {
    const { store, runId } = filled();
    const found = await distributionsOf(store, [[runId]]);
    assert.deepEqual([found.width, found.columns, found.lastStep], [3, 34, 100]);
    const [arm] = found.arms;
    const rows = rowsOf(store, runId);
    assert.equal(arm!.responses, rows.length);
    const values = {
      outcome: (row: (typeof rows)[number]) => row.outcomeReward,
      thinking: (row: (typeof rows)[number]) => row.thinkingReward,
      advantage: (row: (typeof rows)[number]) => row.advantage,
      length: (row: (typeof rows)[number]) => row.tokens,
      gamma: (row: (typeof rows)[number]) => (row.sample === 0 ? row.gamma : null),
    };
    for (const [name, readFrom] of Object.entries(values) as [keyof typeof values, (typeof values)['outcome']][]) {
      const bins = found.bins[name]!;
      const counts = Array<number>(found.columns * bins.count).fill(0);
      const of = rows.flatMap((row) => {
        const value = readFrom(row);
        return value === null ? [] : [{ column: Math.floor((row.step - 1) / 3), value }];
      });
      for (const { column, value } of of) {
        const bin = Math.min(bins.count - 1, Math.floor((value - bins.start) / bins.width + 1e-9));
        counts[column * bins.count + bin]!++;
      }
      assert.deepEqual(arm!.quantities[name]!.counts, counts, name);
      const first = of.filter(({ column }) => column === 0).map(({ value }) => value);
      const mean = first.reduce((sum, value) => sum + value, 0) / first.length;
      assert.ok(Math.abs(arm!.quantities[name]!.means[0]! - mean) < 1e-12, name);
    }
    assert.equal(
      arm!.quantities.rubric!.n.reduce((sum, n) => sum + n, 0),
      0,
    );
    assert.equal(arm!.quantities.rubric!.means[0], null);
  });

  it('lays thinking against outcome in tenths; a search of a corner finds exactly the responses that it counts', async () => {
    const { store, runId } = filled();
    const { arms, width, lastStep } = await distributionsOf(store, [[runId]], []);
    const cells = new Map<number, number>();
    for (const pairs of arms[0]!.density.slice(10))
      for (let i = 0; i < pairs.length; i += 2) cells.set(pairs[i]!, (cells.get(pairs[i]!) ?? 0) + pairs[i + 1]!);
    const corner = [...cells].filter(([cell]) => cell < 50 && cell % 10 >= 5).reduce((sum, [, n]) => sum + n, 0);
    const filter = {
      runIds: [runId],
      outcomeBelow: 0.5,
      thinkingFrom: 0.5,
      fromStep: 10 * width + 1,
      toStep: lastStep,
    };
    const direct = rowsOf(store, runId).filter(
      (row) => row.step > 30 && row.outcomeReward! < 0.5 && (row.thinkingReward ?? -1) >= 0.5,
    ).length;
    assert.ok(corner > 0);
    assert.equal(corner, direct);
    assert.equal(store.responses(filter, { limit: 10_000 }).rows.length, corner);
  });

  it('trust by category counts groups, ways of answering are means of the logged shares', async () => {
    const { store, runId } = filled();
    const { arms } = await distributionsOf(store, [[runId]], []);
    const [chart] = arms[0]!.categories;
    assert.equal(chart!.category, 'chart');
    assert.deepEqual([chart!.gammaGroups[0], chart!.gamma[0]], [4, 1]); // steps 1 and 3 of 1 to 3, two groups each
    assert.ok(Math.abs(chart!.difference[0]! + 0.1) < 1e-12);
    assert.ok(Math.abs(arms[0]!.styles.sound![0]! - 0.02) < 1e-12);
    assert.equal(arms[0]!.styles.flattery, undefined);
  });

  it('arms share columns and bins; runs of an arm are counted together; what is new is counted when asked again', async () => {
    const store = temporaryStore();
    const { runId, attempt } = filled(store, 20);
    const [, other] = store.listRuns().map((run) => run.id);
    const before = await distributionsOf(store, [[runId], [other!]], ['outcome']);
    assert.equal(before.arms[0]!.responses, 160);
    assert.equal(before.arms[1]!.responses, 0);
    assert.deepEqual(Object.keys(before.bins), ['outcome']);
    store.recordEvent(runId, attempt, sampleStep(21));
    const after = await distributionsOf(store, [[runId, other!]], ['outcome']);
    assert.equal(after.arms[0]!.responses, 168);
    await assert.rejects(distributionsOf(store, [[999]]), /999/);
  });

  it('a resume that cuts steps off and records others is counted anew', async () => {
    const store = temporaryStore();
    const { runId, attempt } = filled(store, 3);
    store.recordEvent(runId, attempt, { kind: 'checkpoint', step: 1, uri: 'checkpoints/1', hash: 'h', bytes: 1 });
    const mean = async () => (await distributionsOf(store, [[runId]], ['length'])).arms[0]!.quantities.length!.means;
    const before = await mean();
    store.recordEvent(runId, attempt, { kind: 'paused', step: 3, message: 'for a test' });
    const again = store.startRun(runId, { fromStep: 1 });
    for (const step of [2, 3]) store.recordEvent(runId, again.attempt, sampleStep(step));
    const after = await mean();
    assert.equal(after[0], before[0]);
    assert.deepEqual(after.slice(1), [12, 12]);
  });

  it('bins are bounded, whatever the values', async () => {
    const store = temporaryStore();
    const { runId, attempt } = startedRun(store);
    const responses = [-1e9, -3, 0, 0.01, 1e9].map((advantage, i) =>
      sampleResponse(1, i, { advantage, tokens: 1 + 32_768 * i }),
    );
    store.recordEvent(runId, attempt, sampleStep(1, { responses }));
    const { bins, arms } = await distributionsOf(store, [[runId]]);
    for (const name of QUANTITY_NAMES) assert.ok(bins[name]!.count <= 48, name);
    assert.equal(
      arms[0]!.quantities.advantage!.counts.reduce((sum, n) => sum + n, 0),
      5,
    );
  });

  it('walks along the index of places, never through all responses', () => {
    const sql = WINDOW.replace('?', '@run').replace('?', '@from').replace('?', '@to');
    assert.match(plan(databaseAt(), sql), /USING INDEX responses_by_place \(run_id=\? AND step>\? AND step<\?\)/);
  });
});
