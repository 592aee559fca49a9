/** Tables of loss types: every name of the settings has its weights, and one without them does not compile. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { AGGREGATIONS } from '../../src/main/loss/aggregation.ts';
import { LOSS_TYPES, type LossType } from '../../src/shared/kinds/update.ts';

it('a loss type has its weights and says whether it depends on the cut', () => {
  assert.deepEqual(Object.keys(AGGREGATIONS).sort(), Object.keys(LOSS_TYPES).sort());
  const following = Object.entries(AGGREGATIONS).filter(([, { followsCut }]) => followsCut);
  assert.deepEqual(
    following.map(([name]) => name),
    ['bnpo'],
  );
  // @ts-expect-error a loss type that says nothing of the step's totals
  const half: Record<LossType | 'made-up', (typeof AGGREGATIONS)[LossType]> = AGGREGATIONS;
  assert.ok(!('made-up' in half));
});
