/** What trainer trl does with each setting: all of them are in its table, and what TRL cannot do is refused before anything starts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  clusterOnly,
  settingsMarkdown,
  TRL_SETTINGS,
  trlArguments,
  trlRefusals,
  trlSetting,
} from '../../../src/main/trainers/trl/settings-table.ts';
import { settingLeaves } from '../../../src/shared/settings/setting-paths.ts';
import { defaultSettings, type Settings } from '../../../src/shared/settings/settings.ts';
import { textOf } from '../../setup/source-files.ts';

const settings = (change: (settings: Settings) => void = () => {}): Settings => {
  const all = defaultSettings();
  change(all);
  return all;
};

test('every setting has its entry, and every entry is of a setting', () => {
  const paths = settingLeaves().map(({ path }) => path);
  assert.deepEqual(
    paths.filter((path) => trlSetting(path) === undefined),
    [],
  );
  const unknown = Object.keys(TRL_SETTINGS).filter(
    (key) => !paths.some((path) => path === key || (key.endsWith('.*') && path.startsWith(key.slice(0, -1)))),
  );
  assert.deepEqual(unknown, []);
});

test('the documentation shows the table as it is', () => {
  assert.ok(textOf('docs/scale.md').includes(settingsMarkdown()), 'npm run trl-docs');
});

test("a step's responses are cut into micro-batches as TRL counts them", () => {
  const made = trlArguments(
    settings(({ training }) => {
      Object.assign(training, {
        questionsPerStep: 8,
        numGenerations: 4,
        gradientAccumulationSteps: 2,
        numIterations: 3,
      });
      training.totalSteps = 10;
    }),
  );
  assert.deepEqual(
    [
      made.per_device_train_batch_size,
      made.gradient_accumulation_steps,
      made.steps_per_generation,
      made.num_generations,
    ],
    [16, 2, 2, 4],
  );
  assert.deepEqual([made.num_iterations, made.max_steps], [3, 30]);
});

test('workers divide a micro-batch between them, or are refused', () => {
  const of = (workers: number) =>
    settings(({ training }) => {
      Object.assign(training, { questionsPerStep: 4, numGenerations: 8, gradientAccumulationSteps: 2, workers });
    });
  assert.equal(trlArguments(of(4)).per_device_train_batch_size, 4);
  assert.deepEqual(trlRefusals(of(4)), []);
  assert.match(
    trlRefusals(of(3))[0]!.message,
    /^training\.workers = 3 cannot be had with trainer trl: .* 16 responses/,
  );
  assert.deepEqual([clusterOnly(of(1)).length, clusterOnly(of(2)).map(({ code }) => code)], [0, ['usage']]);
});

test('what TRL cannot do is refused by name', () => {
  assert.deepEqual(trlRefusals(settings()), []);
  const refused = trlRefusals(
    settings((all) => {
      all.loss.klEstimator = 'k1';
      all.reward.trust = 'mc-dropout';
      all.sft.steps = 5;
    }),
  ).map(({ message }) => message);
  assert.equal(refused.length, 3);
  assert.ok(
    refused.includes(
      'loss.klEstimator = "k1" cannot be had with trainer trl: TRL has k3 only. Choose another value, or trainer native.',
    ),
  );
});
