/** A study's report: saved from its page, opened from disk in a browser without JavaScript, printed; whatever people and models wrote stays text. */
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { hasOrders } from '../../../src/shared/text/plain-text.ts';
import { studyYaml, type TestEngine } from '../../setup/with-engine.ts';
import { browserProblem } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();

const MARKUP = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script></style></svg><iframe src="https://example.org"></iframe>`;
const NOTES = `# What I saw\n\nGamma is **low**, as $\\gamma = e^{-1}$.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n${MARKUP}\n\n![x](https://example.org/x.png) [bad](javascript:alert(1)) [good](https://example.org/)`;
const TEXT = `<think>So \\(\\frac{1}{2}\\) of it. ${MARKUP} \u001b[31mred \u202eenod</think><answer>7</answer>`;

describe('the report of a study', { skip }, () => {
  let engine: TestEngine;
  let browser: Browser;
  let file: string;
  const visit = pageSuite(async (started, opened) => {
    engine = started;
    browser = opened;
    const yaml = studyYaml({ name: 'told' }).replace('Made for a test.', "'Made <b>for</b> a test.'");
    await engine.client.studies.start.mutate({ yaml });
    await engine.engine.queue.whenIdle();
    await engine.client.studies.note.mutate({ id: 1, notes: NOTES });
    engine.engine.store.database.prepare('UPDATE responses SET text = ?').run(TEXT);
  });

  test('is saved by a button of its page', () =>
    visit('/studies/1', async (page) => {
      const button = page.getByRole('button', { name: 'Report', exact: true });
      const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
      assert.equal(download.suggestedFilename(), 'told.html');
      file = join(engine.home, 'told.html');
      copyFileSync(await download.path(), file);
    }));

  for (const colorScheme of ['light', 'dark'] as const)
    test(`reads from disk without JavaScript and asks for nothing outside, ${colorScheme}`, async () => {
      const context = await browser.newContext({ javaScriptEnabled: false, colorScheme });
      const page = await context.newPage();
      const asked: string[] = [];
      const said: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      page.on('console', (message) => said.push(message.text()));
      await page.goto(pathToFileURL(file).href);
      for (const name of [
        'Verdict',
        'Results',
        'Curves',
        'Rollouts',
        'Notes',
        'Registration',
        'Settings',
        'Runs and hashes',
      ])
        await page.getByRole('heading', { level: 2, name, exact: true }).waitFor();
      await page.getByRole('heading', { name: 'What I saw' }).waitFor();
      await page.getByText('Made <b>for</b> a test.', { exact: true }).waitFor();
      assert.deepEqual(
        asked.filter((url) => !url.startsWith('data:') && url !== pathToFileURL(file).href),
        [],
      );
      assert.deepEqual(said, []);
      assert.equal((await page.locator('math').count()) > 1, true); // the note's and each response's
      assert.ok((await page.locator('figure svg').count()) >= 4);
      // Pictures are in the file and can be drawn; lines of curves have a length.
      assert.match((await page.locator('img').first().getAttribute('src')) ?? '', /^data:image\/png;base64,/);
      assert.ok(((await page.locator('figure svg path').first().getAttribute('d')) ?? '').length > 10);
      const ground = await page.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor);
      assert.equal(ground, colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(20, 25, 31)');
      await context.close();
    });

  test('what people and models wrote is text: no element, no address, no order to a terminal', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(pathToFileURL(file).href);
    const found = await page.evaluate(() => ({
      title: document.title,
      text: document.body.textContent ?? '',
      foreign: document.querySelectorAll('script, iframe, img:not([src^="data:image/png"]), [onerror], [onload]')
        .length,
      links: [...document.querySelectorAll('a')]
        .map((link) => link.getAttribute('href') ?? '')
        .filter((href) => !href.startsWith('#')),
    }));
    assert.equal(found.title, 'told: report');
    assert.equal(found.foreign, 0);
    assert.deepEqual(found.links, ['https://example.org/']);
    assert.ok(found.text.includes(`<img src=x onerror=`));
    assert.ok(found.text.includes('␛[31mred ⟨U+202E⟩enod'));
    assert.ok(!hasOrders(found.text));
    await context.close();
  });

  test('prints to pages on white, also where the system is dark', async () => {
    const context = await browser.newContext({ colorScheme: 'dark', viewport: { width: 688, height: 1000 } }); // A4 within its margins
    const page = await context.newPage();
    await page.goto(pathToFileURL(file).href);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const look = await page.evaluate(() => {
      const { backgroundColor, color } = getComputedStyle(document.body);
      const wide = [...document.querySelectorAll('table, svg, pre')].filter(
        (one) => one.getBoundingClientRect().right > innerWidth + 1,
      ).length;
      return { backgroundColor, color, wide };
    });
    assert.deepEqual([look.backgroundColor, look.color], ['rgb(255, 255, 255)', 'rgb(23, 32, 43)']);
    assert.equal(look.wide, 0);
    const pdf = await page.pdf({ format: 'A4' });
    assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
    assert.ok((pdf.toString('latin1').match(/\/Type\s*\/Page\b/g) ?? []).length >= 2);
    await context.close();
  });
});
