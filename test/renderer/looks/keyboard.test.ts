/**
 * The app by its keyboard alone, from the first start to two responses side by side: every stop of the Tab key is seen, in the window and has a
 * ring; nothing holds the focus but a dialog, which Escape closes; then the focus is where it was.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { studyYaml, type TestEngine } from '../../setup/with-engine.ts';
import { browserProblem } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();
const MOST_STOPS = 200;

interface Stop {
  readonly name: string;
  readonly role: string;
  readonly fault: string | null;
}

/** What has the focus, and what is wrong with it for those who have no mouse; null: nothing has it. */
function stop(page: Page): Promise<Stop | null> {
  return page.evaluate(() => {
    const at = document.activeElement;
    if (!(at instanceof HTMLElement) || at === document.body) return null;
    const labels = at instanceof HTMLInputElement || at instanceof HTMLSelectElement ? [...(at.labels ?? [])] : [];
    const text = at.getAttribute('aria-label') ?? labels[0]?.textContent ?? (at.textContent || at.title);
    const name = text.trim().replace(/\s+/g, ' ').slice(0, 60);
    const { outlineStyle, outlineWidth, boxShadow, borderColor } = getComputedStyle(at);
    const box = at.getBoundingClientRect();
    const isSeen = box.width > 0 && box.height > 0;
    const isInside = box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
    const hasRing = (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0) || boxShadow !== 'none';
    const fault = !isSeen
      ? 'has no size'
      : !isInside
        ? `lies outside the window at ${Math.round(box.x)}, ${Math.round(box.y)}`
        : hasRing
          ? null
          : `has no ring (${outlineStyle} ${outlineWidth}, ${borderColor})`;
    return { name, role: at.getAttribute('role') ?? at.tagName.toLowerCase(), fault };
  });
}

/** Presses Tab until what `is` wants has the focus; every stop on the way must be seen. */
async function tabTo(page: Page, is: (stop: Stop) => boolean, key = 'Tab'): Promise<Stop> {
  const seen: string[] = [];
  for (let i = 0; i < MOST_STOPS; i++) {
    await page.keyboard.press(key);
    const at = await stop(page);
    if (at === null) continue;
    assert.equal(at.fault, null, `${page.url()}: ${at.role} "${at.name}" ${at.fault}`);
    seen.push(`${at.role} ${at.name}`);
    if (is(at)) return at;
  }
  return assert.fail(`not reached by ${key} on ${page.url()}: ${seen.slice(0, 80).join(' | ')}`);
}
const named =
  (name: string | RegExp) =>
  (at: Stop): boolean =>
    typeof name === 'string' ? at.name === name : name.test(at.name);

/** Tab goes once through the whole page and comes out at its end, or back at its start. */
async function goesThrough(page: Page): Promise<string[]> {
  const seen: string[] = [];
  for (let i = 0; i < MOST_STOPS; i++) {
    await page.keyboard.press('Tab');
    const at = await stop(page);
    if (at === null || (i > 3 && at.name === seen[0])) return seen;
    assert.equal(at.fault, null, `${page.url()}: ${at.role} "${at.name}" ${at.fault}`);
    seen.push(at.name);
  }
  return assert.fail(`Tab never leaves ${page.url()}: ${seen.slice(-12).join(' | ')}`);
}

/** What a dialog does: Enter opens it, the focus is in it and stays in it, Escape closes it, the focus is back. */
async function opensAndCloses(page: Page, name: string | RegExp): Promise<void> {
  const before = await stop(page);
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name });
  await dialog.waitFor();
  for (let i = 0; i < 12; i++) {
    await page.keyboard.press('Tab');
    const at = await stop(page);
    assert.equal(at?.fault ?? null, null, `in ${name}: ${at?.name} ${at?.fault}`);
    assert.ok(
      await dialog.evaluate((element) => element.contains(document.activeElement)),
      `left ${name} at ${at?.name}`,
    );
  }
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  assert.deepEqual(await stop(page), before);
}

