/** Deep links: any tab, a pasted address and a reload after a restart are let in where the browser came with the start link once. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { studyYaml, type TestEngine, testEngine } from '../../setup/with-engine.ts';
import { browserProblem, openBrowser, openPage } from '../browser.ts';

describe('a browser that is known', { skip: await browserProblem() }, () => {
  let browser: Browser;
  before(async () => {
    browser = await openBrowser();
  });
  const engines: TestEngine[] = [];
  const start = async (options: Parameters<typeof testEngine>[0] = {}) => {
    const engine = await testEngine(options);
    engines.push(engine);
    return engine;
  };
  after(async () => {
    await browser?.close();
    for (const engine of engines) await engine.end();
  });

  test('opens links in new tabs and after a restart; a strange one is told what to do and is let in by the link', {
    timeout: 240_000,
  }, async () => {
    const first = await start();
    await first.client.studies.start.mutate({ yaml: studyYaml({ name: 'linked', seeds: '[0]' }) });
    await first.engine.queue.whenIdle();
    const { page } = await openPage(browser, first.pageUrl, '/studies');
    const context = page.context();
    await page.getByText('linked').first().waitFor();
    assert.doesNotMatch(page.url(), /token/);
    const kept = await page.evaluate(() =>
      JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.cookie]),
    );
    assert.ok(!kept.includes(first.token), 'no script can read what lets it in');

    const tab = await context.newPage();
    await tab.goto(`${first.url}/#/rollouts?run=1&step=3`);
    await tab
      .getByRole('region', { name: /^Responses to/ })
      .first()
      .waitFor();
    await tab.locator('img[src^="blob:"]').first().waitFor(); // pictures too

    const port = Number(new URL(first.url).port);
    await first.stop();
    const second = await start({ home: first.home, port });
    await tab.getByText('The engine does not answer').waitFor({ state: 'detached' });
    const later = await context.newPage();
    await later.goto(`${second.url}/#/studies/1`);
    await later.getByRole('heading', { name: 'linked' }).waitFor();

    const stranger = await (await browser.newContext()).newPage();
    await stranger.goto(`${second.url}/#/studies/1`);
    await stranger.getByRole('alert').filter({ hasText: 'This browser is not known here.' }).first().waitFor();
    assert.equal(await stranger.getByText('earlier start').count(), 0, 'what is untrue is not said');
    await stranger.evaluate((hash) => {
      location.hash = hash;
    }, `#token=${second.token}&to=/studies/1`); // the link pasted into the open tab
    await stranger.getByRole('heading', { name: 'linked' }).waitFor();
  });

  test('without cookies the page says so, not that the browser is unknown', async () => {
    const engine = await start();
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.route('**/session', async (route) => {
      const answer = await route.fetch();
      const { 'set-cookie': _dropped, ...headers } = answer.headers();
      await context.clearCookies();
      await route.fulfill({ response: answer, headers });
    });
    await page.goto(engine.pageUrl);
    await page.getByText('This browser keeps no cookies for 127.0.0.1').first().waitFor();
    await context.close();
  });
});
