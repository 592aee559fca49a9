/** What a study can see, on studies whose variance is known. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tablePower } from '../../../src/main/store/table/power.ts';
import { studyTable } from '../../../src/main/store/table/table.ts';
import { study } from './measured-study.ts';

/** Runs of `full` differ by `spread` of ten answers either way; the others do not differ. */
const measured = (spread: number, seeds = [0, 1, 2, 3, 4, 5]) =>
  study((variant, seed) => 5 + (variant === 'full' ? (seed % 2 === 0 ? spread : -spread) : 0), '', seeds);

describe('the power of a study', () => {
  it('is told for each average, and for a split of one benchmark by that one', () => {
    const { store, studyId } = measured(1);
    const rows = tablePower(studyTable(store, studyId), 0.05);
    assert.deepEqual(
      rows.map(({ column, seeds, questions, variants }) => [column, seeds, questions, variants]),
      [
        ['test average', 6, 20, 2],
        ['chart-hard', 6, 10, 2],
      ],
    );
  });

  it('needs more seeds where runs differ more, and no fewer for a smaller difference', () => {
    const [calm] = tablePower(studyTable(...tableOf(1)), 0.05);
    const [wild] = tablePower(studyTable(...tableOf(3)), 0.05);
    const [fine] = tablePower(studyTable(...tableOf(1)), 0.01);
    assert.ok(calm !== undefined && wild !== undefined && fine !== undefined);
    assert.ok((wild.seedsFor ?? 1001) > (calm.seedsFor ?? 0), `${wild.seedsFor} ${calm.seedsFor}`);
    assert.ok((fine.seedsFor ?? 1001) > (calm.seedsFor ?? 0));
    assert.ok((wild.detectable ?? 0) > (calm.detectable ?? 1));
  });

  it('is that of the plan where a plan is given', () => {
    const [planned] = tablePower(studyTable(...tableOf(1)), 0.05, { seeds: 12, questions: 200 });
    assert.deepEqual([planned?.seeds, planned?.questions], [12, 400]);
  });

  it('cannot be told from one seed', () => {
    const { store, studyId } = measured(1, [7]);
    assert.deepEqual(tablePower(studyTable(store, studyId), 0.05), []);
  });
});

function tableOf(spread: number) {
  const { store, studyId } = measured(spread);
  return [store, studyId] as const;
}
