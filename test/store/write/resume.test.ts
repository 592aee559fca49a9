import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Store } from '../../../src/main/store/store.ts';
import { rowsOf, sampleEvaluation, sampleStep, startedRun, temporaryStore } from '../helpers.ts';

function record(store: Store, runId: number, attempt: number, from: number, to: number): void {
  for (let step = from; step <= to; step++) {
    store.recordEvent(runId, attempt, sampleStep(step));
    if (step % 5 !== 0) continue;
    store.recordEvent(runId, attempt, sampleEvaluation(step, 'chart-test', step / 5));
    store.recordEvent(runId, attempt, {
      kind: 'checkpoint',
      step,
      uri: `checkpoints/${step}`,
      hash: `h${step}`,
      bytes: 1,
    });
  }
}

describe('startRun', () => {
  it('gives a resumed run the rows of an uninterrupted one', () => {
    const whole = startedRun();
    record(whole.store, whole.runId, whole.attempt, 1, 20);
    const broken = startedRun();
    record(broken.store, broken.runId, broken.attempt, 1, 13);
    broken.store.markInterrupted();
    const { attempt, branch } = broken.store.startRun(broken.runId, { fromStep: 10 });
    assert.equal(branch?.steps, 3);
    record(broken.store, broken.runId, attempt, 11, 20);
    assert.deepEqual(rowsOf(broken.store, broken.runId), rowsOf(whole.store, whole.runId));
  });

  it('goes back past a checkpoint that could not be read', () => {
    const { store, runId, attempt } = startedRun();
    record(store, runId, attempt, 1, 12);
    store.setRunState(runId, 'failed', 'crashed');
    store.startRun(runId, { fromStep: 5 });
    assert.deepEqual(
      store.checkpoints(runId).map((checkpoint) => checkpoint.step),
      [5],
    );
    assert.deepEqual(
      store.evaluations([runId]).map((evaluation) => evaluation.step),
      [5],
    );
    assert.equal(store.run(runId).step, 5);
  });

  it('keeps what was cut off as a branch that can be looked at, outside of lists, views and search', () => {
    const { store, studyId, runId, attempt } = startedRun();
    record(store, runId, attempt, 1, 8);
    store.markInterrupted();
    const { branch } = store.startRun(runId, { fromStep: 5 });
    const id = branch!.runId;
    assert.deepEqual(store.metricSeries([id], 'reward')[0]!.steps, [6, 7, 8]);
    assert.equal(store.stepResponses(id, 7).length, 8);
    assert.equal(
      store.responses({ runIds: [id], text: 'bar' }, { limit: 99 }).rows.every((row) => row.step > 5),
      true,
    );
    assert.equal(store.responses({ studyId }, { limit: 999 }).rows.length, 5 * 8);
    assert.equal(
      store.responses({ studyId, text: 'the' }, { limit: 999 }).rows.some((row) => row.runId === id),
      false,
    );
    assert.equal(
      store.listRuns({ studyId }).some((run) => run.id === id),
      false,
    );
    assert.equal(
      store.listRuns({ studyId, branches: true }).some((run) => run.id === id),
      true,
    );
    assert.deepEqual(store.run(runId).branches, [{ id, name: branch!.name, cutStep: 5, step: 8 }]);
    const steps = store.database.prepare('SELECT max(step) AS last FROM v_metrics').get() as { last: number };
    assert.equal(steps.last, 5);
    assert.deepEqual(store.events(runId, { kinds: ['cut'] })[0]!.data, {
      branch: branch!.name,
      branchId: id,
      steps: 3,
    });
    assert.throws(() => store.startRun(id), /is a branch that was cut off/);
    store.setRunState(runId, 'stopped');
    store.deleteRun(runId);
    assert.equal(
      store.listRuns({ branches: true }).some((run) => run.id === id),
      false,
    );
    assert.equal(store.responses({ text: 'the' }).total, 0);
  });

  it('refuses a running run, and a step that was never reached', () => {
    const { store, runId, attempt } = startedRun();
    record(store, runId, attempt, 1, 2);
    assert.throws(() => store.startRun(runId), /already running/);
    store.markInterrupted();
    assert.throws(() => store.startRun(runId, { fromStep: 3 }), /rows up to step 2 and cannot continue from step 3/);
  });

  it('marks runs of a dead engine as interrupted, once', () => {
    const { store, runId } = startedRun(temporaryStore());
    assert.deepEqual(store.markInterrupted(), [runId]);
    assert.deepEqual(store.markInterrupted(), []);
    assert.equal(store.run(runId).state, 'interrupted');
  });
});

