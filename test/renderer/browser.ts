/** A real browser (npm @sparticuz/chromium, started by playwright-core) on a real engine, for tests of the page. */

import { existsSync } from 'node:fs';
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
  const args = chromium.args.filter((one) => !/^--(single-process|no-zygote|headless)/.test(one));
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
