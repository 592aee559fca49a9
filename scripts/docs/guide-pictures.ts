/**
 * `npm run guide-pictures -- HOME`: walks through docs/guide.md in a real browser, step by step, and takes its
 * pictures (docs/pictures/guide-*.png). The study is trained for real, which takes some minutes; HOME must be empty, or hold this study from
 * a walk that was interrupted, which then goes on from there (without the picture of the study at work where it has ended).
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startEngine } from '../../src/main/engine/start-engine.ts';
import { openBrowser, openPage } from '../../test/renderer/browser.ts';

const OUT = join(import.meta.dirname, '../../docs/pictures');
const SIZE = { width: 1280, height: 800 };
/** Curves are drawn, pictures of questions are loaded. */
const SETTLE_MS = 1500;
const LONG = { timeout: 3_600_000 };
const NAME = 'my-study';

const [home] = process.argv.slice(2);
if (home === undefined) throw new Error('Usage: npm run guide-pictures -- HOME');
mkdirSync(home, { recursive: true });
const started = await startEngine({ home, parallel: 2 });
const known = started.engine.store.listStudies().map((study) => study.name);
if (known.some((name) => name !== NAME)) throw new Error(`${home} holds other studies: ${known.join(', ')}`);
const browser = await openBrowser();
const { page, complaints } = await openPage(browser, started.pageUrl, '/new', SIZE);

async function picture(name: string): Promise<void> {
  await page.mouse.move(0, 0);
  await page.waitForTimeout(SETTLE_MS);
  const file = join(OUT, `guide-${name}.png`);
  await page.screenshot({ path: file });
  console.log(file);
}
async function fill(label: string, text: string): Promise<void> {
  const field = page.getByLabel(label, { exact: true });
  await field.fill(text);
  await field.press('Tab');
}
const to = (title: string) => page.getByRole('navigation').getByRole('link', { name: title, exact: true }).click();

try {
  await page.getByRole('button', { name: 'quick', exact: true }).click();
  await fill('Name', NAME);
  await fill('Description', 'Does the thinking reward change what the model learns?');
  await fill('Seeds', '0, 1, 2');
  await page.getByText('6 runs, 360 steps').waitFor();
  await picture('1-new-study');

  await fill('Seeds', '0, x');
  await page
    .getByText(/Seeds: "x"/)
    .first()
    .waitFor();
  await picture('2-wrong-input');
  await fill('Seeds', '0, 1, 2');

  const [study] = started.engine.store.listStudies();
  if (study === undefined) await page.getByRole('button', { name: 'Start 6 runs' }).click();
  else {
    await to('Studies');
    await page.getByRole('link', { name: NAME }).click();
  }
  if (study?.states.finished !== 6) {
    if (study !== undefined) await page.getByRole('button', { name: 'Resume unfinished runs' }).click();
    await page
      .getByRole('cell')
      .getByText(/ left$/)
      .nth(1)
      .waitFor(LONG);
    await page.waitForTimeout(15_000);
    await picture('3-running');
  }
  await page.getByText('100 %', { exact: true }).waitFor(LONG);
  await page.getByText('(3 seeds)').first().waitFor(LONG); // the verdict comes a moment after the last run
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
  await page.getByRole('heading', { name: 'What if', exact: true }).waitFor();
  await page.getByLabel('Trust', { exact: true }).selectOption('none');
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
