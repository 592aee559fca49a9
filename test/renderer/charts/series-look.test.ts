/** Figures of reports have the colours of the page, which has them in its style sheet. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dashOf } from '../../../src/main/services/report/figures/look.ts';
import { seriesDash } from '../../../src/renderer/charts/colours.ts';
import { SERIES_COLOURS } from '../../../src/shared/app/series-look.ts';
import { textOf } from '../../setup/source-files.ts';

test('the colours of series are those of the style sheet, in both themes', () => {
  const [light = '', dark = ''] = textOf('src/renderer/styles/tokens.css').split('[data-theme="dark"]');
  const of = (theme: string) => [...theme.matchAll(/--series-\d+: (#[\da-f]+);/g)].map((match) => match[1]);
  assert.deepEqual(
    of(light),
    SERIES_COLOURS.map((colour) => colour.light),
  );
  assert.deepEqual(
    of(dark),
    SERIES_COLOURS.map((colour) => colour.dark),
  );
});

test('and its dashes', () => {
  for (let i = 0; i < 32; i++) assert.equal(dashOf(i), seriesDash(i).join(' '));
});
