/** Chinese is drawn where the system has no font for it: the page ships one, and KaTeX takes it for words in a formula. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { present } from '../../../src/shared/values/list.ts';
import { sampleQuestion, sampleResponse, sampleStep, startedRun } from '../../store/helpers.ts';
import { browserProblem } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();

describe('Chinese', { skip }, () => {
  const visit = pageSuite(({ engine: { store } }) => {
    const { runId, attempt } = startedRun(store);
    const question = { ...sampleQuestion('chart/train/000002'), scene: null };
    store.recordEvent(runId, attempt, { kind: 'questions', step: 0, questions: [question] });
    const text = '<think>所以答案是七。 \\(h = \\text{高度}\\)</think><answer>八</answer>';
    const responses = [0, 1].map((i) => sampleResponse(1, i, { questionId: question.id, sample: i, text }));
    store.recordEvent(runId, attempt, sampleStep(1, { responses }));
  });

  test('letters, not boxes, in words, in raw text and in a formula, with no complaint of the content policy', () =>
    visit('/rollouts?run=1&step=1&read=1/1/0/0', async (page) => {
      const text = page.getByRole('region', { name: 'Response', exact: true });
      await text.getByText('所以答案是七').waitFor();
      const drawn = await page.evaluate(async () => {
        const look = getComputedStyle(document.documentElement);
        const fonts = ['--font', '--mono'].map((name) => look.getPropertyValue(name));
        await Promise.all(fonts.map((font) => document.fonts.load(`32px ${font}`, '七八')));
        const pixels = (letter: string, font: string) => {
          const canvas = document.createElement('canvas');
          canvas.width = canvas.height = 40;
          const context = canvas.getContext('2d');
          if (context === null) throw new Error('no canvas');
          context.font = `32px ${font}`;
          context.fillText(letter, 2, 32);
          return String(context.getImageData(0, 0, 40, 40).data);
        };
        return fonts.map((font) => ['七', '八', '\u{10fffd}'].map((letter) => pixels(letter, font)));
      });
      assert.equal(drawn.length, 2);
      for (const [seven, eight, box] of drawn) {
        assert.notEqual(seven, eight); // two boxes are equal
        assert.notEqual(present(seven, 'pixels'), box);
      }
      const inFormula = text.locator('.katex .cjk_fallback').first();
      assert.match(await inFormula.evaluate((one) => getComputedStyle(one).fontFamily), /Noto Sans SC/);
      const asked = await page.evaluate(() =>
        performance.getEntriesByType('resource').flatMap(({ name }) => (/woff2/.test(name) ? [name] : [])),
      );
      assert.ok(asked.length < 20, `${asked.length} pieces of fonts were fetched`);
      assert.ok(asked.every((name) => name.startsWith(new URL(page.url()).origin)));
    }));
});
