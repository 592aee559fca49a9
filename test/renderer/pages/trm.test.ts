import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { TestEngine } from '../../setup/with-engine.ts';
import { browserProblem } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';
import { addTrmRows } from './trm-rows.ts';

const skip = await browserProblem();
const SLOW = { timeout: 120_000 };

describe('the TRM page', { skip }, () => {
  let engine: TestEngine;
  const visit = pageSuite((started) => {
    engine = started;
  });

  test('an empty workbench says how to begin', () =>
    visit('/trm', (page) => page.getByRole('button', { name: 'Collect responses…' }).waitFor()));

  test('a validation: accuracy with intervals, difference, parts, dependence, per split', () =>
    visit('/trm', async (page) => {
      addTrmRows(engine.engine.store);
      await page.reload();
      const accuracy = page.getByRole('region', { name: 'Pairwise accuracy' });
      await accuracy.getByText('[79.9 %, 84.7 %]').waitFor();
      await accuracy.getByText('27.0 [24.0, 30.0]').waitFor();
      const figures = page.getByRole('region', { name: 'Figures by rater' });
      await figures.getByRole('row', { name: /category chart.* 80\.3 \[75\.3, 85\.3\]/ }).waitFor();
      await figures.getByRole('row', { name: /dimension redundancy/ }).waitFor();
      await page.getByRole('img', { name: 'Calibration of trained, untrained' }).locator('svg').waitFor();
      await accuracy
        .getByRole('img', { name: /^Pairwise accuracy by rater as a plot/ })
        .locator('svg')
        .waitFor();
      await page.getByRole('table', { name: 'Score per ten more words at equal annotator score' }).waitFor();
      await page.getByRole('radio', { name: 'hard' }).click();
      await page.waitForURL(/split=hard/);
    }));

  test('the data flow adds up, and the pairs of each fate can be read', () =>
    visit('/trm?tab=data', async (page) => {
      const [build] = await engine.client.trm.builds.query();
      const flow = page.getByRole('region', { name: 'Data flow' });
      await flow.getByRole('row', { name: `collected – ${build!.collected}` }).waitFor();
      await flow
        .getByRole('row', { name: `sampled per interval ${build!.kept - build!.sampled} ${build!.sampled}` })
        .waitFor();
      await page.getByLabel('Outcome').selectOption('truncated');
      const found = await engine.client.trm.buildPairs.query({ id: build!.id, fate: 'truncated' });
      await page
        .getByRole('region', { name: 'Selected pair' })
        .getByText(found[0]!.thinking ?? 'no thinking')
        .waitFor();
      assert.equal(await page.getByRole('grid', { name: 'Pairs' }).locator('tbody tr').count(), found.length);
    }));

  test('the plots are saved as figures that stand by themselves: series and rows are named in them', async () => {
    const figures = {
      '/trm': {
        'first-look-test-calibration': ['>trained<', '>untrained<', 'annotator'],
        'first-look-test-pairwise-accuracy': ['>trained<', '[79.9 %, 84.7 %]'],
      },
      '/trm?tab=data': { 'first-build-pairs-per-interval': ['>before filtering<', '>sampled<', 'score from'] },
    };
    for (const [to, files] of Object.entries(figures))
      await visit(to, async (page) => {
        await page.getByRole('img').locator('svg.plot').first().waitFor(SLOW);
        for (const [name, words] of Object.entries(files)) {
          await page.getByRole('button', { name: `Save the figure ${name}` }).click(SLOW);
          const [download] = await Promise.all([
            page.waitForEvent('download'),
            page.getByRole('menuitem', { name: 'Figure as SVG' }).click(),
          ]);
          const svg = readFileSync(await download.path(), 'utf8');
          for (const word of words) assert.ok(svg.includes(word), `${word} in ${name}`);
          assert.doesNotMatch(svg, /var\(--|<style/);
          await page.getByRole('button', { name: `Save the figure ${name}` }).click(SLOW);
          const [picture] = await Promise.all([
            page.waitForEvent('download'),
            page.getByRole('menuitem', { name: 'Figure as PNG' }).click(),
          ]);
          assert.ok(readFileSync(await picture.path(), 'latin1').startsWith('\x89PNG'));
        }
      });
  });

  test('the queue tells what is scored, failed and waiting; the model its loss', () =>
    visit('/trm?tab=queue', async (page) => {
      const row = page.getByRole('region', { name: 'Annotation queues' }).locator('tbody tr');
      assert.match((await row.textContent()) ?? '', /49.*1.*timeout 1.*10.*100/);
      await page.getByRole('tab', { name: 'Models' }).click();
      await page.getByRole('img', { name: 'Loss of my-trm over its steps' }).waitFor();
    }));
});
