/** The reader: a response at full width with its question, formulas and tables drawn, hostile ones inert, keys, folding, differences, pictures that enlarge. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { shownText } from '../../../src/shared/text/plain-text.ts';
import { richText } from '../../../src/shared/text/rich-text.ts';
import { present } from '../../../src/shared/values/list.ts';
import type { TestEngine } from '../../setup/with-engine.ts';
import { sampleQuestion, sampleResponse, sampleStep, startedRun } from '../../store/helpers.ts';
import { browserProblem, seriousFaults } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();

const MARKUP = `<img src=x onerror="window.owned=1"><script>window.owned=1</script><svg onload="window.owned=1"></svg><style>*{display:none}</style>`;
const TEX =
  '\\href{javascript:window.owned=1}{x} \\htmlStyle{position:fixed}{y} \\includegraphics{https://example.org/x.png}';
const HOSTILE = `<think>${MARKUP} [a](javascript:window.owned=1) ![b](https://example.org/b.png) \\(${TEX}\\) $$\\def\\a{\\a\\a}\\a$$ \u202eenod</think><answer>7</answer>`;
const LONG = `<think>First \\(\\frac{3}{4}\\), then \\[\\sum_{i=1}^n i = \\frac{n(n+1)}{2}\\] and $x^2$ but not $5 or $6.\n\n$$\n\\begin{aligned} a &= 1 \\\\ b &= 2 \\end{aligned}\n$$\n\n| bar | height |\n|---|---:|\n| red | 7 |\n\n\`\`\`python\nprint(3 < 4)\n\`\`\`\n\n所以答案是七。${' 柱子很高, so the bar is tall.'.repeat(150)}</think><answer>7</answer>`;
const OTHER = LONG.replace('答案是七', '答案是八').replace('tall', 'short');

test('formulas are found in all four ways of writing them, and prices are none', () => {
  const formulas = (text: string) => {
    const found: string[] = [];
    richText(text, (tex, display) => {
      found.push(`${display ? 'D' : 'I'} ${tex}`);
      return '';
    });
    return found;
  };
  assert.deepEqual(formulas('a \\(x\\) b \\[y\\] c $z$ d $$w$$'), ['I x', 'D y', 'I z', 'D w']);
  assert.deepEqual(formulas('\\[\na_1 * b_1 * c\n\\]'), ['D a_1 * b_1 * c']);
  assert.deepEqual(formulas('\\begin{align*}\na &= b\n\\end{align*}'), ['D \\begin{align*}\na &= b\n\\end{align*}']);
  assert.deepEqual(formulas('it costs $5 and $6, or $7-$8; `$x$`; \\$9'), []);
});

test('tags, pictures and addresses of a text are text', () => {
  const made = richText(
    `${MARKUP}\n\n<div onclick="x">\n\n![a](https://example.org/a.png) [b](javascript:x) <https://example.org/"onload=x> [c](https://example.org/)`,
  );
  assert.deepEqual(made.match(/<(?!\/?(p|br|a)\b)[^>]*>/g), null);
  assert.equal((made.match(/<a /g) ?? []).length <= 2, true);
  assert.doesNotMatch(made, /href="(?!https:)/);
});

describe('the reader', { skip }, () => {
  let engine: TestEngine;
  let second: { id: number; variant: string; seed: number };
  const visit = pageSuite((started) => {
    engine = started;
    const { store } = engine.engine;
    const { runId, attempt, studyId } = startedRun(store);
    const question = {
      ...sampleQuestion('chart/train/000002'),
      text: 'How high is \\(x^2\\)?',
      image: { kind: 'scene' as const },
      scene: null,
    };
    const texts = [HOSTILE, LONG, LONG, OTHER, LONG, 'no tags', 'no tags', 'no tags'];
    second = present(
      store.listRuns({ studyId }).find((run) => run.id !== runId),
      'second run',
    );
    const places = [
      { run: runId, attempt },
      { run: second.id, attempt: store.startRun(second.id).attempt },
    ];
    for (const place of places) {
      store.recordEvent(place.run, place.attempt, { kind: 'questions', step: 0, questions: [question] });
      for (const step of [1, 2]) {
        const responses = texts.map((text, i) =>
          sampleResponse(step, i, {
            questionId: question.id,
            sample: i,
            text,
            outcomeReward: i / 10,
            reward: i === 3 ? 9 : i / 10,
          }),
        );
        store.recordEvent(place.run, place.attempt, sampleStep(step, { responses }));
      }
    }
  });

  const reader = (page: Page) =>
    page.getByRole('dialog').filter({ has: page.getByRole('region', { name: 'Response', exact: true }) });

  test('opens from a card at full width, and its address opens it again', () =>
    visit('/rollouts?run=1&step=1', async (page) => {
      await page.getByRole('button', { name: 'Read response 2' }).click();
      await reader(page).locator('.katex').first().waitFor();
      const box = await reader(page).boundingBox();
      assert.ok((box?.width ?? 0) > 1200, String(box?.width));
      assert.match(page.url(), /read=1%2F1%2F0%2F1/);
      assert.deepEqual(await seriousFaults(page), []);
      await page.keyboard.press('Escape');
      await reader(page).waitFor({ state: 'detached' });
      assert.doesNotMatch(page.url(), /read=/);
    }));

  test('draws formulas, tables and code, with its own fonts and no complaint of the content policy', () =>
    visit('/rollouts?run=1&step=1&read=1/1/0/1', async (page) => {
      const text = page.getByRole('region', { name: 'Response', exact: true });
      await text.locator('.katex').nth(3).waitFor();
      assert.equal(await text.locator('.katex-error').count(), 0);
      assert.ok((await text.locator('.katex-display').count()) >= 2);
      await text.getByRole('cell', { name: 'red' }).waitFor();
      assert.equal(await text.locator('pre code').textContent(), 'print(3 < 4)\n');
      await text.getByText('所以答案是七').waitFor();
      await text.getByText('but not $5 or $6.').waitFor();
      const styled = await text
        .locator('.katex .vlist > span')
        .first()
        .evaluate((one) => (one as HTMLElement).style.top);
      assert.match(styled, /em$/); // set through the DOM, where the policy forbids attributes
      const fonts = await page.evaluate(async () => {
        await document.fonts.ready;
        return [...document.fonts].filter((font) => font.status === 'loaded').map((font) => font.family);
      });
      assert.ok(
        fonts.some((family) => family.includes('KaTeX_Main')),
        fonts.join(),
      );
      await page.getByRole('complementary', { name: 'Question' }).locator('.katex').waitFor();
    }));

  test('a hostile response is inert, drawn and raw', () =>
    visit('/rollouts?run=1&step=1&read=1/1/0/0', async (page) => {
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      const text = page.getByRole('region', { name: 'Response', exact: true });
      await text.getByText('<script>window.owned=1</script>').first().waitFor();
      await text.locator('.math.faulty').first().waitFor();
      const look = async () => {
        const found = await page.evaluate(() => ({
          owned: (window as unknown as { owned?: number }).owned,
          elements: document.querySelectorAll(
            'img[src="x"], svg[onload], body script, a[href^="javascript"], [role=dialog] style, img[src^="https"]',
          ).length,
          fixed: [...document.querySelectorAll('.rich *')].filter((one) => getComputedStyle(one).position === 'fixed')
            .length,
        }));
        assert.deepEqual(found, { owned: undefined, elements: 0, fixed: 0 });
      };
      await look();
      await page.keyboard.press('r');
      await text.locator('pre.raw').waitFor();
      assert.equal(await text.locator('pre.raw').textContent(), shownText(HOSTILE));
      await look();
      assert.deepEqual(
        asked.filter((url) => url.includes('example.org')),
        [],
      );
    }));

  test('equal responses are one row; the table sorts by a reward; j, k, arrows and d do as they say', () =>
    visit('/rollouts?run=1&step=1&read=1/1/0/1', async (page) => {
      const rows = page.getByRole('region', { name: 'Response', exact: true }).locator('table.lined tbody tr');
      await rows.first().waitFor();
      assert.equal(await rows.count(), 4);
      await page.getByText('× 3: #2 #3 #5').waitFor();
      await page.getByRole('columnheader').getByRole('button', { name: 'R', exact: true }).click();
      assert.match((await rows.first().textContent()) ?? '', /#4/);
      await page.getByRole('button', { name: 'Response', exact: true }).click();
      await page.keyboard.press('j');
      await page.waitForFunction(() => location.hash.includes('read=1%2F1%2F0%2F3'));
      await page.keyboard.press('d');
      await page.locator('ins').first().waitFor();
      await page.keyboard.press('d');
      await page.locator('ins').first().waitFor({ state: 'detached' });
      await page.getByLabel('Compare with').selectOption({ label: '#2' });
      await page.locator('del, ins').first().waitFor();
      assert.deepEqual((await page.locator('del').allTextContents()).map((one) => one.trim()).slice(0, 1), ['八']);
      await page.getByLabel('Compare with').selectOption('');
      await page.getByRole('region', { name: 'Response', exact: true }).focus();
      await page.keyboard.press('k');
      await page.waitForFunction(() => location.hash.includes('read=1%2F1%2F0%2F1'));
      await page.keyboard.press('ArrowRight');
      await page.waitForFunction(() => location.hash.includes('read=1%2F2%2F0%2F1'));
      await page.keyboard.press('ArrowRight'); // the last step stays
      await page.getByRole('heading', { name: 'grpo, seed 0, step 2' }).waitFor();
      // The same question as another run was asked it.
      const follow = page.getByLabel('Follow this question');
      await follow.locator('option').nth(3).waitFor({ state: 'attached' });
      assert.equal(await follow.locator('option').count(), 4);
      await follow.selectOption(`${second.id}/1`);
      await page.getByRole('heading', { name: `${second.variant}, seed ${second.seed}, step 1` }).waitFor();
    }));

  test('a picture opens at its own aspect, enlarges and moves by keys, and closing it keeps the reader', () =>
    visit('/rollouts?run=1&step=1&read=1/1/0/1', async (page) => {
      await page.route('**/image?*', (route) =>
        route.fulfill({
          contentType: 'image/svg+xml',
          body: '<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="500"><rect width="1600" height="500" fill="red"/></svg>',
        }),
      );
      await page.reload();
      const small = page.getByRole('complementary', { name: 'Question' }).getByRole('button', { name: /^Enlarge/ });
      const box = await small.locator('img').boundingBox();
      assert.ok(box !== null && Math.abs(box.width / box.height - 3.2) < 0.1, JSON.stringify(box));
      await small.click();
      const large = page.locator('.lightbox');
      await large.locator('img').waitFor();
      await page.keyboard.press('+');
      await page.keyboard.press('ArrowRight');
      await page.waitForFunction(() =>
        /translate\(-60px, 0px\) scale\(1\.3\)/.test(
          document.querySelector<HTMLElement>('.lightbox img')?.style.transform ?? '',
        ),
      );
      await page.keyboard.press('0');
      await page.waitForFunction(() =>
        /scale\(1\)/.test(document.querySelector<HTMLElement>('.lightbox img')?.style.transform ?? ''),
      );
      await page.keyboard.press('Escape');
      await large.waitFor({ state: 'detached' });
      assert.equal(await reader(page).count(), 1);
    }));

  test('arrow keys on Rollouts go from step to step', () =>
    visit('/rollouts?run=1&step=1', async (page) => {
      await page.getByRole('button', { name: 'Read response 2' }).waitFor();
      await page.keyboard.press('ArrowRight');
      await page.waitForFunction(() => location.hash.includes('step=2'));
      await page.keyboard.press('ArrowLeft');
      await page.waitForFunction(() => location.hash.includes('step=1'));
    }));

  test('opens from a search result', () =>
    visit('/rollouts?run=1&mode=search&text=tall', async (page) => {
      await page.getByRole('link', { name: 'chart/train/000002' }).first().click();
      await reader(page).locator('.katex').first().waitFor();
    }));

  test('opens from Same question', () =>
    visit('/compare?study=1&tab=answers', async (page) => {
      await page.getByRole('link', { name: 'read', exact: true }).first().click();
      await reader(page).waitFor();
    }));
});
