import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  environment,
  rowsOf,
  sampleEvaluation,
  sampleQuestion,
  sampleResponse,
  sampleStep,
  startedRun,
} from '../helpers.ts';

describe('recordEvent', () => {
  it('keeps every field of a step', () => {
    const { store, runId, attempt } = startedRun();
    const step = sampleStep(1, {
      responses: [
        sampleResponse(1, 0, {
          outcomeReward: null,
          thinkingFailure: 'timeout',
          thinkingSpread: 0.25,
          truncated: true,
          gammaLogged: 0.5,
        }),
      ],
    });
    assert.deepEqual(store.recordEvent(runId, attempt, step), { written: true });
    assert.deepEqual(store.stepTable(runId, 1, 1), [{ step: 1, metrics: step.metrics }]);
    const { id: _id, runId: _run, step: _step, group, ...response } = store.stepResponses(runId, 1)[0]!;
    assert.deepEqual(response, step.responses[0]);
    assert.equal(group, 0);
    assert.equal(store.run(runId).step, 1);
  });

  it('takes the same event sent twice once, and refuses other values', () => {
    const { store, runId, attempt } = startedRun();
    const evaluation = sampleEvaluation(0, 'chart-test', 4);
    store.recordEvent(runId, attempt, evaluation);
    store.recordEvent(runId, attempt, sampleStep(1));
    const before = rowsOf(store, runId);
    const cursor = store.newestCursor();
    assert.deepEqual(store.recordEvent(runId, attempt, sampleStep(1)), { written: false });
    assert.deepEqual(store.recordEvent(runId, attempt, evaluation), { written: false });
    assert.throws(
      () => store.recordEvent(runId, attempt, sampleStep(1, { metrics: { reward: 9 } })),
      /step 1 is already recorded with other values/,
    );
    assert.throws(
      () => store.recordEvent(runId, attempt, sampleEvaluation(0, 'chart-test', 5)),
      /already recorded with other results/,
    );
    assert.deepEqual(rowsOf(store, runId), before);
    assert.equal(store.newestCursor(), cursor);
  });

  it('takes an event with the same number once, whatever its kind and whatever came between', () => {
    const { store, runId, attempt } = startedRun();
    const alert = { kind: 'alert', step: 0, level: 'info', name: 'a', message: 'm' } as const;
    const phase = { kind: 'phase', step: 0, phase: 'sft', done: 1, total: 2 } as const;
    const said = [
      { kind: 'started', step: 0, environment } as const,
      { kind: 'questions', step: 0, questions: [sampleQuestion('chart/train/1')] } as const,
      alert,
      phase,
      sampleEvaluation(0, 'chart-test', 4),
      sampleStep(1),
      { ...phase, done: 2 },
      { kind: 'checkpoint', step: 1, uri: 'checkpoints/1', hash: 'h', bytes: 5 } as const,
      { kind: 'finished', step: 1, seconds: 1, weightsHash: 'w' } as const,
    ];
    const count = () => store.database.prepare('SELECT count(*) FROM events').pluck().get();
    const begun = count() as number;
    const written = said.map((event, i) => store.recordEvent(runId, attempt, event, { sequence: i + 1 }).written);
    assert.ok(written.every((one) => one));
    const after = [count(), rowsOf(store, runId), store.run(runId)];
    assert.equal(count(), begun + said.length - 2, 'one row each, but for questions and for a count that went on');
    for (const [i, event] of said.entries())
      assert.deepEqual(store.recordEvent(runId, attempt, event, { sequence: i + 1 }), { written: false });
    assert.deepEqual([count(), rowsOf(store, runId), store.run(runId)], after);
  });

  it('notices an event that is missing, and writes none after it', () => {
    const { store, runId, attempt } = startedRun();
    store.recordEvent(runId, attempt, sampleStep(1), { sequence: 1 });
    assert.throws(
      () => store.recordEvent(runId, attempt, sampleStep(2), { sequence: 3 }),
      /event 3 came after event 1; what lies between is missing/,
    );
    assert.equal(store.run(runId).step, 1);
    store.recordEvent(runId, attempt, sampleStep(2), { sequence: 2 });
    assert.equal(store.run(runId).step, 2);
  });

  it('counts from 1 again in the next attempt, and what the engine says itself has no number', () => {
    const { store, runId, attempt } = startedRun();
    for (const step of [1, 2]) store.recordEvent(runId, attempt, sampleStep(step), { sequence: step });
    store.recordEvent(runId, attempt, { kind: 'alert', step: 2, level: 'info', name: 'a', message: 'm' });
    store.setRunState(runId, 'interrupted');
    const again = store.startRun(runId, { fromStep: 2 }).attempt;
    assert.deepEqual(store.recordEvent(runId, again, sampleStep(3), { sequence: 1 }), { written: true });
    assert.deepEqual(
      store.database
        .prepare('SELECT attempt, sequence, kind FROM events WHERE run_id = ? ORDER BY seq')
        .raw()
        .all(runId),
      [
        [1, null, 'state'],
        [1, 1, 'step'],
        [1, 2, 'step'],
        [1, null, 'alert'],
        [1, null, 'state'],
        [2, null, 'state'],
        [2, 1, 'step'],
      ],
    );
  });

  it('keeps when an event happened where its trainer says so', () => {
    const { store, runId, attempt } = startedRun();
    store.recordEvent(runId, attempt, sampleStep(1), { sequence: 1, at: 1_700_000_000_000 });
    assert.deepEqual(store.stepTimes(runId), { steps: [1], times: [1_700_000_000_000] });
  });

  it('takes steps in order only', () => {
    const { store, runId, attempt } = startedRun();
    assert.throws(() => store.recordEvent(runId, attempt, sampleStep(2)), /step 2 came after step 0/);
    store.recordEvent(runId, attempt, sampleStep(1));
    assert.throws(() => store.recordEvent(runId, attempt, sampleStep(3)), /steps come in order/);
  });

  it('refuses events of an older attempt and of unknown runs', () => {
    const { store, runId, attempt } = startedRun();
    assert.throws(
      () => store.recordEvent(runId, attempt - 1, sampleStep(1)),
      /attempt 0 came, but attempt 1 is current/,
    );
    assert.throws(() => store.recordEvent(999, 1, sampleStep(1)), /There is no run number 999/);
  });

  it('writes all of an event or nothing', () => {
    const { store, runId, attempt } = startedRun();
    const broken = sampleStep(1, {
      responses: [sampleResponse(1, 0), { ...sampleResponse(1, 1), text: undefined as unknown as string }],
    });
    assert.throws(() => store.recordEvent(runId, attempt, broken));
    assert.equal(store.run(runId).step, 0);
    assert.deepEqual(store.stepTable(runId, 0, 9), []);
    assert.equal(store.responses({ text: 'bar' }).total, 0);
    store.recordEvent(runId, attempt, sampleStep(1));
    assert.equal(store.run(runId).step, 1);
  });

  it('stores null for what is no number', () => {
    const { store, runId, attempt } = startedRun();
    store.recordEvent(
      runId,
      attempt,
      sampleStep(1, { metrics: { loss: Number.NaN, kl: Number.POSITIVE_INFINITY, reward: null, entropy: 0 } }),
    );
    assert.deepEqual(store.stepTable(runId, 1, 1)[0]!.metrics, { loss: null, kl: null, reward: null, entropy: 0 });
    assert.deepEqual(store.recordEvent(runId, attempt, sampleStep(1, { metrics: { loss: Number.NaN } })), {
      written: false,
    });
  });

  it('stores a question once, and another content of the same name beside it', () => {
    const { store, runId, attempt } = startedRun();
    const question = sampleQuestion('chart/train/2');
    for (const text of ['a', 'a', 'b'])
      store.recordEvent(runId, attempt, { kind: 'questions', step: 1, questions: [{ ...question, text }] });
    const count = store.database.prepare('SELECT count(*) AS n FROM questions').get() as { n: number };
    assert.equal(count.n, 2);
    assert.deepEqual(store.question('chart/train/2'), { ...question, text: 'b' });
    assert.equal(store.question('nobody/knows/1'), null);
  });

  it('tells groups apart even where a question comes twice in a step', () => {
    const { store, runId, attempt } = startedRun();
    const twice = [0, 1, 0, 1].map((sample, i) => sampleResponse(1, i, { questionId: 'q', sample }));
    store.recordEvent(runId, attempt, sampleStep(1, { responses: twice }));
    assert.deepEqual(
      store.stepResponses(runId, 1).map((row) => [row.group, row.sample]),
      [
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ],
    );
  });

  it('keeps what an evaluation took of the machine with its phase, one row for begin and end', () => {
    const { store, runId, attempt } = startedRun();
    const load = { seconds: 12.5, cpuCores: 1.75, freeMiB: 5000 };
    const phase = { kind: 'phase', step: 0, phase: 'evaluating', total: 10 } as const;
    store.recordEvent(runId, attempt, { ...phase, done: 0 });
    store.recordEvent(runId, attempt, { ...phase, done: 10, load });
    assert.deepEqual(
      store.events(runId, { kinds: ['phase'] }).map((event) => event.data),
      [{ phase: 'evaluating', done: 10, total: 10, load }],
    );
  });

  it('follows a run through its states', () => {
    const { store, runId, attempt } = startedRun();
    store.recordEvent(runId, attempt, { kind: 'started', step: 0, environment });
    for (const done of [1, 2, 3])
      store.recordEvent(runId, attempt, { kind: 'phase', step: 0, phase: 'sft', done, total: 3 });
    assert.deepEqual(
      store.run(runId).attempts.map((attempt) => attempt.environment),
      [environment],
    );
    assert.deepEqual([store.run(runId).phase, store.run(runId).phaseDone], ['sft', 3]);
    assert.equal(store.events(runId, { kinds: ['phase'] }).length, 1);
    store.recordEvent(runId, attempt, sampleStep(1));
    assert.equal(store.run(runId).phase, null);
    store.recordEvent(runId, attempt, { kind: 'checkpoint', step: 1, uri: 'checkpoints/1', hash: 'h', bytes: 5 });
    store.recordEvent(runId, attempt, { kind: 'alert', step: 1, level: 'warning', name: 'kl', message: 'KL is high' });
    store.recordEvent(runId, attempt, { kind: 'failed', step: 1, code: 'diverged', message: 'loss NaN' });
    const run = store.run(runId);
    assert.deepEqual([run.state, run.reason, run.errorCode], ['failed', 'loss NaN', 'diverged']);
    assert.equal(store.checkpoints(runId)[0]!.hash, 'h');
    const again = store.startRun(runId, { fromStep: 1 });
    assert.deepEqual([again.attempt, again.branch], [2, null]);
    store.recordEvent(runId, 2, { kind: 'finished', step: 1, seconds: 3, weightsHash: 'w' });
    assert.deepEqual(
      [store.run(runId).state, store.run(runId).reason, store.run(runId).weightsHash],
      ['finished', null, 'w'],
    );
  });
});