describe('by keyboard alone', { skip }, () => {
  let engine: TestEngine;
  const visit = pageSuite(async (started) => {
    engine = started;
    await engine.client.studies.start.mutate({ yaml: studyYaml({ name: 'keys', variants: '[grpo, full]' }) });
    await engine.engine.queue.whenIdle();
  });

  test('from the list of studies to a study of one’s own, its runs and a run', () =>
    visit('/studies', async (page) => {
      await page.getByRole('grid', { name: 'Studies' }).waitFor();
      await tabTo(page, named('Skip to the page'));
      await page.keyboard.press('Enter');
      await tabTo(page, named('Search'));
      await page.keyboard.press('Escape');
      await tabTo(page, (at) => at.role === 'grid');
      await page.keyboard.press('Control+k');
      const palette = page.getByPlaceholder('Search commands, studies, runs');
      await palette.waitFor();
      await page.keyboard.press('Escape');
      await palette.waitFor({ state: 'detached' });
      assert.equal((await stop(page))?.role, 'grid');
      await page.keyboard.press('Control+k');
      await palette.fill('New study');
      await page.keyboard.press('Enter');
      await page.waitForURL(/#\/new/);
      await page.getByRole('heading', { name: 'New study' }).waitFor();

      await tabTo(page, (at) => at.role === 'input' && at.name === 'Name');
      await page.keyboard.press('Control+a');
      await page.keyboard.type('typed');
      await tabTo(page, (at) => at.role === 'textarea' && at.name === 'Study as YAML');
      await page.keyboard.press('Control+a');
      await page.keyboard.insertText(studyYaml({ name: 'typed', variants: '[grpo, full]', seeds: '[0]' }));
      await page.getByRole('button', { name: 'Start 2 runs' }).waitFor();
      await tabTo(page, named('Start 2 runs'), 'Shift+Tab');
      await page.keyboard.press('Enter');
      await page.waitForURL(/#\/studies\/2/);
      await page.getByRole('heading', { name: 'typed' }).waitFor();
      await engine.engine.queue.whenIdle();
      await tabTo(page, named('Runs'));
      await page.keyboard.press('Enter');
      await page.waitForURL(/#\/studies\/2\/runs/);
      await tabTo(page, (at) => at.role === 'grid');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Space');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Space');
      await page.getByText('2 runs ticked').waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL(/#\/runs\/\d+/);
    }));

  test('a response in the reader, another beside it, and back to where the focus was', () =>
    visit('/rollouts?run=2&step=2', async (page) => {
      await page.getByRole('article').first().waitFor();
      const before = await tabTo(page, (at) => /^Read response/.test(at.name));
      await page.keyboard.press('Enter');
      const reader = page.getByRole('dialog');
      await reader.waitFor();
      await page.keyboard.press('j');
      await page.waitForFunction(() => /read=2%2F2%2F\d+%2F[1-9]/.test(location.hash));
      await tabTo(page, named(/^Compare with/));
      await page.keyboard.press('ArrowDown');
      await reader.locator('ins, del').first().waitFor();
      await page.keyboard.press('Escape');
      await reader.waitFor({ state: 'detached' });
      assert.deepEqual(await stop(page), before);
    }));

  for (const [to, button, dialog] of [
    ['/settings', 'Add an endpoint…', /endpoint/i],
    ['/settings', 'Add a hook…', /hook/i],
    ['/settings', 'Add a cluster…', /cluster/i],
    ['/library', 'Import a model…', /Import a model/],
    ['/trm', 'Collect responses…', /Collect/i],
  ] as const)
    test(`the dialog of "${button}" holds the focus, Escape closes it, the focus is back`, () =>
      visit(to, async (page) => {
        await page.getByRole('button', { name: button }).first().waitFor();
        // What is measured comes late and moves all that stands below it.
        if (to === '/settings')
          for (const late of [/^The home uses/, /^Processor/]) await page.getByText(late).first().waitFor();
        await tabTo(page, named(button));
        await opensAndCloses(page, dialog);
      }));

  test('the sheet of shortcuts gives the focus back', () =>
    visit('/tables', async (page) => {
      await page.getByRole('heading', { name: 'Results' }).waitFor();
      const before = await tabTo(page, named(/^Copy/));
      await page.keyboard.press('?');
      const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
      await sheet.waitFor();
      await page.keyboard.press('Escape');
      await sheet.waitFor({ state: 'detached' });
      assert.deepEqual(await stop(page), before);
    }));

  test('every stop on every page and tab is seen and has a ring, and none holds the focus', () =>
    visit('/glossary', async (page) => {
      for (const to of [
        ...['/studies', '/studies?show=runs', '/studies/1', '/studies/1/runs', '/new', '/what-if?run=2', '/tables'],
        ...['curves', 'effects', 'distributions', 'trust', 'settings', 'answers'].map(
          (tab) => `/compare?study=1&tab=${tab}`,
        ),
        ...['/rollouts?run=2&step=2', '/trm', '/library', '/library?tab=questions', '/settings', '/glossary'],
        ...[
          'metrics',
          'distributions',
          'trust',
          'answers',
          'steps',
          'events',
          'log',
          'machine',
          'checkpoints',
          'facts',
        ].map((tab) => `/runs/2?tab=${tab}`),
      ]) {
        await page.evaluate((hash) => {
          location.hash = hash;
          (document.activeElement as HTMLElement | null)?.blur();
        }, to);
        await page.locator('h1').first().waitFor();
        await page.waitForTimeout(700); // what the page has is there
        assert.ok((await goesThrough(page)).length > 8, to);
      }
    }));
});
