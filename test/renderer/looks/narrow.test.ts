/** Nothing is cut at 1024 pixels, nor at 853, which is 1280 at 150 % zoom: no page is wider than its window, no heading or button is. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { studyYaml } from '../../setup/with-engine.ts';
import { browserProblem } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();

const LONG = 'full-trust-exp-annealing-exp-with-a-long-name-of-its-own';
const VARIANTS = `[grpo, full, wo-trust, wo-annealing, wo-trust-and-annealing, oracle,
  { ${LONG}-7: { title: full trust exp annealing exp with alpha zero point seven, base: full, reward: { alpha: 0.7 } } },
  { ${LONG}-9: { title: full trust exp annealing exp with alpha zero point nine, base: full, reward: { alpha: 0.9 } } }]`;

/** Each page, the tab pressed there, and what tells that it stands. */
const PAGES: readonly (readonly [address: string, tab?: string])[] = [
  ['/studies'],
  ['/studies?show=runs'],
  ['/studies/1'],
  ['/studies/2'],
  ['/new'],
  ['/compare?study=1'],
  ['/compare?study=1', 'Effects'],
  ['/compare?study=1', 'Distributions'],
  ['/compare?study=1', 'Same question'],
  ['/rollouts?run=4&step=4'],
  ['/rollouts?run=4&mode=search'],
  ['/rollouts?run=4&step=4&read=4/4/0/0'],
  ['/what-if?run=4'],
  ['/tables'],
  ['/library'],
  ['/library', 'Questions'],
  ['/trm'],
  ['/settings'],
  ['/glossary'],
  ['/runs/4'],
  ['/runs/4', 'Distributions'],
  ['/runs/4', 'Checkpoints'],
  ['/runs/4', 'Settings and environment'],
];

/** Elements that reach beyond their window or their box where nothing scrolls them back. */
function beyond(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) found.push(`the document: ${root.scrollWidth} of ${root.clientWidth}`);
    const main = document.querySelector('main');
    if (main === null) return ['no main'];
    if (main.scrollWidth > main.clientWidth) found.push(`main: ${main.scrollWidth} of ${main.clientWidth}`);
    const scrolls = (element: Element | null): boolean =>
      element !== null &&
      element !== main &&
      (/auto|scroll/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
    const right = main.getBoundingClientRect().right;
    for (const element of document.querySelectorAll(
      'main button, main a, main h1, main h2, main h3, main select, main input',
    )) {
      const box = element.getBoundingClientRect();
      if (box.width > 1 && box.right > right + 1 && !scrolls(element.parentElement))
        found.push(
          `${element.tagName} "${element.textContent?.trim().slice(0, 40)}" ends at ${Math.round(box.right)} of ${right}`,
        );
    }
    return found;
  });
}

describe('narrow windows', { skip }, () => {
  const visit = pageSuite(async ({ client, engine }) => {
    await client.studies.start.mutate({
      yaml: studyYaml({ name: 'a-study-with-a-really-long-name-2026-11-29', steps: 4, variants: VARIANTS }),
    });
    // The newest is the chosen one of the list: a matrix much wider than its pane.
    const seeds = `[${Array.from({ length: 16 }, (_, seed) => seed).join()}]`;
    await client.studies.start.mutate({ yaml: studyYaml({ name: 'wide', steps: 1, variants: '[grpo]', seeds }) });
    await engine.queue.whenIdle();
  });

  for (const width of [1024, 853])
    test(`no page is wider than a window of ${width} pixels`, () =>
      visit(
        '/glossary',
        async (page) => {
          for (const [address, tab] of PAGES) {
            await page.evaluate((to) => {
              location.hash = to;
            }, address);
            await page.locator('h1').first().waitFor();
            if (tab !== undefined) await page.getByRole('tab', { name: tab, exact: true }).click();
            await page.waitForTimeout(700); // drawn and laid out
            assert.deepEqual(await beyond(page), [], `${address} ${tab ?? ''}`);
          }
        },
        { width, height: Math.round((width * 5) / 8) },
      ));

  test('the list of studies stands above the chosen one where both have no room side by side', () =>
    visit(
      '/studies',
      async (page) => {
        const table = await page.getByRole('grid', { name: 'Studies' }).boundingBox();
        await page.getByRole('region', { name: 'Selected study' }).waitFor();
        const chosen = await page.getByRole('region', { name: 'Selected study' }).boundingBox();
        assert.ok(table !== null && chosen !== null);
        assert.ok(chosen.y > table.y, 'below');
        assert.ok(chosen.width > 550, `${chosen.width} pixels wide`);
      },
      { width: 853, height: 533 },
    ));
});
