/** A real browser (npm @sparticuz/chromium, started by playwright-core) on a real engine, for tests of the page. */

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type Page, chromium as playwright } from 'playwright-core';
import { buildPage } from '../../scripts/setup/page.mjs';

/** Why there is no browser here, or null: `test(name, { skip: await browserProblem() }, ...)`. */
export async function browserProblem(): Promise<string | false> {
  try {
    await (await openBrowser()).close();
    return false;
  } catch (error) {
    return `no browser could be started here: ${(error as Error).message.split('\n')[0]}`;
  }
}

/** Starts the browser; SOPHIA_TEST_BROWSER names another executable. */
export async function openBrowser(): Promise<Browser> {
  const own = process.env.SOPHIA_TEST_BROWSER;
  if (own !== undefined && existsSync(own)) return playwright.launch({ executablePath: own });
  const require = createRequire(import.meta.url);
  const { default: chromium } = (await import(require.resolve('@sparticuz/chromium'))) as {
    default: { args: string[]; executablePath(): Promise<string> };
  };
  const wanted = chromium.args.filter((arg) => !/^--(single-process|no-zygote|headless)/.test(arg));
  // Its GPU is a program (swiftshader), which draws a canvas much slower than the browser itself does without one: 60 s for a page of 39 charts.
  const args = [...wanted, '--disable-accelerated-2d-canvas'];
  return playwright.launch({ executablePath: await chromium.executablePath(), args, headless: true });
}

export interface OpenPage {
  readonly page: Page;
  /** What the page complained about: uncaught errors, console errors, refused by the content policy. */
  readonly complaints: string[];
}

/** Opens the engine's page at a hash address, in a size and theme. */
export async function openPage(
  browser: Browser,
  pageUrl: string,
  to = '/studies',
  look: { width?: number; height?: number; dark?: boolean } = {},
): Promise<OpenPage> {
  await buildPage();
  const { width = 1280, height = 800, dark = false } = look;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    const refusal = /status of 4\d\d/.test(message.text()); // the browser's own line for an answer that the page shows in words
    if ((message.type() === 'error' && !refusal) || /Content Security Policy/.test(message.text()))
      complaints.push(message.text());
  });
  await page.goto(`${pageUrl}&to=${encodeURIComponent(to)}`);
  return { page, complaints };
}

/** How a page is looked at. */
type Look = NonNullable<Parameters<typeof openPage>[3]>;

/** A `visit` for one engine: opens an address, lets `body` look, and checks that the page complained about nothing. */
export function visitor(where: () => { readonly browser: Browser; readonly pageUrl: string }) {
  return async (to: string, body: (page: Page) => Promise<unknown>, look: Look = {}): Promise<void> => {
    const { browser, pageUrl } = where();
    const { page, complaints } = await openPage(browser, pageUrl, to, look);
    await body(page);
    assert.deepEqual(complaints, []);
    await page.context().close();
  };
}

/** What axe finds serious or critical on a page as it is, one line each. */
export async function seriousFaults(page: Page): Promise<string[]> {
  const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(source);
  return page.evaluate(async () => {
    interface Found {
      violations: { id: string; impact: string; help: string; nodes: { html: string }[] }[];
    }
    const { axe } = globalThis as unknown as { axe: { run(): Promise<Found> } };
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
  });
}
