/**
 * `node scripts/run.mjs scripts/docs/guide-pictures.ts HOME`: walks through docs/guide.md in a real browser, step by step, and takes its
 * pictures (docs/pictures/guide-*.png). HOME must not exist yet or be empty; the study is trained for real, which takes some minutes.
 */
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startEngine } from '../../src/main/engine/start-engine.ts';
import { openBrowser, openPage } from '../../test/renderer/browser.ts';

const OUT = join(import.meta.dirname, '../../docs/pictures');
const SIZE = { width: 1280, height: 800 };
/** Curves are drawn, pictures of questions are loaded. */
const SETTLE_MS = 1500;
const LONG = { timeout: 3_600_000 };

const [home] = process.argv.slice(2);
if (home === undefined) throw new Error('Usage: node scripts/run.mjs scripts/docs/guide-pictures.ts HOME');
if (existsSync(home) && readdirSync(home).length > 0) throw new Error(`${home} is not empty`);
mkdirSync(home, { recursive: true });
const started = await startEngine({ home, parallel: 2 });
const browser = await openBrowser();
const { page, complaints } = await openPage(browser, started.pageUrl, '/new', SIZE);

async function picture(name: string): Promise<void> {
  await page.mouse.move(0, 0);
  await page.waitForTimeout(SETTLE_MS);
  const file = join(OUT, `guide-${name}.png`);
  await page.screenshot({ path: file });
  console.log(file);
}
const to = (title: string) => page.getByRole('navigation').getByRole('link', { name: title, exact: true }).click();

try {
  await page.getByRole('button', { name: 'quick', exact: true }).click();
  await page.getByLabel('Name', { exact: true }).fill('my-study');
  await page.getByLabel('Seeds', { exact: true }).fill('0, 1, 2');
  await page.getByRole('button', { name: 'Start 6 runs' }).waitFor();
  await picture('1-new-study');

  await page.getByLabel('Seeds', { exact: true }).fill('0, x');
  await page.getByText(/seeds/).first().waitFor();
  await picture('2-wrong-input');
  await page.getByLabel('Seeds', { exact: true }).fill('0, 1, 2');

  await page.getByRole('button', { name: 'Start 6 runs' }).click();
  await page
    .getByText(/step [1-9][0-9]* of 60/)
    .first()
    .waitFor(LONG);
  await page.waitForTimeout(15_000);
  await picture('3-running');
  await page.getByText('100 %').waitFor(LONG);
  await picture('4-finished');

  await to('Rollouts');
  const card = page.getByRole('article').first();
  await card.getByRole('button', { name: 'check thinking' }).click();
  await card.getByText('Rubric score').waitFor();
  await picture('5-rollouts');

  await to('Compare');
  await page.getByRole('tab', { name: 'Effects' }).click();
  await page.getByRole('heading', { name: /^Against / }).waitFor();
  await picture('6-effects');

  await to('What if');
  await page.getByLabel(/^Trust/).selectOption('none');
  await page.getByText(/→ 1\.000/).waitFor();
  await picture('7-what-if');

  await to('Tables');
  await page.getByRole('heading', { name: 'Results', exact: true }).waitFor();
  await picture('8-table');
} finally {
  await browser.close();
  await started.stop();
}
for (const complaint of complaints) console.error(complaint);
if (complaints.length > 0) process.exitCode = 1;
