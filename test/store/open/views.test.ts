import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import Database from 'better-sqlite3';
import { sampleEvaluation, sampleResponse, sampleStep, startedRun } from '../helpers.ts';

describe('public views', () => {
  it('can be read by a plain SQLite connection, null where a value does not apply', () => {
    const { store, runId, attempt } = startedRun();
    store.recordEvent(
      runId,
      attempt,
      sampleStep(1, { responses: [sampleResponse(1, 0, { thinkingReward: null, muC: null, gamma: null })] }),
    );
    store.recordEvent(runId, attempt, sampleEvaluation(0, 'chart-test', 3));
    store.recordEvent(runId, attempt, { ...sampleEvaluation(0, 'chart-test', 3), mode: 'sampled' });
    const { name, variant, seed } = store.run(runId);
    const own = { study: 'sample', variant, run: name, seed };
    const db = new Database(store.paths.database, { readonly: true });
    assert.deepEqual(db.prepare("SELECT * FROM v_metrics WHERE name IN ('kl', 'reward') ORDER BY name").all(), [
      { ...own, step: 1, name: 'kl', value: null },
      { ...own, step: 1, name: 'reward', value: 0.1 },
    ]);
    const [response] = db.prepare('SELECT * FROM v_responses').all() as Record<string, unknown>[];
    assert.deepEqual(
      [response!.question, response!.thinking_reward, response!.mu_c, response!.gamma, response!.decay],
      ['chart/train/2', null, null, null, 0.8],
    );
    assert.deepEqual(db.prepare('SELECT * FROM v_evaluations').all(), [
      {
        ...{ ...own, step: 0, benchmark: 'chart-test', accuracy: 0.3, questions: 10 },
        ...{ exact_accuracy: 0.3, mean_outcome: 0.3 },
      },
    ]);
    assert.deepEqual(db.prepare('SELECT mean_outcome, exact_accuracy FROM v_sampled_evaluations').all(), [
      { mean_outcome: 0.3, exact_accuracy: 0.3 },
    ]);
    db.close();
  });

  it('leave the trash out', () => {
    const { store, studyId, runId, attempt } = startedRun();
    store.recordEvent(runId, attempt, sampleStep(1));
    const count = () =>
      store.database
        .prepare('SELECT (SELECT count(*) FROM v_metrics) + (SELECT count(*) FROM v_responses)')
        .pluck()
        .get();
    assert.equal(count(), 12);
    store.trashStudy(studyId);
    assert.equal(count(), 0);
    store.restoreStudy(studyId);
    store.setRunState(runId, 'stopped');
    store.trashRun(runId);
    assert.equal(count(), 0);
  });

  const python = spawnSync('python3', ['-c', 'import sqlite3']).status === 0;
  it('can be read from Python without our code', { skip: !python }, () => {
    const { store, runId, attempt } = startedRun();
    store.recordEvent(runId, attempt, sampleStep(1));
    const script =
      'import sqlite3,sys; d=sqlite3.connect(sys.argv[1]); print([d.execute(f"SELECT count(*) FROM {v}").fetchone()[0] for v in ("v_metrics","v_responses","v_evaluations")])';
    const result = spawnSync('python3', ['-c', script, store.paths.database]);
    assert.equal(String(result.stdout).trim(), '[4, 8, 0]', String(result.stderr));
  });
});
