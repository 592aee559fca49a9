/** What a home keeps of a validation and says of it. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readReport, writeReport } from '../../src/main/store/validation/report-file.ts';
import { CHECK_NAMES, checksOf, figureText, holds, thresholdText } from '../../src/shared/validation/checks.ts';
import { type CheckEntry, checkLines, validationLine } from '../../src/shared/validation/report.ts';
import { temporaryFolder } from '../store/helpers.ts';

const entry = (value: number, more: Partial<CheckEntry> = {}): CheckEntry => ({
  figures: [{ name: '', value }],
  detail: null,
  threshold: 'at least 98 %',
  key: 'k',
  code: 'c',
  seconds: 1,
  at: Date.UTC(2026, 10, 29),
  ...more,
});

describe('a threshold', () => {
  test('is met within its bounds alone, by every figure, and never by none', () => {
    assert.equal(holds('style-shares', [0.2, 0.6]), true);
    assert.equal(holds('style-shares', [0.3, 0.61]), false);
    assert.equal(holds('weak-cue', [0.1]), false, 'under is not at most');
    assert.equal(holds('weak-cue', [0.0999]), true);
    assert.equal(holds('mechanism', [0]), false);
    assert.equal(holds('cue-copied', []), false);
    assert.equal(holds('cue-misleads', [Number.NaN]), false);
  });

  test('reads as the documents have it', () => {
    assert.equal(thresholdText('style-shares'), '20 % to 60 %');
    assert.equal(thresholdText('constant-thinking'), 'at most 1e-9');
    assert.equal(thresholdText('positive-control'), 'at least 30 points');
    assert.equal(thresholdText('mechanism'), 'under 0 points');
    assert.equal(thresholdText('trm-sound-cue'), 'at least 0.9');
    assert.equal(figureText(0.87654, 'area'), '0.877');
  });
});

describe('a report', () => {
  test('is read as it was written; a damaged file counts as none', () => {
    const home = temporaryFolder();
    assert.equal(readReport(home, 'shortcut'), null);
    const report = { world: 'shortcut' as const, models: { a: null }, checks: { 'cue-copied': entry(0.99) } };
    writeReport(home, report);
    assert.deepEqual(readReport(home, 'shortcut'), report);
    assert.equal(readReport(home, 'flattery'), null);
    mkdirSync(join(home, 'validation'), { recursive: true });
    writeFileSync(join(home, 'validation', 'shortcut.json'), '{"world": "shortcut", "checks": 3');
    assert.equal(readReport(home, 'shortcut'), null);
  });

  test('says when, how many checks passed, and how many were not run', () => {
    assert.equal(validationLine('shortcut', null), 'World shortcut: not validated on this home.');
    const checks = { 'cue-copied': entry(0.99), 'cue-misleads': entry(0.5, { threshold: 'at most 15 %' }) };
    assert.equal(
      validationLine('shortcut', { world: 'shortcut', models: {}, checks }),
      'World shortcut: validated 2026-11-29, 1 of 17 checks passed, 15 not run.',
    );
  });

  test('takes an entry of another threshold as not run', () => {
    const checks = { 'cue-copied': entry(0.99, { threshold: 'at least 50 %' }) };
    const lines = checkLines('shortcut', { world: 'shortcut', models: {}, checks });
    assert.equal(lines.find(({ check }) => check === 'cue-copied')?.passed, null);
  });

  test('every check belongs to a world; the everyday world has none', () => {
    const known = new Set((['shortcut', 'flattery', 'cheap-flattery'] as const).flatMap((world) => checksOf(world)));
    assert.deepEqual([...known].sort(), [...CHECK_NAMES].sort());
    assert.deepEqual(checksOf('everyday'), []);
  });
});
