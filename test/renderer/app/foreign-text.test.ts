/** What a model wrote is shown as inert text: HTML, SVG, links, ANSI escapes and controls of direction, in every page that shows responses. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { hasOrders, shownText } from '../../../src/shared/text/plain-text.ts';
import type { TestEngine } from '../../setup/with-engine.ts';
import { sampleQuestion, sampleResponse, sampleStep, startedRun } from '../../store/helpers.ts';
import { browserProblem, openPage } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();

const MARKUP = `<img src=x onerror="window.owned=1"><svg onload="window.owned=1"></svg><script>window.owned=1</script>`;
const LINK = '[click](javascript:window.owned=1) <a href="javascript:window.owned=1">x</a> {{7*7}} {@html 1}';
const ESCAPES = '\u001b[31mred\u001b[0m \u001b]0;title\u0007 back\b\b null\u0000';
const TURNED = '\u202eenod\u202c \u2066hidden\u2069 zero\u200bwidth';
const TEXT = `<think>${MARKUP} ${LINK} ${ESCAPES} ${TURNED}</think><answer>${MARKUP}${TURNED}</answer> after ${MARKUP}`;

test('every character that is an order has a visible sign, letters of all scripts stay', () => {
  assert.equal(shownText('\u001b[31m'), '␛[31m');
  assert.equal(shownText('a\u202eb\u2069\u007f\u009b'), 'a⟨U+202E⟩b⟨U+2069⟩␡⟨U+009B⟩');
  const plain = 'Ünïcode עברית العربية 漢字 👩\u200d🔬 tab\tline\n';
  assert.deepEqual([shownText(plain), hasOrders(plain), shownText('a\r\nb')], [plain, false, 'a\nb']);
  assert.ok(!hasOrders(shownText(`${ESCAPES}${TURNED}`)));
});

describe('a hostile completion on the page', { skip }, () => {
  let browser: Browser;
  let engine: TestEngine;
  let runId: number;
  pageSuite((started, opened) => {
    engine = started;
    browser = opened;
    const sample = startedRun(engine.engine.store);
    runId = sample.runId;
    const { store } = engine.engine;
    const question = {
      ...sampleQuestion('set/1'),
      text: `${MARKUP}${TURNED}`,
      answer: MARKUP,
      image: null,
      scene: null,
    };
    store.recordEvent(runId, sample.attempt, { kind: 'questions', step: 0, questions: [question] });
    const responses = Array.from({ length: 8 }, (_, i) =>
      sampleResponse(1, i, { questionId: 'set/1', text: TEXT, outcomeReason: MARKUP }),
    );
    store.recordEvent(runId, sample.attempt, sampleStep(1, { responses }));
    const alert = { kind: 'alert', level: 'warning', name: 'endpoint' } as const;
    store.recordEvent(runId, sample.attempt, { ...alert, step: 1, message: `${MARKUP} ${ESCAPES}` });
  });

  /** Nothing ran, nothing became an element, no control character is in the page, and the text can be read as it was written. */
  async function isInert(page: Page, complaints: string[], shown: string): Promise<void> {
    await page.getByText(shown).first().waitFor();
    const found = await page.evaluate(() => ({
      owned: (window as unknown as { owned?: number }).owned,
      title: document.title,
      text: document.body.textContent ?? '',
      elements: document.querySelectorAll('img[src="x"], svg[onload], body script, a[href^="javascript"]').length,
    }));
    assert.deepEqual([found.owned, found.elements], [undefined, 0]);
    assert.ok(!/title/.test(found.title));
    assert.ok(found.text.includes('<img src=x onerror="window.owned=1">'));
    const orders = [...found.text].filter((one) => hasOrders(one));
    assert.deepEqual(orders, []);
    assert.deepEqual(complaints, []);
    await page.context().close();
  }

  for (const [where, address, tab, shown] of [
    ['in its group', '/rollouts?run=RUN&step=1', null, '␛[31mred␛[0m'],
    ['as a search result', '/rollouts?run=RUN&mode=search&text=click', null, '⟨U+202E⟩enod⟨U+202C⟩'],
    ['beside another arm', '/compare?study=1', 'Same question', '␛[31mred␛[0m'],
    ['in a message of the run', '/runs/RUN', 'Events', '␛]0;title␇'],
  ] as const)
    test(`is text ${where}`, async () => {
      const to = address.replace('RUN', String(runId));
      const { page, complaints } = await openPage(browser, engine.pageUrl, to);
      if (tab !== null) await page.getByRole('tab', { name: tab }).click();
      await isInert(page, complaints, shown);
    });

  test('run names and tags take no control characters, and show markup as text', async () => {
    await assert.rejects(engine.client.runs.rename.mutate({ id: runId, name: 'a\u202eb' }), /none of them a control/);
    await assert.rejects(engine.client.runs.tag.mutate({ id: runId, tags: ['\u001b[2J'] }), /no control characters/);
    await engine.client.runs.rename.mutate({ id: runId, name: '<img src=x onerror="window.owned=1">' });
    await engine.client.runs.tag.mutate({ id: runId, tags: ['<b>bold</b>'] });
    const { page, complaints } = await openPage(browser, engine.pageUrl, `/runs/${runId}`);
    await isInert(page, complaints, '<img src=x onerror="window.owned=1">');
  });
});
