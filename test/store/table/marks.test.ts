/** What is bold, what has a star, by which rule, on studies whose truth is known. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { studyTable, TABLE_WRITERS } from '../../../src/main/store/table/table.ts';
import { study } from './measured-study.ts';

const few = () => study((variant, seed) => ({ grpo: 4, full: 6, odd: 4 })[variant]! + (seed === 2 ? 1 : 0));
/** Differences that no chance explains: full answers nine more of ten in every run. */
const clear = (seeds: number) =>
  study(
    (variant) => (variant === 'full' ? 10 : 1),
    '',
    Array.from({ length: seeds }, (_, seed) => seed),
  );

describe('marks', () => {
  it('marks differences of averages from five seeds on, and no others', () => {
    const marks = (seeds: number) => {
      const { store, studyId } = clear(seeds);
      const { rows, columns } = studyTable(store, studyId);
      return rows.map((row) => row.cells.flatMap((cell, c) => (cell.marked ? [columns[c]!.key] : [])));
    };
    assert.deepEqual(marks(4), [[], [], []]);
    assert.deepEqual(marks(5), [[], ['test-average', 'chart-hard'], []]); // hard has one benchmark
  });

  it('marks the declared contrasts alone, and shows those that are to no baseline', async () => {
    const declared = (contrasts: string) =>
      study((variant) => (variant === 'full' ? 10 : 1), contrasts, [0, 1, 2, 3, 4]);
    const { store, studyId } = declared('contrasts: [full - odd]');
    const table = studyTable(store, studyId);
    assert.ok(
      table.rows.every((row) => row.cells.every((cell) => !cell.marked)),
      'full - grpo is not declared',
    );
    const [only] = table.contrasts;
    assert.deepEqual([only!.arm, only!.against, only!.isFurther], ['full', 'odd', true]);
    assert.deepEqual(
      only!.cells.map((cell) => cell!.marked),
      [false, false, true, true],
    );
    assert.match(table.notes.join(' '), /averages of the declared contrasts \(full vs\. odd\)/);
    assert.match(TABLE_WRITERS.markdown(table), /\| Declared contrast \| chart-test/);
    assert.match(TABLE_WRITERS.csv(table), /\r\nfull - odd,/);
    assert.match(TABLE_WRITERS.latex(table), /Declared contrast, 95/);
    assert.ok((await TABLE_WRITERS.xlsx(table)).length > 0);
    const shown = studyTable(store, studyId, { baseline: 'odd' });
    assert.equal(shown.contrasts[0]!.isFurther, false);
    assert.deepEqual(
      shown.rows[1]!.cells.map((cell) => cell.marked),
      [false, false, true, true],
    );
  });

  it('corrects over the declared contrasts, not over those that nobody declared', () => {
    // p is 0.01 and 0.03: clear by itself, not among the six differences of three contrasts.
    const right = (variant: string, seed: number) => (variant === 'full' ? [6, 7, 5, 6, 7][seed]! : 1);
    const seeds = [0, 1, 2, 3, 4];
    const alone = study(right, 'contrasts: [full - grpo]', seeds);
    const among = study(right, 'contrasts: [full - grpo, odd - grpo, full - odd]', seeds);
    const stars = ({ store, studyId }: typeof alone) =>
      studyTable(store, studyId).contrasts[0]!.cells.filter((cell) => cell!.marked).length;
    assert.deepEqual([stars(alone), stars(among)], [2, 0]);
  });

  it('prints in bold whatever cannot be told from the best', () => {
    const { store, studyId } = clear(5);
    assert.deepEqual(
      studyTable(store, studyId).rows.map((row) => row.cells[2]!.best),
      [false, true, false],
    );
  });

  it('says by which rule its intervals are made, and makes those of earlier versions when asked', () => {
    const { store, studyId } = few();
    assert.match(studyTable(store, studyId).notes.join(' '), /crossed random effects \(Satterthwaite\)/);
    const old = studyTable(store, studyId, { interval: 'bootstrap' });
    assert.match(old.notes.join(' '), /95 % bootstrap interval over seeds and questions \(2000 draws\)/);
    assert.equal(old.rows[1]!.cells[0]!.versus!.components, null);
  });

  it('flips signs from six seeds on, Holm-corrected when asked', () => {
    const five = clear(5);
    assert.equal(studyTable(five.store, five.studyId).rows[1]!.cells[0]!.versus!.p, null);
    const six = clear(6);
    assert.equal(studyTable(six.store, six.studyId).rows[1]!.cells[0]!.versus!.p, 2 / 2 ** 6);
    assert.equal(studyTable(six.store, six.studyId, { holm: true }).rows[1]!.cells[0]!.versus!.p, 4 / 2 ** 6);
  });
});