describe('a start from an older checkpoint', () => {
  it('keeps the later ones with the branch, files too, so that none is overwritten', () => {
    const { store, runId, attempt } = startedRun();
    const place = (run: number, step: number) => join(store.paths.runs, String(run), 'checkpoints', `step-${step}`);
    for (let step = 1; step <= 12; step++) {
      store.recordEvent(runId, attempt, sampleStep(step));
      if (step % 4 !== 0) continue;
      mkdirSync(place(runId, step), { recursive: true });
      writeFileSync(join(place(runId, step), 'weights'), `first ${step}`);
      const uri = `checkpoints/step-${step}`;
      store.recordEvent(runId, attempt, { kind: 'checkpoint', step, uri, hash: `h${step}`, bytes: 1 });
    }
    store.setRunState(runId, 'stopped');
    const { branch } = store.startRun(runId, { fromStep: 4 });
    const stepsOf = (run: number) => store.checkpoints(run).map((checkpoint) => [checkpoint.step, checkpoint.uri]);
    assert.deepEqual(stepsOf(runId), [[4, 'checkpoints/step-4']]);
    assert.deepEqual(stepsOf(branch!.runId), [
      [12, 'checkpoints/step-12'],
      [8, 'checkpoints/step-8'],
    ]);
    for (const step of [8, 12]) {
      assert.equal(readFileSync(join(place(branch!.runId, step), 'weights'), 'utf8'), `first ${step}`);
      assert.ok(!existsSync(place(runId, step)), 'nothing is left that later steps could be mixed up with');
    }
  });

  it('a checkpoint whose files are gone, or lie elsewhere, moves as a row only', () => {
    const { store, runId, attempt } = startedRun();
    const elsewhere = join(store.paths.home, 'elsewhere');
    writeFileSync(elsewhere, 'weights');
    const uris = ['gone', pathToFileURL(elsewhere).href, 's3://bucket/step-3'];
    for (const [i, uri] of uris.entries()) {
      store.recordEvent(runId, attempt, sampleStep(i + 1));
      store.recordEvent(runId, attempt, { kind: 'checkpoint', step: i + 1, uri, hash: 'h', bytes: 1 });
    }
    store.setRunState(runId, 'stopped');
    const { branch } = store.startRun(runId);
    const moved = store.checkpoints(branch!.runId).map((checkpoint) => checkpoint.uri);
    assert.deepEqual(moved, uris.toReversed());
    assert.ok(existsSync(elsewhere));
  });

  it("one in the run's folder that is named by its whole URI goes with the branch as well", () => {
    const { store, runId, attempt } = startedRun();
    store.recordEvent(runId, attempt, sampleStep(1));
    const file = join(store.paths.runs, String(runId), 'checkpoints', 'a b#1');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, 'weights');
    const uri = pathToFileURL(file).href;
    store.recordEvent(runId, attempt, { kind: 'checkpoint', step: 1, uri, hash: 'h', bytes: 1 });
    store.setRunState(runId, 'stopped');
    const { branch } = store.startRun(runId);
    assert.equal(store.checkpoints(branch!.runId)[0]!.uri, 'checkpoints/a%20b%231');
    assert.ok(existsSync(join(store.paths.runs, String(branch!.runId), 'checkpoints', 'a b#1')));
    assert.ok(!existsSync(file));
  });
});
