import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { MemoryLedger } from '../../jobs/memory-ledger.ts';
import { fakeTrainer } from '../fake/fake-trainer.ts';

const home = mkdtempSync(join(tmpdir(), 'sophia-worker-'));
after(() => rmSync(home, { recursive: true, force: true }));

const isNicest = getPriority() >= 19; // nothing gives way to a process that gives way to all others

test("a run's process gives way to the engine", {
  skip: isNicest && 'this process has the lowest priority',
}, async () => {
  const ledger = new MemoryLedger(home);
  ledger.create(1);
  const { settings, folder } = ledger.plan(1);
  const plan = { runId: 1, attempt: 1, settings, folder, resume: null, cluster: null, threads: 1, environment: {} };
  const run = fakeTrainer().start(plan, {
    event: () => {},
    together: (work) => work(),
    reference: () => {},
    waiting: () => {},
  });
  const priority = getPriority(run.pid!);
  assert.equal((await run.outcome).state, 'finished');
  assert.ok(priority > getPriority(), `${priority}, the engine ${getPriority()}`);
});
