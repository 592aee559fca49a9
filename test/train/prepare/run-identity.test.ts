/** Checkpoints go on after the program has gained settings, and not under other settings. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { runConfigHash } from '../../../src/main/train/prepare/run-identity.ts';
import { hashedSettings, parseSettings, settingLeaves, valueAt } from '../../../src/shared/settings/setting-paths.ts';
import { hashOf } from '../../../src/shared/values/hash.ts';

const PARTS = { modelHash: 'weights', dataHash: 'questions', layout: 'user: ' };

it('is what it was before model settings were added, as long as these have their default', () => {
  const settings = parseSettings({ model: { loraRank: 4 } });
  const { model: _now, ...others } = hashedSettings(settings);
  const model = {
    trm: 'tiny-vl-trm',
    stepTrm: 'tiny-vl-prm',
    loraRank: 4,
    loraAlpha: 32,
    freezeVision: true,
    policy: 'weights',
  };
  assert.equal(runConfigHash(settings, PARTS), hashOf({ ...others, model, dataHash: 'questions', layout: 'user: ' }));
});

it('tells apart other settings, added later or not, and other weights, but not the name of the policy', () => {
  const hash = (patch: object, parts = PARTS) => runConfigHash(parseSettings(patch), parts);
  const usual = hash({});
  assert.equal(hash({ model: { policy: 'another-name' } }), usual);
  assert.notEqual(hash({}, { ...PARTS, modelHash: 'others' }), usual);
  assert.notEqual(hash({ model: { loraRank: 2 } }), usual);
  assert.notEqual(hash({ reward: { judge: { systemText: 'Be strict.' } } }), usual);
  const added = settingLeaves().filter((leaf) => leaf.addedLater && leaf.path.startsWith('model.'));
  assert.ok(added.length > 0);
  for (const { path, choices = [], default: first } of added) {
    const other = choices.find((choice) => choice !== first);
    assert.ok(other !== undefined && valueAt(parseSettings({}), path) === first);
    assert.notEqual(hash({ model: { [path.slice('model.'.length)]: other } }), usual, path);
  }
});
