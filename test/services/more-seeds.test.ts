/** More seeds for a study: which they are, how its text says them, and what the engine does with them. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Engine } from '../../src/main/engine/engine.ts';
import { estimateStudy } from '../../src/main/services/studies/estimate.ts';
import { moreSeeds, nextSeeds, withSeeds } from '../../src/main/services/studies/more-seeds.ts';
import { parseStudy, studyHash } from '../../src/shared/study/study.ts';
import { studyYaml } from '../setup/with-engine.ts';
import { fakeTrainers } from '../trainers/fake/fake-trainer.ts';

describe('the next seeds', () => {
  test('follow the largest, and fill the gaps where it is the last that there is', () => {
    assert.deepEqual(nextSeeds({ name: 's', seeds: [0, 1, 2] }, 2), [3, 4]);
    assert.deepEqual(nextSeeds({ name: 's', seeds: [7, 3] }, 2), [8, 9]);
    assert.deepEqual(nextSeeds({ name: 's', seeds: [0, 4294967294] }, 3), [4294967295, 1, 2]);
  });

  test('more than a study may have are refused with how many it may', () => {
    assert.throws(
      () => nextSeeds({ name: 's', seeds: [0, 1] }, 999),
      /would have 1001 seeds; a study has at most 1000/,
    );
  });
});

test('a text keeps its comments; one that says another study is written anew', () => {
  const text = `# mine\n${studyYaml({ seeds: '[0, 1] # two' })}`;
  const plan = parseStudy(text, 'study');
  const { study, yaml } = withSeeds(plan, text, [2]);
  assert.match(yaml, /^# mine/);
  assert.deepEqual(parseStudy(yaml, 'study').seeds, [0, 1, 2]);
  assert.equal(studyHash(parseStudy(yaml, 'study')), studyHash(study));
  const other = withSeeds(plan, studyYaml({ steps: 3 }), [2]);
  assert.equal(studyHash(parseStudy(other.yaml, 'study')), studyHash(study));
});

test('the engine adds and runs them, keeps what has run, and tells beforehand what they take', async () => {
  const home = mkdtempSync(join(tmpdir(), 'sophia-seeds-'));
  const engine = new Engine({ home, trainers: fakeTrainers });
  const text = studyYaml({ seeds: '[0, 1]' });
  const { studyId } = engine.startStudy(parseStudy(text, 'study'), text);
  await engine.queue.whenIdle();
  const before = engine.store.listRuns({ studyId }).map(({ id }) => id);
  const { seeds, estimate, isRegistered } = moreSeeds(engine.store, studyId, 3, 2);
  assert.deepEqual([seeds, estimate.runs, isRegistered], [[2, 3, 4], 6, false]);
  assert.ok(estimate.seconds !== null && estimate.diskBytes !== null, 'measured on the runs that are there');
  // Token values: the responses of the steps that keep them, as long as the measured ones, at 9 bytes a token.
  const lengths = before.map((id) => engine.store.metricMean(id, 'completions/mean_length')!);
  const diskOf = (every: number) => {
    const own = studyYaml({ variants: '[grpo]', seeds: '[7]' });
    const keeping = own.replace('settings:\n', `settings:\n  logging: { tokensEvery: ${every} }\n`);
    return estimateStudy(engine.store, parseStudy(keeping, 'study'), 1).diskBytes!;
  };
  const length = lengths.reduce((sum, one) => sum + one, 0) / lengths.length;
  const kept = 2 * 8 * 9 * length; // two of eight steps, eight responses each
  assert.ok(Math.abs(diskOf(4) - diskOf(0) - kept) < 1e-6, `${diskOf(4) - diskOf(0)}, ${kept}`);
  assert.deepEqual(engine.addSeeds(studyId, 3), { seeds: [2, 3, 4], queued: 6 });
  await engine.queue.whenIdle();
  const { plan, states, yaml } = engine.store.study(studyId);
  assert.deepEqual([plan.seeds, states.finished], [[0, 1, 2, 3, 4], 10]);
  assert.deepEqual(parseStudy(yaml, 'study').seeds, plan.seeds);
  const after = engine.store.listRuns({ studyId }).map(({ id }) => id);
  assert.ok(before.every((id) => after.includes(id)));
  engine.store.trashStudy(studyId);
  assert.throws(() => engine.addSeeds(studyId, 1), /in the trash/);
  await engine.close();
  rmSync(home, { recursive: true, force: true, maxRetries: 3 });
});
