/** Hashes of settings: what was added later does not change those that were made before it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hashedSettings, parseSettings, settingLeaves } from '../../../src/shared/settings/setting-paths.ts';
import { hashOf } from '../../../src/shared/values/hash.ts';

const settingsHash = (settings: object) => hashOf(hashedSettings(settings));

describe('the hash of settings', () => {
  it('is the same with a later setting at its default as without it, and another one with another value', () => {
    const now = parseSettings({});
    const before = structuredClone(now) as unknown as Record<string, Record<string, unknown>>;
    const later = settingLeaves().filter(({ addedLater }) => addedLater);
    for (const { path } of later) {
      const [group = '', name] = path.split('.');
      if (name === undefined) delete before[group];
      else delete before[group]?.[name];
      if (Object.keys(before[group] ?? { other: 1 }).length === 0) delete before[group]; // a group that came later itself
    }
    assert.ok(later.some(({ path }) => path === 'reward.correctThreshold'));
    assert.equal(settingsHash(now), hashOf(before));
    assert.equal(settingsHash(before), hashOf(before), 'as an older version stored them');
    assert.notEqual(settingsHash(parseSettings({ training: { maskTruncated: true } })), settingsHash(now));
    assert.notEqual(settingsHash(parseSettings({ reward: { correctThreshold: 1 } })), settingsHash(now));
    assert.notEqual(settingsHash(parseSettings({ sft: { warmupSteps: 5 } })), settingsHash(now));
    assert.equal(now.training.maskTruncated, false, 'the settings themselves are left alone');
  });

  it('holds every other setting, defaults too', () => {
    const kept = hashedSettings(parseSettings({}));
    const flat = Object.entries(kept).flatMap(([group, value]) =>
      typeof value === 'object' && value !== null ? Object.keys(value).map((name) => `${group}.${name}`) : [group],
    );
    for (const { path, addedLater } of settingLeaves()) {
      const top = path.split('.').slice(0, 2).join('.');
      assert.equal(flat.includes(top), addedLater !== true, path);
    }
  });
});
