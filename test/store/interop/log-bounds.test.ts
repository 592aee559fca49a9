/** What a log of somebody else may bring in: bounds of steps, names of metrics, of studies and of variants. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { exportRun } from '../../../src/main/store/interop/export-run.ts';
import { importLog } from '../../../src/main/store/interop/import-log.ts';
import { readLog } from '../../../src/main/store/interop/log/read-log.ts';
import { temporaryFile, temporaryFolder, temporaryStore } from '../helpers.ts';

test('a step of any number up to 10^12 is a step; nothing is as long as its number', async () => {
  const text = JSON.stringify({
    log_history: [
      { step: 1, loss: 1 },
      { step: 4294967290, loss: 0.5 },
      { step: 1e12, loss: 0.25 },
    ],
  });
  const store = temporaryStore();
  const { runId, steps } = await importLog(store, temporaryFile(text), 'trainer-state');
  assert.equal(steps, 1e12);
  assert.deepEqual(store.stepStretches(runId), [
    [1, 1],
    [4294967290, 4294967290],
    [1e12, 1e12],
  ]);
  assert.deepEqual(store.stepStretches(runId, 1), [
    [4294967290, 4294967290],
    [1e12, 1e12],
  ]);
  assert.deepEqual(
    store.stepRows(runId, [4294967290, 5]).map((row) => [row.step, row.metrics.loss]),
    [[4294967290, 0.5]],
  );
  assert.deepEqual(store.responseSteps(runId), []);
  assert.deepEqual(store.metricSeries([runId], 'loss', { maxPoints: 100 })[0]!.steps, [1, 4294967290, 1e12]);
  assert.equal(store.trustOf([runId], 5)[0]!.groups, 0);
  assert.match(exportRun(store, runId, 'jsonl', join(temporaryFolder(), 'out.jsonl')), /out.jsonl/);
});

test('a step beyond all, or a metric whose name is none, is left out and told', () => {
  const { metrics, problems } = readLog(
    temporaryFile(
      `{"step": 9007199254740990, "loss": 1}\n{"step": 1, "loss": 2, "${'x'.repeat(300)}": 3, "a\\u001b[2J": 4}\n`,
    ),
    'trl',
  );
  assert.deepEqual(
    [...metrics].map(([name, points]) => [name, [...points]]),
    [['loss', [[1, 2]]]],
  );
  assert.match(problems[0]!, /step 9007199254740990 is not a whole number from 0 to 1000000000000/);
  for (const problem of problems.slice(1)) assert.match(problem, /is not a metric name/);
  assert.equal(problems.length, 3);
});

test('a study or variant that cannot be a name is refused, as one of a study file is', async () => {
  const store = temporaryStore();
  const file = temporaryFile('{"step": 1, "loss": 1}');
  for (const name of ['../../x', '__proto__', 'a b', '', 'x'.repeat(65)])
    for (const what of ['study', 'variant'])
      await assert.rejects(importLog(store, file, 'trl', { [what]: name }), new RegExp(`cannot name a ${what}`), name);
  assert.deepEqual(store.listStudies(), []);
  await importLog(store, temporaryFile('{"step": 1, "loss": 1}', '__proto__.jsonl'), 'trl');
  assert.equal(store.listRuns()[0]!.variant, 'proto__');
});
