/** The page asks once before a key goes to a host that a study names, and Settings list what was said. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { confirmedKeys } from '../../../src/main/store/settings/confirmed-keys.ts';
import { studyYaml, type TestEngine } from '../../setup/with-engine.ts';
import { browserProblem, seriousFaults } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();
const SLOW = { timeout: 120_000 };
const VARIABLE = 'PLANTED_PAGE_KEY';
const HOST = 'https://evil.example';
const YAML = studyYaml({
  name: 'asks',
  variants: '[{ asks: { base: full, reward: { thinking: endpoint } } }]',
}).replace(
  'settings:',
  `settings:\n  reward: { endpoint: { baseUrl: "${HOST}/v1", model: judge, apiKeyEnv: ${VARIABLE} } }`,
);

describe('a study that would send a key to a new host', { skip }, () => {
  let engine: TestEngine;
  before(() => {
    process.env[VARIABLE] = 'sk-planted';
  });
  after(() => {
    delete process.env[VARIABLE];
  });
  const visit = pageSuite((started) => {
    engine = started;
  });

  test('is asked about; no starts nothing, yes starts it and is remembered; Settings take it back', () =>
    visit('/new', async (page) => {
      const yaml = page.getByRole('textbox', { name: 'Study as YAML' });
      await yaml.waitFor(SLOW);
      await yaml.fill(YAML);
      const start = page.getByRole('button', { name: /^Start 2 runs/ });
      await start.click(SLOW);
      const question = page.getByRole('alertdialog', { name: 'Send this key?' });
      await question.getByText(`The key in ${VARIABLE} would go to ${HOST}.`).waitFor(SLOW);
      assert.deepEqual(await seriousFaults(page), []);
      await question.getByRole('button', { name: 'Cancel' }).click();
      await page.getByText(/was not confirmed/).waitFor(SLOW);
      assert.deepEqual([engine.engine.store.listStudies(), confirmedKeys(engine.home)], [[], []]);
      await start.click();
      await question.getByRole('button', { name: 'Send it' }).click(SLOW);
      await page.waitForURL(/studies\/1/, SLOW);
      assert.deepEqual(confirmedKeys(engine.home), [{ variable: VARIABLE, origin: HOST }]);
      await page.goto(`${engine.url}/#/settings`);
      const forget = page.getByRole('button', { name: `Forget ${VARIABLE} for ${HOST}` });
      await forget.click(SLOW);
      await forget.waitFor({ ...SLOW, state: 'detached' });
      assert.deepEqual(confirmedKeys(engine.home), []);
    }));
});
