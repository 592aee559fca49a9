/** What tables say of leverage. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leverageNotes } from '../../../src/main/store/table/leverage-notes.ts';
import { parseStudy } from '../../../src/shared/study/study.ts';
import { temporaryStore } from '../helpers.ts';

test('each variant with its leverage, and what is too small to show in answers', () => {
  const store = temporaryStore();
  const { studyId } = store.addStudy(
    parseStudy('name: l\nvariants: [grpo, full]\nseeds: [0, 1]\nsettings: {training: {totalSteps: 2}}', 'l.yaml'),
  );
  const runs = store.listRuns({ studyId });
  assert.deepEqual(leverageNotes(store, store.study(studyId).plan, runs), []);
  for (const run of runs) {
    const { attempt } = store.startRun(run.id);
    for (const step of [1, 2]) {
      const metrics =
        run.variant === 'full'
          ? { 'leverage/thinking': 0.2 + 0.1 * step, 'leverage/trust': step === 1 ? null : 0.011 }
          : {};
      store.recordEvent(run.id, attempt, { kind: 'step', step, metrics, responses: [] });
    }
  }
  assert.deepEqual(leverageNotes(store, store.study(studyId).plan, runs), [
    'Leverage (share of the training signal that changes when a part is removed, mean over steps): full: thinking reward 35 %, trust 1.1 %.',
    'Below 10 %, too little to show in answers whatever the seeds: trust in full.',
  ]);
});
