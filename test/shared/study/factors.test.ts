import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkStudy, studyHash } from '../../../src/shared/study/study.ts';

const study = (more: object) => checkStudy({ name: 'a', seeds: [0], ...more }, 'a.yaml');

test('a study that names its factors refuses arms that differ in anything else', () => {
  const pure = { variants: ['wo-trust', 'full'], factors: ['reward.trust'] };
  assert.deepEqual(study(pure).factors, ['reward.trust']);
  const impure = { ...pure, variants: ['full', { mine: { base: 'wo-trust', training: { learningRate: 1e-5 } } }] };
  assert.throws(() => study(impure), /also differ in training\.learningRate, not declared as a factor/);
  assert.ok(study({ ...impure, factors: ['reward', 'training.learningRate'] }), 'a group of settings is a factor too');
});

test('a factor that is no setting is refused with the nearest name', () => {
  assert.throws(
    () => study({ factors: ['reward.trsut'] }),
    /no setting "reward\.trsut".*Did you mean "reward\.trust"/s,
  );
});

test('a study without factors keeps the hash it had', () => {
  const plain = study({ variants: ['grpo', 'full'] });
  assert.ok(!('factors' in plain));
  assert.notEqual(studyHash(plain), studyHash(study({ variants: ['grpo', 'full'], factors: ['reward'] })));
});
