import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runInProcess } from '../../src/main/cli/common/run-in-process.ts';
import { listBackups } from '../../src/main/store/backup/restore.ts';
import { homePaths } from '../../src/main/store/open/home.ts';
import { parseStudy } from '../../src/shared/study/study.ts';
import { studyYaml } from '../setup/with-engine.ts';
import { FAKE_PARTS } from '../trainers/fake/fake-trainer.ts';

test("a home that only the command line uses has its day's backup too", async () => {
  const home = mkdtempSync(join(tmpdir(), 'sophia-daily-'));
  for (const name of ['one', 'two'])
    await runInProcess({
      home,
      parts: FAKE_PARTS,
      begin(engine) {
        const { studyId } = engine.startStudy(parseStudy(studyYaml({ name, seeds: '[0]' }), 'test'));
        return engine.store.listRuns({ studyId });
      },
      end: () => {},
    });
  assert.deepEqual(
    listBackups(homePaths(home)).map(({ name }) => name.slice(0, 6)),
    ['daily-'],
  );
  rmSync(home, { recursive: true, force: true });
});
