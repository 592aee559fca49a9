/** A bad value of every setting of New study is told at its own field, in the words of its label. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { studyFaults } from '../../../src/renderer/pages/new-study/study-faults.ts';
import { SophiaError } from '../../../src/shared/errors.ts';
import { type SettingLeaf, settingLeaves, withValue } from '../../../src/shared/settings/setting-paths.ts';
import { checkStudy } from '../../../src/shared/study/study.ts';

/** What nobody can mean, by the kind of the setting. */
const BAD: Readonly<Record<SettingLeaf['kind'], readonly unknown[]>> = {
  number: [1e300, -1e300, 'x', null],
  integer: [1e15, -7, 0.5, 'x'],
  boolean: ['maybe', 2],
  choice: ['no such thing', 7],
  list: [['no such thing'], 7],
  text: [7, ['a']],
};
/** Names that only the home knows: what is wrong with them is told when the study's files are looked for. */
const OPEN: Readonly<Record<string, readonly unknown[]>> = {
  'reward.thinking': ['no such thing', 7],
  'evaluation.benchmarks': [['no such thing']],
};

for (const leaf of settingLeaves().filter(({ path }) => path !== 'seed'))
  test(`${leaf.path}: a bad value is told at "${leaf.title}"`, () => {
    for (const bad of BAD[leaf.kind]) {
      if (JSON.stringify(OPEN[leaf.path] ?? []).includes(JSON.stringify(bad))) continue;
      if (bad === null && leaf.whenNull !== undefined) continue; // null means something here
      const settings = withValue({}, leaf.path, bad);
      try {
        checkStudy({ name: 'a', variants: ['grpo', 'full'], seeds: [0], settings }, 'study');
      } catch (error) {
        assert.ok(error instanceof SophiaError, String(error));
        const { message, field } = error;
        const told = studyFaults({ message, field } as Parameters<typeof studyFaults>[0], 'a', null, [])[leaf.path];
        assert.ok(told?.startsWith(leaf.title), `${JSON.stringify(bad)}: "${message}" is told as ${told}`);
        assert.doesNotMatch(told ?? '', /Invalid|expected one of|undefined/, told);
        continue;
      }
      assert.fail(`${leaf.path} = ${JSON.stringify(bad)} is taken`);
    }
  });
