/** Every page through axe, in both themes. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { studyYaml, type TestEngine, testEngine } from '../../setup/with-engine.ts';
import { browserProblem, openBrowser, seriousFaults, visitor } from '../browser.ts';

const skip = await browserProblem();
/** Addresses, and what is there when the page has what it shows. */
const PAGES: readonly (readonly [to: string, text: string])[] = [
  ['/studies', 'seen'],
  ['/studies?show=runs', 'full'],
  ['/studies/1', 'Results'],
  ['/runs/1', 'Outcome reward'],
  ['/runs/1?tab=events', 'checkpoint'],
  ['/runs/1?tab=facts', 'training.totalSteps'],
  ['/new', 'Build variants from factors'],
  ['/tables', 'Published figures'],
  ['/library', 'tiny-vl-base'],
  ['/settings', 'Appearance'],
];

describe('axe', { skip }, () => {
  let browser: Browser;
  let engine: TestEngine;
  before(async () => {
    browser = await openBrowser();
    engine = await testEngine();
    await engine.client.studies.start.mutate({ yaml: studyYaml({ name: 'seen' }) });
    await engine.engine.queue.whenIdle();
  });
  after(async () => {
    await browser?.close();
    await engine?.end();
  });
  const visit = visitor(() => ({ browser, pageUrl: engine.pageUrl }));

  for (const dark of [false, true])
    for (const [to, text] of PAGES)
      test(`finds nothing serious on ${to} in the ${dark ? 'dark' : 'light'} theme`, () =>
        visit(
          to,
          async (page) => {
            await page.locator('main').getByText(text).first().waitFor();
            assert.deepEqual(await seriousFaults(page), []);
          },
          { dark },
        ));
});
