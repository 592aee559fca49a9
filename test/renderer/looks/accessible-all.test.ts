/** Every page, every tab and every dialog through axe, in both themes: one browser page for each theme, which goes from address to address. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { studyYaml } from '../../setup/with-engine.ts';
import { browserProblem, seriousFaults } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();
const WIDE_FORMULA = String.raw`\[ ${Array.from({ length: 60 }, (_, i) => `x_{${i}}`).join(' + ')} = 1 \]`;
const tabs = (path: string, names: readonly string[]): string[] =>
  names.map((tab) => `${path}${path.includes('?') ? '&' : '?'}tab=${tab}`);

const PAGES = [
  ...[
    '/studies',
    '/studies?show=runs',
    '/studies?show=archive',
    '/studies?show=trash',
    '/studies/1',
    '/studies/1/runs',
  ],
  ...['/studies/99', '/runs/99', '/nothing/here', '/new', '/what-if?run=3', '/what-if?run=1', '/tables', '/glossary'],
  ...tabs('/compare?study=1', ['curves', 'effects', 'distributions', 'trust', 'settings', 'answers']),
  ...['/rollouts?run=3&step=2', '/rollouts?run=3&mode=search', '/rollouts?run=3&step=2&read=3/2/0/0', '/settings'],
  ...tabs('/trm', ['validation', 'data', 'queue', 'models']),
  ...tabs('/library', ['models', 'data', 'questions']),
  ...tabs('/runs/3', ['metrics', 'distributions', 'trust', 'answers', 'steps', 'events', 'log', 'machine']),
  ...tabs('/runs/3', ['checkpoints', 'facts']),
];

/** Where a dialog or a menu is, and what opens it. */
const DIALOGS: readonly (readonly [to: string, open: (page: Page) => Promise<unknown>])[] = [
  ['/studies', (page) => page.keyboard.press('Control+k')],
  ['/studies', (page) => page.keyboard.press('?')],
  ['/studies', (page) => page.getByRole('button', { name: 'Import or verify an archive' }).click()],
  ['/studies', (page) => page.getByRole('button', { name: 'Actions for seen' }).click()],
  ['/studies/1', (page) => page.getByRole('button', { name: 'More', exact: true }).click()],
  ['/rollouts?run=3&step=2', (page) => page.getByRole('button', { name: 'γ' }).first().click()],
  ['/library', (page) => page.getByRole('button', { name: 'Import a model…' }).click()],
  ['/library', (page) => page.getByRole('button', { name: 'Import data…' }).click()],
  ['/trm', (page) => page.getByRole('button', { name: 'Collect responses…' }).click()],
  ['/settings', (page) => page.getByRole('button', { name: 'Add an endpoint…' }).click()],
  ['/settings', (page) => page.getByRole('button', { name: 'Add a cluster…' }).click()],
  ['/settings', (page) => page.getByRole('button', { name: 'Add a hook…' }).click()],
];

describe('axe', { skip }, () => {
  const visit = pageSuite(async ({ client, engine }) => {
    await client.studies.start.mutate({ yaml: studyYaml({ name: 'seen', variants: '[grpo, full]' }) });
    await engine.queue.whenIdle();
    engine.store.database
      .prepare('UPDATE responses SET text = ? WHERE run_id = 3 AND step = 3')
      .run(`<think> A wide one:\n\n${WIDE_FORMULA}\n\n </think><answer> 1 </answer>`);
    await client.studies.start.mutate({
      yaml: studyYaml({ name: 'failed', script: 'fake:throw@2', variants: '[full]', seeds: '[0]' }),
    });
    await engine.queue.whenIdle();
  });
  const go = async (page: Page, to: string) => {
    await page.evaluate((hash) => {
      location.hash = hash;
    }, to);
    await page.locator('h1').first().waitFor();
    await page.waitForTimeout(500); // what the page has is there
  };

  for (const dark of [false, true]) {
    const theme = dark ? 'dark' : 'light';
    test(`finds nothing serious on any page or tab in the ${theme} theme`, () =>
      visit(
        '/glossary',
        async (page) => {
          for (const to of [...PAGES, '/studies/2', '/runs/5']) {
            await go(page, to);
            assert.deepEqual(await seriousFaults(page), [], to);
          }
        },
        { dark },
      ));

    test(`finds nothing serious in any dialog or menu in the ${theme} theme, and Escape closes each`, () =>
      visit(
        '/glossary',
        async (page) => {
          for (const [at, [to, open]] of DIALOGS.entries()) {
            await go(page, to);
            await open(page);
            const shown = page.locator('[role="dialog"], [role="menu"], [role="alertdialog"]').first();
            await shown.waitFor();
            await page.waitForTimeout(200);
            assert.deepEqual(await seriousFaults(page), [], `${at}: ${to}`);
            await page.keyboard.press('Escape');
            await shown.waitFor({ state: 'detached' });
            await go(page, '/glossary');
          }
        },
        { dark },
      ));
  }

  test('a formula wider than the reader scrolls, and keys reach it', () =>
    visit(
      '/rollouts?run=3&step=2',
      async (page) => {
        await go(page, '/rollouts?run=3&step=3&read=3/3/0/0');
        await page.locator('.math.display[tabindex="0"] .katex').first().waitFor();
        assert.deepEqual(await seriousFaults(page), []);
      },
      { width: 853, height: 533 },
    ));
});
