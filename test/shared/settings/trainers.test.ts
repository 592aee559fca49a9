/** Settings that mean something to one trainer only. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSettings, type SettingLeaf, settingLeaf } from '../../../src/shared/settings/setting-paths.ts';
import { checkTrainer } from '../../../src/shared/settings/trainer-settings.ts';
import { parseStudy, planRuns, studyHash } from '../../../src/shared/study/study.ts';

test('a setting says whose it is', () => {
  assert.deepEqual(settingLeaf('backend').trainers, ['native']);
  assert.equal(settingLeaf('reward.alpha').trainers, undefined);
});

test('the trainer is a setting; an unknown one is refused with those that there are', () => {
  assert.equal(parseSettings({}).trainer, 'native');
  assert.throws(
    () => parseSettings({ trainer: 'verl' as 'native' }),
    /trainer = "verl" is not allowed: one of native, trl\./,
  );
});

test("a study's hash is what it was before there was a choice", () => {
  const plain = parseStudy('name: a\nvariants: [grpo]', 'test');
  const named = parseStudy('name: a\nvariants: [grpo]\nsettings: { trainer: native }', 'test');
  assert.deepEqual(planRuns(plain)[0], planRuns(named)[0]);
  // Made by the version before the setting.
  assert.equal(studyHash(plain).slice(0, 16), '1aac94760662d84c');
});

test('a value for a setting of another trainer is refused by name, its default is not', () => {
  const leaves = [
    { ...settingLeaf('backend'), trainers: ['native'] },
    { ...settingLeaf('loss.beta'), trainers: ['trl', 'other'] },
  ] as unknown as SettingLeaf[];
  const settings = (trainer: string, backend: string, beta: number) =>
    ({ trainer, backend, loss: { beta } }) as unknown as Parameters<typeof checkTrainer>[0];
  checkTrainer(settings('trl', 'auto', 0.5), 'x', leaves);
  checkTrainer(settings('native', 'wasm', 0.04), 'x', leaves);
  assert.throws(
    () => checkTrainer(settings('trl', 'wasm', 0.04), 'study.yaml: variant full', leaves),
    /^SophiaError: study\.yaml: variant full: backend = "wasm" means nothing to trainer trl\. Leave it out, or use trainer native\.$/,
  );
  assert.throws(
    () => checkTrainer(settings('native', 'auto', 0.5), 'x', leaves),
    /loss\.beta = 0\.5 means nothing to trainer native\. Leave it out, or use trainer trl or other\.$/,
  );
});
