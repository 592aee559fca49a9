import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { RunQueue } from '../../src/main/jobs/run-queue.ts';
import { fakeTrainer } from '../trainers/fake/fake-trainer.ts';
import { MemoryLedger } from './memory-ledger.ts';

test('a run that was asked to stop and goes on says where it is, and when it is killed', async () => {
  const home = mkdtempSync(join(tmpdir(), 'sophia-jobs-'));
  const ledger = new MemoryLedger(home);
  ledger.create(1, 'fake:deaf,ms=20', 100_000);
  const begun = Promise.withResolvers<void>();
  const onEvent = (_run: number, event: { kind: string }) => event.kind === 'step' && begun.resolve();
  const queue = new RunQueue({ ledger, trainers: { native: fakeTrainer() }, graceMs: 4000, onEvent });
  queue.add([1]);
  await begun.promise;
  queue.stop(1);
  await queue.whenIdle();
  const [alert] = ledger.get(1).events.filter((event) => event.kind === 'alert');
  assert.match(
    alert!.message,
    /^Asked to stop, it is still at step \d+: it ends at its next safe point, and is killed 4 s/,
  );
  assert.equal(ledger.get(1).state, 'stopped');
  rmSync(home, { recursive: true, force: true });
});
