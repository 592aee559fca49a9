import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import Database from 'better-sqlite3';
import { homePaths } from '../../../src/main/store/open/home.ts';
import { openStore, type Store } from '../../../src/main/store/store.ts';
import { sampleStep, sampleStudy, temporaryFolder } from '../helpers.ts';

const STORE = JSON.stringify(join(import.meta.dirname, '../../../src/main/store/store.ts'));
/** A process that has a run, an annotation and a TRM's training under way, says so, and then does as it is told. */
const working = (then: string) => `
  import { openStore } from ${STORE};
  const store = openStore(process.argv[1]);
  const [waiting, running] = store.listRuns();
  store.startRun(running.id, { pid: process.pid });
  store.setRunState(waiting.id, 'queued', 'for this test');
  const { datasetId } = store.addTrmDataset('d', {}, []);
  const annotation = store.addTrmAnnotation(datasetId, 'a', 'rubric', {}, 1);
  const buildId = store.addTrmBuild({ name: 'b', kind: 'step', annotationId: annotation, options: {}, flow: [], pairs: [] });
  store.addTrmModel({ name: 'm', kind: 'step', buildId, base: 'x', folder: '/f', settings: {}, totalSteps: 2 });
  console.log('working');
  ${then}`;

function home(): string {
  const folder = join(temporaryFolder(), 'home');
  const store = openStore(folder);
  store.addStudy(sampleStudy());
  store.close();
  return folder;
}
const begin = (folder: string, then: string) =>
  spawn(process.execPath, ['--input-type=module-typescript', '-e', working(then), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });

/** What a reader is told: states and reasons of runs, then of the pipeline's rows. */
function told(folder: string) {
  const store = openStore(folder, { readonly: true });
  try {
    const runs = store.listRuns().slice(0, 2);
    return {
      runs: runs.map(({ state, reason, pid }) => [state, reason, pid]),
      listed: store.listRuns({ states: ['interrupted'] }).length,
      pipeline: [...store.trmAnnotations(), ...store.trmModels()].map(({ state }) => state),
      study: store.listStudies()[0]!.states,
    };
  } finally {
    store.close();
  }
}

describe('work whose process is gone', () => {
  it('is running for readers as long as its process lives, and interrupted once that is killed, without a write', async () => {
    const folder = home();
    const child = begin(folder, 'setInterval(() => {}, 1000);');
    await once(child.stdout, 'data');
    const during = told(folder);
    assert.deepEqual(
      during.runs.map(([state]) => state),
      ['queued', 'running'],
    );
    assert.equal(during.runs[1]![2], child.pid);
    assert.deepEqual(during.pipeline, ['running', 'training']);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const after = told(folder);
    assert.deepEqual(after.runs, [
      ['interrupted', 'The engine ended while the run was queued.', null],
      ['interrupted', 'The engine ended during the run. Resume continues from the last checkpoint.', null],
    ]);
    assert.equal(after.listed, 4);
    assert.deepEqual(after.pipeline, ['stopped', 'stopped']);
    assert.deepEqual(after.study, { interrupted: 4 });
    const plain = new Database(homePaths(folder).database, { readonly: true });
    assert.equal(plain.prepare("SELECT count(*) FROM runs WHERE state = 'running'").pluck().get(), 1);
    plain.close();
  });

  it('is settled for good, with an event, by whoever opens the home for writing next', () => {
    const folder = home();
    const { status } = spawnSync(
      process.execPath,
      ['--input-type=module-typescript', '-e', working("process.kill(process.pid, 'SIGKILL');"), folder],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    assert.equal(status, null);
    const seen = told(folder);
    const store = openStore(folder);
    const runs = store.listRuns().slice(0, 2);
    assert.deepEqual(
      runs.map(({ state, reason, pid }) => [state, reason, pid]),
      seen.runs,
    );
    assert.deepEqual(
      [...store.trmAnnotations(), ...store.trmModels()].map(({ state, reason }) => [state, reason]),
      Array(2).fill(['stopped', 'Its process ended. Run the same command to resume.']),
    );
    for (const { id } of runs) {
      const [last] = store.events(id, { kinds: ['state'] });
      assert.equal(last!.data!.state, 'interrupted');
    }
    assert.ok(store.startRun(runs[1]!.id).attempt === 2);
    store.close();
  });

  it('is left as it is where its trainer can be asked for it, by who reads and by who writes', () => {
    const folder = home();
    const before = openStore(folder);
    const [kept, lost] = before.listRuns();
    const { attempt } = before.startRun(kept!.id, { trainer: 'elsewhere', pid: 7 });
    before.keepReference(kept!.id, attempt, 'job 1');
    before.recordEvent(kept!.id, attempt, sampleStep(1), { sequence: 1 });
    before.startRun(lost!.id);
    before.close();
    const states = (store: Pick<Store, 'run'>) => [kept, lost].map((run) => store.run(run!.id).state);
    const reader = openStore(folder, { readonly: true });
    assert.deepEqual(states(reader as Store), ['running', 'interrupted']);
    assert.equal(reader.run(kept!.id).pid, 7);
    reader.close();
    const writer = openStore(folder);
    assert.deepEqual(states(writer), ['running', 'interrupted']);
    assert.deepEqual(writer.ongoingRuns(), [
      { runId: kept!.id, attempt, trainer: 'elsewhere', reference: 'job 1', sequence: 1 },
    ]);
    writer.setRunState(kept!.id, 'stopped');
    assert.deepEqual(writer.ongoingRuns(), []);
    writer.close();
  });
});
