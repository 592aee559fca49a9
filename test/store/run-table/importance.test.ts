/** Importance of settings against statsmodels (scripts/fixtures/setting-importance.py), and where nothing can be told. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { importanceOf, settingImportance } from '../../../src/main/store/run-table/importance.ts';
import { leastSquares } from '../../../src/main/store/statistics/least-squares.ts';
import { axisOf } from '../../../src/shared/run-table/axis.ts';
import type { CellValue, RunColumn } from '../../../src/shared/run-table/column.ts';
import { parseStudy } from '../../../src/shared/study/study.ts';
import { temporaryStore } from '../helpers.ts';

interface Case {
  readonly rows: readonly Record<string, CellValue>[];
  readonly rSquared: number;
  readonly settings: Record<string, { share: number; effects: [number, number][] }>;
}
const FIXTURE = join(import.meta.dirname, '../../fixtures/statistics/importance.json');
const { cases } = JSON.parse(readFileSync(FIXTURE, 'utf8')) as { cases: Case[] };

const setting = (id: string, kind: RunColumn['kind'] = 'number'): RunColumn => ({
  id,
  title: id,
  kind,
  group: 'setting',
});
const SETTINGS = [setting('alpha'), setting('rate'), setting('trust', 'text')];
const near = (found: number, wanted: number, what: string) =>
  assert.ok(Math.abs(found - wanted) <= 1e-6 * Math.max(1, Math.abs(wanted)), `${what}: ${found}, not ${wanted}`);
const rowsOf = (list: readonly Record<string, CellValue>[]) => list.map((values) => ({ values }));

describe('importance of settings', () => {
  for (const { rows, rSquared, settings } of cases)
    test(`of ${rows.length} runs is what statsmodels finds`, () => {
      const found = importanceOf(rowsOf(rows), SETTINGS, 'y');
      assert.equal(found.why, null);
      assert.equal(found.n, rows.length);
      near(found.rSquared!, rSquared, 'R²');
      assert.deepEqual(
        found.settings.map(({ column }) => column),
        Object.entries(settings)
          .toSorted(([, a], [, b]) => b.share - a.share)
          .map(([name]) => name),
      );
      for (const { column, share, effects, isLog } of found.settings) {
        const wanted = settings[column]!;
        assert.equal(isLog, column === 'rate');
        near(share, wanted.share, `share of ${column}`);
        assert.equal(effects.length, wanted.effects.length);
        effects.forEach(({ difference, half }, i) => {
          near(difference, wanted.effects[i]![0], `${column} ${i}`);
          near(half!, wanted.effects[i]![1], `interval of ${column} ${i}`);
        });
      }
    });

  const grid = (y: (alpha: number, rate: number) => number) =>
    rowsOf(
      [0.5, 1, 2, 4].flatMap((alpha) =>
        [1, 3, 10].flatMap((rate) => [-0.01, 0.01].map((noise) => ({ alpha, rate, y: y(alpha, rate) + noise }))),
      ),
    );
  test('two settings that act together are named, with R² of their combinations; settings that add up, even bent, are not', () => {
    // A higher rate learns whichever reward wins, the sooner: up at small alpha, down at large. Alone it seems to do nothing.
    const crossed = importanceOf(
      grid((alpha, rate) => (alpha < 1.5 ? 1 : -1) * (Math.log10(rate) - 0.49)),
      SETTINGS.slice(0, 2),
      'y',
    );
    assert.deepEqual(crossed.interaction?.settings, ['alpha', 'rate']);
    assert.ok(crossed.interaction!.ofSum < 0.1 && crossed.interaction!.rSquared > 0.9);
    const summed = importanceOf(
      grid((alpha, rate) => (alpha < 1.5 ? 0 : 1) + Math.log10(rate)),
      SETTINGS.slice(0, 2),
      'y',
    );
    assert.equal(summed.interaction, null);
  });

  test('a sweep over a factor of ten lies on powers of ten, whatever its quotient rounds to', () => {
    assert.ok(0.0003 / 0.00003 < 10);
    assert.equal(axisOf({ kind: 'number', group: 'setting' }, [0.00003, 0.0001, 0.0003])?.kind, 'log');
  });

  const [{ rows } = { rows: [] }] = cases;
  test('settings that change together are told and not ranked; the others stand as without them', () => {
    const doubled = rows.map((row) => ({ ...row, twin: 2 * Number(row.alpha) + 1, same: 7 }));
    const found = importanceOf(rowsOf(doubled), [...SETTINGS, setting('twin'), setting('same')], 'y');
    assert.deepEqual(found.collinear, ['alpha', 'twin']);
    assert.deepEqual(found.constant, ['same']);
    const alone = importanceOf(rowsOf(rows), SETTINGS, 'y');
    near(found.rSquared!, alone.rSquared!, 'R²');
    for (const column of ['rate', 'trust']) {
      const [a, b] = [found, alone].map(({ settings }) => settings.find((one) => one.column === column)!);
      near(a!.share, b!.share, column);
      near(a!.effects[0]!.half!, b!.effects[0]!.half!, column);
    }
  });

  test('a choice that goes with a number is collinear with it as well', () => {
    const named = rows.map((row) => ({ ...row, arm: `arm ${row.alpha}` }));
    const found = importanceOf(rowsOf(named), [...SETTINGS, setting('arm', 'text')], 'y');
    assert.deepEqual(found.collinear, ['alpha', 'arm']);
    assert.deepEqual(found.settings.map(({ column }) => column).toSorted(), ['rate', 'trust']);
  });

  test('runs without a value are left out and counted; too few, or all alike, are told', () => {
    const holes = rows.map((row, i) => ({ ...row, y: i < 3 ? null : row.y!, alpha: i === 3 ? null : row.alpha! }));
    const found = importanceOf(rowsOf(holes), SETTINGS, 'y');
    assert.deepEqual([found.n, found.leftOut], [rows.length - 4, 4]);
    assert.match(importanceOf(rowsOf(rows.slice(0, 2)), SETTINGS, 'y').why!, /At least 3 runs/);
    const few = [1, 2, 4].map((alpha, i) => ({ alpha, rate: i === 1 ? 1e-4 : 1e-5, trust: 'exp', y: i }));
    assert.match(importanceOf(rowsOf(few), SETTINGS, 'y').why!, /^3 runs are too few for 2 settings/);
    assert.match(importanceOf(rowsOf(rows.map((row) => ({ ...row, y: 1 }))), SETTINGS, 'y').why!, /the same value/);
    const alike = rows.map(({ y }) => ({ y: y!, alpha: 1, rate: 1, trust: 'exp' }));
    const none = importanceOf(rowsOf(alike), SETTINGS, 'y');
    assert.match(none.why!, /do not differ/);
    assert.deepEqual(none.constant, ['alpha', 'rate', 'trust']);
  });

  test('fewer rows than columns settle nothing', () => {
    const fit = leastSquares(
      [
        [1, 2, 4],
        [1, 3, 2],
        [2, 1, 5],
        [0, 1, 0],
      ],
      [1, 2, 3],
    )!;
    assert.equal(fit.df, 0);
    assert.deepEqual(fit.coefficients, [null, null, null, null]);
  });

  test('of a study: the runs that a filter lets through, on the settings that differ', () => {
    const store = temporaryStore();
    const variants = [0.1, 0.2, 0.3].map((alpha, i) => `v${i}: {base: full, reward: {alpha: ${alpha}}}`);
    const yaml = `name: swept\nvariants: {${variants}}\nseeds: [0, 1]\nbaseline: v0\nsettings: {training: {totalSteps: 1}}\n`;
    const { studyId } = store.addStudy(parseStudy(yaml, 'swept.yaml'));
    const runs = store.listRuns({ studyId });
    for (const { id, variant, seed } of runs) {
      const { attempt } = store.startRun(id);
      const kl = Number(variant.slice(1)) + 0.1 * seed;
      store.recordEvent(id, attempt, { kind: 'step', step: 1, metrics: { kl }, responses: [] });
    }
    const all = settingImportance(store, studyId, { target: 'kl' });
    assert.equal(all.n, 6);
    const [alpha] = all.settings;
    assert.equal(alpha!.column, 'reward.alpha');
    assert.deepEqual([alpha!.effects[0]!.from, alpha!.effects[0]!.to], ['0.1', '0.3']);
    near(alpha!.effects[0]!.difference, 2, 'from the least to the largest alpha');
    assert.equal(settingImportance(store, studyId, { filter: 'alpha < 0.3', target: 'kl' }).n, 4);
    assert.throws(() => settingImportance(store, studyId, { target: 'variant' }), /no column of numbers/);
  });
});
