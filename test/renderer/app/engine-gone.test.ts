/** What pages do when the engine goes and comes back: what failed is asked again by itself; one that no longer knows this browser is told. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { studyYaml, testEngine } from '../../setup/with-engine.ts';
import { browserProblem, openBrowser, openPage } from '../browser.ts';

const WAIT = { timeout: 60_000 };

describe('an engine that comes back', { skip: await browserProblem() }, () => {
  let browser: Browser;
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser?.close());

  test('a view that it was asked for meanwhile is filled without a press; one that forgot this browser says what to do', {
    timeout: 240_000,
  }, async () => {
    const first = await testEngine();
    await first.client.studies.start.mutate({ yaml: studyYaml({ name: 'kept', seeds: '[0]' }) });
    await first.engine.queue.whenIdle();
    const { page } = await openPage(browser, first.pageUrl, '/rollouts?run=1&step=3');
    const group = page.getByRole('region', { name: /^Responses to/ }).first();
    await group.waitFor(WAIT);
    await first.stop();
    await page.getByText('The engine does not answer. Reconnecting').waitFor(WAIT);
    await page.getByRole('button', { name: 'Step before' }).click();
    await page.getByRole('heading', { name: 'The engine does not answer' }).waitFor(WAIT);
    const port = Number(new URL(first.url).port);
    const second = await testEngine({ home: first.home, port });
    await group.waitFor(WAIT);
    await second.stop();
    await page.getByText('The engine does not answer. Reconnecting').waitFor(WAIT);
    rmSync(join(first.home, 'browsers.json'));
    const third = await testEngine({ home: first.home, port });
    await page.getByText('This browser is not known here.').first().waitFor(WAIT);
    await page.context().close();
    await third.stop();
    rmSync(first.home, { recursive: true, force: true });
  });
});
