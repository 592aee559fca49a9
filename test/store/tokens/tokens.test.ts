/** Token values in the database: kept with their step, replaced only where a run did not keep them itself, carried by archives. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { importArchive } from '../../../src/main/store/archive/import-archive.ts';
import { archiveToFile } from '../../../src/main/store/archive/write-archive.ts';
import { rowCheck } from '../../../src/main/store/schema/check-row.ts';
import { base64Of, packTokenValues } from '../../../src/shared/run/token-values.ts';
import { sampleStep, startedRun, temporaryFolder, temporaryStore } from '../helpers.ts';

const valuesOf = (logp: number): string =>
  base64Of(packTokenValues({ lengths: [1, 2], logps: [logp, 0], entropies: [1, 2], kls: null, clips: null }));
const OWN = Array.from({ length: 8 }, (_, i) => valuesOf(-i));
const idsOf = (store: ReturnType<typeof temporaryStore>, runId: number, step: number) =>
  store.stepResponses(runId, step).map((row) => row.id);

describe('token values', () => {
  it('are kept with their step: under the weights after the step before; a step without has none, not zeros', () => {
    const { store, runId, attempt } = startedRun();
    store.recordEvent(runId, attempt, sampleStep(1));
    store.recordEvent(runId, attempt, sampleStep(2, { tokenValues: OWN }));
    assert.deepEqual(store.stepTokens(runId, 1), { kept: 0, recorded: 0, responses: 8 });
    assert.deepEqual(store.stepTokens(runId, 2), { kept: 8, recorded: 8, responses: 8 });
    assert.equal(store.responseTokens(idsOf(store, runId, 1)[0]!), null);
    const { data, ...source } = store.responseTokens(idsOf(store, runId, 2)[3]!)!;
    assert.deepEqual(source, { weightsStep: 1, isRecorded: true, weightsHash: null });
    assert.equal(data.toString('base64'), OWN[3]);
    assert.equal(store.recordEvent(runId, attempt, sampleStep(2, { tokenValues: OWN })).written, false); // sent twice
  });

  it('computed afterwards never replace those that the run kept, and replace one another', () => {
    const { store, runId, attempt } = startedRun();
    store.recordEvent(runId, attempt, sampleStep(1, { tokenValues: OWN }));
    store.recordEvent(runId, attempt, sampleStep(2));
    store.keepTokens(runId, 1, 0, [valuesOf(-9)], { step: 3, hash: 'h' });
    assert.equal(store.responseTokens(idsOf(store, runId, 1)[0]!)!.isRecorded, true);
    store.keepTokens(runId, 2, 6, [valuesOf(-9), null], { step: 3, hash: 'h' });
    store.keepTokens(runId, 2, 6, [valuesOf(-8), null], { step: 2, hash: 'g' });
    const [first, second] = idsOf(store, runId, 2)
      .slice(6)
      .map((id) => store.responseTokens(id));
    assert.deepEqual([first!.weightsStep, first!.weightsHash, first!.isRecorded], [2, 'g', false]);
    assert.equal(first!.data.toString('base64'), valuesOf(-8));
    assert.equal(second, null);
  });

  it('of another form, or for responses that are not there, are refused whole', () => {
    const { store, runId, attempt } = startedRun();
    store.recordEvent(runId, attempt, sampleStep(1));
    assert.throws(() => store.keepTokens(runId, 1, 0, [valuesOf(-1), 'AAAA'], { step: 0, hash: null }), /version 1/);
    assert.throws(() => store.keepTokens(runId, 1, 7, [valuesOf(-1), valuesOf(-1)], { step: 0, hash: null }), /fewer/);
    assert.equal(store.stepTokens(runId, 1).kept, 0);
  });

  it('go with their responses: deleted with a run, cut off with a branch', () => {
    const { store, runId, attempt } = startedRun();
    const count = () => store.database.prepare('SELECT count(*) FROM response_tokens').pluck().get();
    store.recordEvent(runId, attempt, sampleStep(1, { tokenValues: OWN }));
    store.recordEvent(runId, attempt, {
      kind: 'checkpoint',
      step: 1,
      uri: 'checkpoints/step-000001',
      hash: 'h',
      bytes: 1,
    });
    store.recordEvent(runId, attempt, sampleStep(2, { tokenValues: OWN }));
    store.recordEvent(runId, attempt, { kind: 'paused', step: 2, message: 'for a test' });
    store.startRun(runId, { fromStep: 1 });
    assert.equal(store.stepTokens(runId, 2).responses, 0);
    assert.equal(count(), 16);
    const branch = store.listRuns({ branches: true }).find((run) => run.cutFrom === runId)!;
    assert.equal(store.stepTokens(branch.id, 2).recorded, 8);
    store.database.prepare('DELETE FROM runs WHERE id = ?').run(branch.id);
    assert.equal(count(), 8);
  });

  it('an archive carries them; one with other bytes is refused', async () => {
    const { store, studyId, runId, attempt } = startedRun();
    store.recordEvent(runId, attempt, sampleStep(1, { tokenValues: OWN }));
    store.recordEvent(runId, attempt, { kind: 'paused', step: 1, message: 'for a test' });
    const file = join(temporaryFolder(), 'study.sophia.zip');
    await archiveToFile(store, studyId, file, { checkpoints: 'none', program: 'test' });
    const { store: other, runId: there, attempt: first } = startedRun(temporaryStore()); // so that numbers differ
    other.recordEvent(there, first, sampleStep(1));
    other.renameStudy(1, 'before');
    other.database.prepare("UPDATE studies SET hash = 'other'").run();
    const imported = await importArchive(other, file);
    const run = imported.ids.get('runs')!.get(runId)!;
    assert.notEqual(run, runId);
    assert.deepEqual(
      idsOf(other, run, 1).map((id) => other.responseTokens(id)!.data.toString('base64')),
      OWN,
    );
    const row = { id: 1, response_id: 1, weights_step: 0, is_recorded: 1, weights_hash: null, data: OWN[0]! };
    assert.equal(rowCheck('response_tokens')(row), null);
    assert.match(rowCheck('response_tokens')({ ...row, data: 'AAAA' }) ?? '', /^data .* is no list of token values/);
    assert.match(rowCheck('response_tokens')({ ...row, data: '%' }) ?? '', /no base64/);
  });
});
