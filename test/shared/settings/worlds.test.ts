/** Worlds in settings: which models they use, and what does not go with them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSettings } from '../../../src/shared/settings/setting-paths.ts';

const refused = (patch: Parameters<typeof parseSettings>[0], message: RegExp) =>
  assert.throws(() => parseSettings(patch, 'mine.yaml'), message);

describe('the world of a study', () => {
  it('brings its models, unless others are named', () => {
    assert.equal(parseSettings({}).model.policy, 'tiny-vl-base');
    const { policy, trm } = parseSettings({ data: { world: 'shortcut' } }).model;
    assert.deepEqual([policy, trm], ['tiny-vl-shortcut', 'tiny-vl-shortcut-trm']);
    const own = parseSettings({ data: { world: 'shortcut' }, model: { policy: '/models/mine' } });
    assert.deepEqual([own.model.policy, own.model.trm], ['/models/mine', 'tiny-vl-shortcut-trm']);
  });

  it('is refused where there is none of its name', () => {
    refused({ data: { world: 'shortcuts' } }, /data\.world = "shortcuts" is not allowed: one of everyday, shortcut/);
  });

  it('refuses cues and wrong keys that it does not have', () => {
    refused(
      { data: { cueRate: 0.8 } },
      /data\.cueRate = 0\.8, but the world everyday has no cues\. Use data\.world: shortcut/,
    );
    refused({ data: { world: 'flattery', cueRate: 0.8 } }, /the world flattery has no cues/);
    refused(
      { data: { labelNoise: 0.1 } },
      /labelNoise = 0\.1, but the world everyday has none\. Use data\.world: shortcut or hard-shortcut or flattery/,
    );
    assert.equal(parseSettings({ data: { world: 'flattery', labelNoise: 0.1 } }).data.labelNoise, 0.1);
  });

  it('refuses embedded models that were made for another world', () => {
    const data = { world: 'shortcut' };
    refused(
      { data, model: { policy: 'tiny-vl-flattery' } },
      /policy = tiny-vl-flattery was made for the world flattery, not for shortcut\. Use tiny-vl-shortcut/,
    );
    refused({ model: { policy: 'tiny-vl-shortcut' } }, /made for the world shortcut, not for everyday/);
    refused({ data, model: { trm: 'tiny-vl-trm' } }, /model\.trm = tiny-vl-trm was made for the world everyday/);
    const unused = parseSettings({ data, model: { trm: 'tiny-vl-trm' }, reward: { thinking: 'none' } });
    assert.equal(unused.model.trm, 'tiny-vl-trm', 'a TRM that rates nothing does no harm');
  });

  it('is of embedded questions alone', () => {
    refused({ data: { world: 'shortcut', source: 'photos' } }, /worlds are of embedded questions/);
  });
});
