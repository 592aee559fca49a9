import assert from 'node:assert/strict';
import { test } from 'node:test';
import { distinctLabels, variantTitles } from '../../../src/shared/text/distinct-labels.ts';

test('labels that are alike get their names beside them, others stay as they are', () => {
  const check = (given: Record<string, string>, wanted: string[]) =>
    assert.deepEqual(distinctLabels(Object.entries(given).map(([key, label]) => ({ key, label }))), wanted);
  check({ a: 'GRPO', b: 'Full' }, ['GRPO', 'Full']);
  check({ a: 'Same', b: 'Same', c: 'Other' }, ['Same (a)', 'Same (b)', 'Other']);
  check({}, []);
  check({ a: '', b: '' }, [' (a)', ' (b)']);
  // One whose own title is what another would become.
  check({ a: 'Same', b: 'Same', c: 'Same (a)' }, ['Same (a) (a)', 'Same (b)', 'Same (a) (c)']);
});

test('however titles are chosen, no two are shown alike', () => {
  const titles = ['x', 'x', 'x (a)', 'x (a) (a)', 'x (b)', 'x (c) (c)'];
  const shown = variantTitles(titles.map((title, i) => ({ name: 'abcdef'[i]!, title })));
  assert.equal(new Set(shown).size, titles.length);
});
