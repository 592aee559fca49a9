/** Texts of one's own (system text, format, a judge's prompt) keep their lines in the form of a new study. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { browserProblem, seriousFaults } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();
const PROMPT = 'Judge this.\nQuestion: {question}\nReasoning process: {reasoning}';

describe("a judge's prompt in the form", { skip }, () => {
  const visit = pageSuite();

  test('is typed over several lines, and stands so in the study file', () =>
    visit('/new', async (page) => {
      await page.getByRole('searchbox', { name: 'Find a setting' }).fill('judge');
      const field = page.getByRole('textbox', { name: "Judge's prompt" });
      await field.fill(PROMPT);
      await field.blur();
      assert.deepEqual(await seriousFaults(page), []);
      const file = page.getByRole('textbox', { name: 'Study as YAML' });
      if (!(await file.isVisible())) await page.getByText('Study file (YAML)').click();
      const study = parse(await file.inputValue()) as { settings: { reward: { judge: { prompt: string } } } };
      assert.equal(study.settings.reward.judge.prompt, PROMPT);
    }));
});
