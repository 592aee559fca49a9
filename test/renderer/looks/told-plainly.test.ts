/** What charts and tables say in few letters: titles as print has them, counts where points are left out, names that keep their end, "off". */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { symbolParts } from '../../../src/renderer/text/symbols.ts';
import { metricMeta } from '../../../src/renderer/ui/curves/metric-sections.ts';
import { cellText, headText } from '../../../src/renderer/ui/runs-table/cell-text.ts';
import { METRICS } from '../../../src/shared/run/metrics.ts';
import { type RunColumn, settingColumns } from '../../../src/shared/run-table/column.ts';
import { entryAt } from '../../../src/shared/values/list.ts';
import { hasWrongKey } from '../../../src/shared/worlds/noisy-key.ts';
import { studyYaml } from '../../setup/with-engine.ts';
import { browserProblem } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();
const LONG = ['a-study-whose-name-goes-on-for-sixty-letters-with-alpha-0.3', 'the-same-name-up-to-its-end-alpha-0.7'];

test('no title of a metric has an underscore, or a hyphen for a minus', () => {
  for (const name of Object.keys(METRICS)) assert.doesNotMatch(metricMeta(name).title, /_| - /, name);
  assert.equal(metricMeta('trust/mu_difference/mean').title, 'μc − μw');
  assert.deepEqual(symbolParts('μc − μw'), [
    { text: 'μ', below: 'c' },
    { text: ' − μ', below: 'w' },
  ]);
});

test('a setting that is turned off says off; one whose last word says too little keeps its group', () => {
  const of = (id: string): RunColumn =>
    entryAt(
      settingColumns([]).filter((column) => column.id === id),
      0,
      id,
    );
  assert.equal(cellText(of('reward.trust'), 'none'), 'off');
  assert.equal(cellText(of('reward.trust'), 'exp'), 'exp');
  assert.equal(cellText(of('reward.shuffled'), false), 'off');
  assert.equal(cellText(of('reward.trust'), null), '–');
  assert.equal(headText(of('sft.steps')), 'sft.steps');
  assert.equal(headText(of('reward.alpha')), 'alpha');
});

test('a question whose key is wrong on purpose is told by its id', () => {
  assert.deepEqual(
    [
      'shortcut/train/000314@1/cue-right-noisy',
      'flattery/train/000001@1/noisy',
      'math/train/000001',
      'a/noisy-one',
    ].map(hasWrongKey),
    [true, true, false, false],
  );
});

describe('on the pages', { skip }, () => {
  const visit = pageSuite(async ({ client, engine }) => {
    for (const name of LONG)
      await client.studies.start.mutate({ yaml: studyYaml({ name, variants: '[full]', seeds: '[0]' }) });
    await engine.queue.whenIdle();
  });

  test('the end of a long name stays in sight in the list of studies', () =>
    visit('/studies', async (page) => {
      const cells = page.getByRole('grid', { name: 'Studies' }).locator('td.name');
      await cells.first().waitFor();
      for (const name of LONG) {
        const link = cells.getByRole('link', { name, exact: true });
        const end = link.locator('[aria-hidden]').getByText(name.slice(-9), { exact: true });
        const [box, cell] = [
          await end.boundingBox(),
          await page.locator('td.name', { has: page.getByRole('link', { name, exact: true }) }).boundingBox(),
        ];
        assert.ok(box !== null && cell !== null && box.x + box.width <= cell.x + cell.width, name);
      }
    }));

  test('a chart that draws every point does not count them', () =>
    visit('/runs/1', async (page) => {
      await page.getByRole('region', { name: 'Outcome reward', exact: true }).locator('canvas').first().waitFor();
      assert.doesNotMatch((await page.locator('main').textContent()) ?? '', /\d of \d+\s+points/);
    }));

  test('what is below a symbol stands close to it', () =>
    visit('/runs/1?tab=distributions', async (page) => {
      const heading = page.locator('h3', { has: page.locator('sub') }).first();
      await heading.waitFor();
      assert.match((await heading.textContent()) ?? '', /^\s*μc − μw( by category)?\s*$/);
    }));
});
