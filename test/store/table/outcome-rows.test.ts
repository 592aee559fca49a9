import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { studyTable, TABLE_WRITERS } from '../../../src/main/store/table/table.ts';
import { outcomeRows } from '../../../src/main/store/table/table-cells.ts';
import { study } from './measured-study.ts';

/** Exact answers 4 of 10 by every variant; the outcome reward of two wrong ones is 0.75, as of a text whose objects are in the wrong order. */
function swapped() {
  const made = study(() => 4);
  made.store.database.exec(
    'UPDATE evaluations SET mean_outcome = (4 + 2 * 0.75) / 10 WHERE correct = 4', // the answers themselves stay: tables read the mean
  );
  return made;
}

describe('outcome rewards beside accuracy', () => {
  it('are of the same runs, under their own name, and leave accuracy as it is', () => {
    const { store, studyId } = swapped();
    const table = studyTable(store, studyId);
    const [first] = table.rows[0]!.cells;
    assert.deepEqual(
      [table.score, first!.mean!.toFixed(6), first!.outcome!.mean.toFixed(6)],
      ['exact', '0.400000', '0.550000'],
    );
    assert.equal(outcomeRows(table).length, 3);
    assert.match(
      TABLE_WRITERS.markdown(table),
      /\| Mean outcome reward × 100 \| chart-test .*\n.*\n\| GRPO \| 55\.0 ± 0\.0 \|/,
    );
    assert.match(TABLE_WRITERS.latex(table), /\\emph\{Mean outcome reward \$\\times\$ 100\}[\s\S]*55\.0/);
    const [head, grpo] = TABLE_WRITERS.csv(table)
      .split('\r\n')
      .map((line) => line.split(','));
    assert.equal(grpo![head!.indexOf('chart-test outcome reward')], '55.0');
  });

  it('are not said twice where every answer earns 0 or 1: a note says that they are the accuracies', () => {
    const { store, studyId } = study(() => 4);
    const table = studyTable(store, studyId);
    assert.equal(table.rows[0]!.cells[0]!.outcome!.mean.toFixed(6), '0.400000');
    assert.deepEqual(outcomeRows(table), []);
    assert.ok(table.notes.includes('Mean outcome reward × 100: the same as the accuracy in every cell.'));
    assert.ok(!studyTable(swapped().store, 1).notes.some((note) => /the same as the accuracy/.test(note)));
  });

  it('are not said twice where the table counts them', () => {
    const { store, studyId } = swapped();
    const table = studyTable(store, studyId, { score: 'outcome' });
    assert.equal(table.rows[0]!.cells[0]!.mean, 0.55);
    assert.deepEqual(outcomeRows(table), []);
    assert.doesNotMatch(TABLE_WRITERS.markdown(table), /\| Mean outcome reward/);
  });
});
