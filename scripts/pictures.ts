/**
 * `npm run pictures -- HOME [--out dist/pictures]`: every page of the app with a real study home, at 1280 x 800 and 1920 x 1080, in both themes,
 * as PNG files PAGE-WIDTH-THEME.png, and the figures of the study's page as SVG files STUDY-FIGURE.svg. The pages are those of the navigation, and
 * the newest study with its first run. The home is used as it is: nothing is started on it. Pages that complain are named at the end, and the exit code is 1.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEngine } from '../src/main/engine/start-engine.ts';
import { openBrowser, openPage } from '../test/renderer/browser.ts';

const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];
/** Curves are drawn, pictures of questions are loaded. */
const SETTLE_MS = 1500;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string', default: join(import.meta.dirname, '../dist/pictures') } },
});
const [home] = positionals;
if (home === undefined) throw new Error('Usage: npm run pictures -- HOME [--out FOLDER]');
mkdirSync(values.out, { recursive: true });
const started = await startEngine({ home });
const browser = await openBrowser();
const complaints: string[] = [];
try {
  const [study] = started.engine.store.listStudies();
  if (study === undefined) throw new Error(`${home} holds no study: run one first`);
  const runs = started.engine.store.studyMatrix(study.id, []).cells.map((run) => run.id);
  const first = await openPage(browser, started.pageUrl);
  await first.page.locator('nav a[href^="#/"]').first().waitFor();
  const links = await first.page
    .locator('nav a[href^="#/"]')
    .evaluateAll((all) => all.map((one) => one.getAttribute('href')!.slice(1)));
  await first.page.context().close();
  const pages = [...new Set(links), `/studies/${study.id}`, `/runs/${runs[0]}`];
  for (const address of pages)
    for (const size of SIZES)
      for (const dark of [false, true]) {
        const to = address.startsWith('/compare') ? `/compare?study=${study.id}` : address;
        const { page, complaints: said } = await openPage(browser, started.pageUrl, to, { ...size, dark });
        await page.locator('h1').first().waitFor();
        await page.waitForTimeout(SETTLE_MS);
        const name = address
          .split('?')[0]!
          .split('/')
          .filter((part) => part !== '' && !/^\d+$/.test(part))
          .join('-');
        const one = /^\/(studies|runs)\/\d+/.test(address) ? name.replace(/ies$/, 'y').replace(/s$/, '') : name;
        const file = `${one}-${size.width}-${dark ? 'dark' : 'light'}.png`;
        await page.screenshot({ path: join(values.out, file) });
        for (const complaint of said) complaints.push(`${file}: ${complaint}`);
        await page.context().close();
        console.log(join(values.out, file));
      }
  const { page } = await openPage(browser, started.pageUrl, `/studies/${study.id}`, SIZES[1]!);
  const menus = page.getByRole('button', { name: /^Save the figure / });
  await menus.first().waitFor();
  await page.waitForTimeout(SETTLE_MS);
  for (const menu of await menus.all()) {
    const title = (await menu.getAttribute('aria-label'))!.replace('Save the figure ', '');
    await menu.click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'Figure as SVG' }).click(),
    ]);
    const file = join(values.out, `${study.name}-${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.svg`);
    await download.saveAs(file);
    console.log(file);
  }
} finally {
  await browser.close();
  await started.stop();
}
for (const complaint of complaints) console.error(complaint);
if (complaints.length > 0) process.exitCode = 1;
