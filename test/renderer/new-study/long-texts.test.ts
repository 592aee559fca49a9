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

describe('a study of many variants', { skip }, () => {
  const visit = pageSuite();

  test('is built from factors and levels, checked, and written without anchors', () =>
    visit('/new', async (page) => {
      await page.getByText('Build variants from factors × levels').click();
      await page.getByLabel('Levels of Weight of the thinking reward').fill('0.1, 0.3, 0.5, 1, 2, 3');
      await page.getByRole('button', { name: 'Factor', exact: true }).click();
      await page.getByLabel('Factor 2').selectOption('training.learningRate');
      await page.getByLabel('Levels of Learning rate').fill('1e-5, 3e-5, 1e-4, 3e-4, 1e-3');
      await page.getByRole('button', { name: 'Add 30 variants' }).click();
      await page.getByRole('button', { name: 'Start 96 runs' }).waitFor(); // with grpo and full, three seeds each
      const file = page.getByRole('textbox', { name: 'Study as YAML' });
      assert.doesNotMatch(await file.inputValue(), /[&*]a\d/);
    }));
});
