import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startWorker } from '../../src/main/jobs/worker-process.ts';
import { MemoryLedger } from './fixtures/memory-ledger.ts';

const TRAINER = fileURLToPath(new URL('./fixtures/fake-trainer.ts', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'sophia-worker-'));
after(() => rmSync(home, { recursive: true, force: true }));

const isNicest = getPriority() >= 19; // nothing gives way to a process that gives way to all others

test("a run's process gives way to the engine", {
  skip: isNicest && 'this process has the lowest priority',
}, async () => {
  const ledger = new MemoryLedger(home);
  ledger.create(1);
  const { settings, folder } = ledger.plan(1);
  const start = { runId: 1, settings, runFolder: folder, resumeFrom: null, threads: 1, backend: settings.backend };
  const env = { ...process.env, SOPHIA_TEST_TRAINER: TRAINER };
  const worker = startWorker({ ...start, env, onEvent: () => {} });
  const priority = getPriority(worker.pid);
  assert.equal((await worker.outcome).state, 'finished');
  assert.ok(priority > getPriority(), `${priority}, the engine ${getPriority()}`);
});
