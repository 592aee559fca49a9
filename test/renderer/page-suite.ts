/** A browser and an engine for the tests of one suite. */
import { after, before } from 'node:test';
import type { Browser } from 'playwright-core';
import { type TestEngine, testEngine } from '../setup/with-engine.ts';
import { openBrowser, visitor } from './browser.ts';

/** Starts both before the suite's first test, lets `fill` have them, ends them after its last; returns its `visit`. */
export function pageSuite(
  fill: (engine: TestEngine, browser: Browser) => unknown = () => {},
  options: Parameters<typeof testEngine>[0] = {},
) {
  let browser: Browser;
  let engine: TestEngine;
  before(async () => {
    browser = await openBrowser();
    engine = await testEngine(options);
    await fill(engine, browser);
  });
  after(async () => {
    await browser?.close();
    await engine?.end();
  });
  return visitor(() => ({ browser, pageUrl: engine.pageUrl }));
}
