/** Registering a study before its first run, and what tables and verdicts say of it. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { importArchive } from '../../../src/main/store/archive/import-archive.ts';
import { archiveToFile } from '../../../src/main/store/archive/write-archive.ts';
import type { Store } from '../../../src/main/store/store.ts';
import { studyTable } from '../../../src/main/store/table/table.ts';
import { studyVerdict } from '../../../src/main/store/verdict/verdict.ts';
import { registrationText } from '../../../src/shared/study/registration.ts';
import { parseStudy, studyHash } from '../../../src/shared/study/study.ts';
import { temporaryFolder, temporaryStore } from '../helpers.ts';

const AT = Date.UTC(2026, 10, 28, 12, 30);
const study = (more = '') =>
  parseStudy(
    `name: flat\nvariants: [grpo, full]\nseeds: [0, 1]\nsettings: {training: {totalSteps: 5}}\n${more}`,
    'flat.yaml',
  );
function clocked() {
  const clock = { now: AT };
  return { clock, store: temporaryStore(() => clock.now) };
}
const says = (store: Store, studyId: number) => registrationText(store.registrationOf(studyId));
const begin = (store: Store, studyId: number) => void store.startRun(store.listRuns({ studyId })[0]!.id);

describe('registering a study', () => {
  it('before its first run puts hash and date on record, and tables and verdict say so', () => {
    const { store, clock } = clocked();
    const plan = study('contrasts: [full - grpo]\nthresholds: {full - grpo: at least 30 points in every seed}');
    const made = store.registerStudy(plan);
    assert.deepEqual(made, { hash: studyHash(plan), registeredAt: AT, isNew: true });
    clock.now += 60_000;
    assert.deepEqual(store.registerStudy(plan), { ...made, isNew: false }, 'the same registration, its first date');
    const { studyId } = store.addStudy(plan);
    begin(store, studyId);
    assert.equal(says(store, studyId), 'Registered on 2026-11-28 12:30 UTC before the first run.');
    assert.ok(studyTable(store, studyId).notes.includes(says(store, studyId)));
    const verdict = studyVerdict(store, studyId);
    assert.equal(verdict.registration.state, 'registered');
    assert.match(
      verdict.notes.join('\n'),
      /Threshold written down before: full - grpo: at least 30 points in every seed\./,
    );
  });

  it('after a run of it began is refused in words, also where another study ran the same settings and seed', () => {
    const { store } = clocked();
    const { studyId } = store.addStudy(study());
    assert.equal(store.registerStudy(study()).isNew, true, 'added and not begun is early enough');
    assert.match(says(store, studyId), /^Registered/);
    const other = study('description: another file\n');
    begin(store, studyId);
    assert.throws(
      () => store.registerStudy(other),
      /It is too late to register: run \S+ of study flat \((grpo|full), seed [01]\) has its settings and began on 2026-11-28\./,
    );
    assert.equal(store.registerStudy(parseStudy('name: fresh\nseeds: [7]', 'fresh.yaml')).isNew, true);
  });

  it('changed afterwards is another study: exploratory, and it says what differs', () => {
    const { store } = clocked();
    store.registerStudy(study('contrasts: [full - grpo]'));
    const { studyId } = store.addStudy(study('contrasts: [grpo - full]\nbaseline: full'));
    assert.equal(
      says(store, studyId),
      'Exploratory: it differs from the study registered under this name on 2026-11-28 12:30 UTC in baseline, contrasts.',
    );
    const plain = clocked().store;
    const added = plain.addStudy(study());
    assert.equal(says(plain, added.studyId), 'Exploratory: not registered before its first run.');
  });

  it('and then given more seeds is exploratory too', () => {
    const { store } = clocked();
    store.registerStudy(study());
    const { studyId } = store.addStudy(study());
    store.extendStudy(studyId, study());
    assert.match(says(store, studyId), /^Registered/, 'filled with what it was, it is what it was');
    store.extendStudy(studyId, { ...study(), seeds: [0, 1, 2] });
    assert.match(says(store, studyId), /^Exploratory: it differs .* in seeds\.$/);
  });

  it('goes with its archive, as a claim of it, and only where its runs began later', async () => {
    const { store, clock } = clocked();
    store.registerStudy(study());
    const { studyId } = store.addStudy(study());
    clock.now += 60_000;
    begin(store, studyId);
    const claimed = async (file: string) => {
      await archiveToFile(store, studyId, file, { program: 'test' });
      const other = temporaryStore();
      const imported = await importArchive(other, file);
      return says(other, imported.studyId);
    };
    assert.match(
      await claimed(join(temporaryFolder(), 'a.zip')),
      /^Registered on 2026-11-28 12:30 UTC before the first run, as the archive claims/,
    );
    store.database.prepare('UPDATE studies SET registered_at = ?').run(AT + 3_600_000);
    assert.equal(await claimed(join(temporaryFolder(), 'b.zip')), 'Exploratory: not registered before its first run.');
  });

  it('keeps the hash of a study that has no thresholds', () => {
    assert.ok(!('thresholds' in study()));
    assert.notEqual(studyHash(study()), studyHash(study('thresholds: {effect: 3}')));
    assert.throws(() => study('thresholds: [3]'), /thresholds/);
  });
});
