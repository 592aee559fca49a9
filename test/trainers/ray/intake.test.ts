/** Events of many jobs are committed together; what goes wrong with one leaves the others alone, and nothing is lost or told before it is committed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storeLedger } from '../../../src/main/engine/store-ledger.ts';
import type { RunSink } from '../../../src/main/jobs/trainer.ts';
import { openStore } from '../../../src/main/store/store.ts';
import { Intake } from '../../../src/main/trainers/ray/follow/intake.ts';
import { Released } from '../../../src/main/trainers/ray/follow/patience.ts';
import type { NumberedEvent } from '../../../src/shared/run/event-lines.ts';
import { parseStudy } from '../../../src/shared/study/study.ts';
import { temporaryFolder } from '../../store/helpers.ts';

const alert = (sequence: number): NumberedEvent => ({
  sequence,
  event: { kind: 'alert', step: 0, level: 'info', name: 'x', message: `${sequence}` },
});
const step = (sequence: number, name: string): NumberedEvent => ({
  sequence,
  event: { kind: 'step', step: sequence, metrics: { [name]: 1 }, responses: [] } as never,
});
const stays = () => false;

/** A sink that keeps what it is given, and counts commits. */
function sink(log: string[], name: string, fails: (sequence: number) => boolean = () => false): RunSink {
  return {
    event: (_event, sequence) => {
      if (fails(sequence)) throw new Error(`${name} takes no ${sequence}`);
      log.push(`${name}${sequence}`);
    },
    together: (work) => {
      log.push('begin');
      work();
      log.push('commit');
    },
    reference: () => {},
    waiting: () => {},
  };
}

test('what many jobs say is committed at once, in the order of each; a refused event ends its own job alone', async () => {
  const log: string[] = [];
  const intake = new Intake(1);
  const results = await Promise.allSettled([
    intake.take(sink(log, 'a'), [alert(1), alert(2)], stays),
    intake.take(
      sink(log, 'b', (sequence) => sequence === 2),
      [alert(1), alert(2), alert(3)],
      stays,
    ),
    intake.take(sink(log, 'c'), [alert(1)], stays),
    intake.take(sink(log, 'd'), [alert(1)], () => true),
  ]);
  assert.deepEqual(log, ['begin', 'a1', 'a2', 'b1', 'c1', 'commit']);
  const reasons = results.map((result) => (result.status === 'rejected' ? result.reason : null));
  assert.deepEqual([reasons[0], reasons[2]], [null, null]);
  assert.match(String(reasons[1]), /b takes no 2/);
  assert.ok(reasons[3] instanceof Released, 'a run that is left says it to the next engine');
});

test('where the commit fails each has its own try', async () => {
  const log: string[] = [];
  const intake = new Intake(1);
  let isFull = true;
  const full: RunSink = {
    ...sink(log, 'a'),
    together: (work) => {
      work();
      if (isFull) throw new Error('database or disk is full');
    },
  };
  await Promise.all([intake.take(full, [alert(1)], stays), intake.take(sink(log, 'b'), [alert(1)], stays)]);
  assert.deepEqual(log, ['a1', 'b1', 'a1', 'b1']);
  isFull = false;
  await intake.take(full, [alert(2)], stays);
  assert.equal(log.at(-1), 'a2', 'it goes on');
});

test('a long text is given piece by piece', async () => {
  const log: string[] = [];
  const all = Array.from({ length: 150 }, (_, i) => alert(i + 1));
  await new Intake(0).take(sink(log, 'a'), all, stays);
  assert.equal(log.filter((entry) => entry === 'commit').length, 3);
  assert.deepEqual(
    log.filter((entry) => entry.startsWith('a')),
    all.map(({ sequence }) => `a${sequence}`),
  );
});

test('the store writes all of it or nothing, tells of it after, and remembers nothing of what was undone', () => {
  const store = openStore(temporaryFolder());
  store.addStudy(parseStudy('name: s\nvariants: [full]\nseeds: [0, 1]\n', 'test'));
  const [one, two] = store.listRuns().map(({ id }) => id) as [number, number];
  for (const run of [one, two]) store.startRun(run);
  const ledger = storeLedger(store);
  const told: string[] = [];
  const give = (run: number, { event, sequence }: NumberedEvent) => {
    ledger.record(run, 1, event, sequence);
    ledger.whenCommitted(() => told.push(`${run}:${sequence}, ${store.database.inTransaction}`));
  };
  assert.throws(
    () =>
      ledger.together(() => {
        give(one, step(1, 'new/metric'));
        give(two, step(1, 'new/metric')); // its number is remembered by now
        throw new Error('the disk is full');
      }),
    /disk is full/,
  );
  assert.deepEqual([store.run(one).step, store.run(two).step, told], [0, 0, []]);
  ledger.together(() => {
    give(one, step(1, 'new/metric'));
    assert.throws(() => give(two, step(3, 'new/metric')), /came after/);
    assert.deepEqual(told, []);
  });
  assert.deepEqual([store.run(one).step, store.run(two).step, told], [1, 0, [`${one}:1, false`]]);
  const named = store.database
    .prepare(
      'SELECT m.value FROM metrics m JOIN metric_names n ON n.id = m.metric_id WHERE n.name = ? AND m.run_id = ?',
    )
    .pluck()
    .all('new/metric', one);
  assert.deepEqual(named, [1]);
  store.close();
});
