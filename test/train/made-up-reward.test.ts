/**
 * A thinking reward that this file alone knows, as a newcomer would add one: an entry of the table and its maker. Settings, forms, checks of
 * names, raters and a training step take it as they take the program's own.
 */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { raterOf } from '../../src/main/cli/trm/raters.ts';
import { THINKING_MAKERS } from '../../src/main/rewards/thinking/makers.ts';
import type { MakeThinking } from '../../src/main/rewards/thinking/source.ts';
import { encodeQuestion } from '../../src/main/rollouts/encode-question.ts';
import { generateQuestion } from '../../src/main/tasks/worlds/everyday/generate.ts';
import { type BackendInfo, useBackend } from '../../src/main/tensor/backend.ts';
import { grpoStep } from '../../src/main/train/grpo-step.ts';
import { checkNames } from '../../src/main/train/prepare/check-names.ts';
import { prepareRun } from '../../src/main/train/prepare/prepare-run.ts';
import { modelSettings, THINKING, type ThinkingKind } from '../../src/shared/kinds/thinking.ts';
import { parseSettings, type SettingsPatch, settingLeaves } from '../../src/shared/settings/setting-paths.ts';
import { raterForms, raterSettings, standardRaters } from '../../src/shared/trm/rater-names.ts';
import { tinyModelFolder } from './tiny-model.ts';

const vowels = {
  title: 'Vowels',
  help: 'The share of vowels in a thinking.',
  isOff: false,
  modelSetting: 'stepTrm', // not that it needs one: its name is to be looked up
  spreads: false,
  needs: [],
  rater: { form: 'vowels:NAME', fills: { NAME: 'model.stepTrm' } },
} as const satisfies ThinkingKind;

const share = (text: string): number => (text.match(/[aeiou]/g)?.length ?? 0) / Math.max(1, text.length);

const makeVowels: MakeThinking = () => ({
  rewarder: {
    name: 'vowels',
    score: async (requests) => requests.map(({ thinking }) => ({ score: share(thinking), attempts: 0, seconds: 0 })),
  },
  hash: 'made up',
});

const KINDS = { ...THINKING, vowels };
const MAKERS = { ...THINKING_MAKERS, vowels: makeVowels };

let backend: BackendInfo;
let model: string;
before(async () => {
  backend = await useBackend('auto', { threads: 1 });
  model = tinyModelFolder();
});

const settingsOf = (reward: object = {}, trust = 'exp') =>
  parseSettings(
    {
      model: { policy: model, stepTrm: 'nowhere' },
      generation: { maxCompletionLength: 12 },
      training: { questionsPerStep: 2, numGenerations: 4 },
      reward: { thinking: 'vowels', alpha: 2, trust, ...reward },
    } as SettingsPatch,
    'made up',
    KINDS,
  );

describe('a thinking reward made up in a test', () => {
  it('is a choice of the settings with its title, and of no other table', () => {
    const leaf = (kinds?: typeof KINDS) => settingLeaves(kinds).find(({ path }) => path === 'reward.thinking');
    assert.deepEqual(leaf(KINDS)?.choices, Object.keys(KINDS));
    assert.equal(leaf(KINDS)?.kinds?.vowels?.title, 'Vowels');
    assert.deepEqual(leaf()?.choices, Object.keys(THINKING));
    assert.throws(
      () => parseSettings({ reward: { thinking: 'vowels' } }),
      /reward\.thinking = "vowels" is not allowed: one of none, trm, untrained, oracle, blind-rubric, length, endpoint, step-level\./,
    );
  });

  it('is refused trust by MC dropout, as it gives no spread', () => {
    assert.throws(
      () => settingsOf({}, 'mc-dropout'),
      /which reward\.thinking = vowels does not support\. Use thinking reward/,
    );
  });

  it('has its model looked up before a study is queued, and counted among what a run is made from', () => {
    assert.throws(() => checkNames(settingsOf(), '/nowhere', KINDS), /Model "nowhere" not found/);
    assert.deepEqual(modelSettings(settingsOf().reward, KINDS), ['policy', 'stepTrm']);
  });

  it('is a rater by the form of its entry', async () => {
    assert.deepEqual(raterSettings('vowels:x', KINDS), { reward: { thinking: 'vowels' }, model: { stepTrm: 'x' } });
    assert.ok(raterForms(KINDS).includes('vowels:NAME'));
    assert.ok(standardRaters(KINDS).includes('vowels:tiny-vl-prm'));
    const ask = { keyEnv: 'NONE', concurrency: 1, timeout: 1, attempts: 1 };
    const rater = raterOf(null, 'vowels:x', ask, undefined, KINDS, MAKERS);
    const question = generateQuestion('train', 0);
    const [score] = await rater.score([{ question, thinking: 'aab', response: '' }]);
    assert.deepEqual([rater.name, score?.score], ['vowels:x', 2 / 3]);
  });

  it('rewards the responses of a training step', async () => {
    const settings = settingsOf();
    const folder = mkdtempSync(join(tmpdir(), 'sophia-made-up-'));
    const run = prepareRun(settings, backend, folder, null, { makers: MAKERS });
    assert.equal(run.environment.trmHash, 'made up');
    const questions = [0, 1].map((index) => encodeQuestion(run.sampler, generateQuestion('train', index), run.encode));
    const { records } = await grpoStep(run, 1, questions);
    assert.equal(records.length, 8);
    for (const { outcomeReward, thinkingReward, gamma, decay, alpha, reward } of records) {
      assert.ok(thinkingReward !== null && gamma !== null && decay !== null && outcomeReward !== null);
      assert.equal(alpha, 2);
      assert.equal(reward, outcomeReward + gamma * 2 * decay * thinkingReward);
    }
    assert.ok(new Set(records.map((record) => record.thinkingReward)).size > 1);
  });

  it('does not compile without its other half', () => {
    // @ts-expect-error an entry that has no maker
    const half: Record<keyof typeof KINDS, MakeThinking> = THINKING_MAKERS;
    assert.ok(!('vowels' in half));
  });
});
