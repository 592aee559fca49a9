/** A study whose thinking reward an endpoint gives: what choosing a saved one writes, and the page New study. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  asksEndpoint,
  chosenEndpoint,
  endpointArms,
  withEndpoint,
} from '../../../src/renderer/pages/new-study/study-endpoint.ts';
import { parseStudy } from '../../../src/shared/study/study.ts';
import type { TestEngine } from '../../setup/with-engine.ts';
import { browserProblem, seriousFaults } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const LOCAL = { name: 'local', baseUrl: 'http://127.0.0.1:9/v1', model: 'm-1', keyVariable: '' };
const HOSTED = { name: 'hosted', baseUrl: 'https://example.org/v1', model: 'm-2', keyVariable: 'OPENAI_API_KEY' };

describe('endpoints of a study', () => {
  test('only arms whose own settings say endpoint ask one', () => {
    const study = parseStudy(
      `name: s
settings: { reward: { thinking: endpoint } }
variants: [grpo, full, mine: { base: full, title: Mine, reward: { thinking: endpoint } }]`,
      'study',
    );
    assert.deepEqual(endpointArms(study), ['Mine']);
    assert.equal(asksEndpoint(study.settings), true);
    assert.equal(asksEndpoint({ reward: { alpha: 0.5 } }), false);
  });

  test('choosing writes address, model and key variable, leaves the rest, and writes no default', () => {
    const before = { reward: { alpha: 0.5, endpoint: { timeoutSeconds: 9 } } };
    const local = withEndpoint(before, LOCAL);
    assert.deepEqual(local, {
      reward: { alpha: 0.5, endpoint: { timeoutSeconds: 9, baseUrl: LOCAL.baseUrl, model: 'm-1', apiKeyEnv: '' } },
    });
    assert.deepEqual(withEndpoint(local, HOSTED), {
      reward: { alpha: 0.5, endpoint: { timeoutSeconds: 9, baseUrl: HOSTED.baseUrl, model: 'm-2' } },
    });
  });

  test('the chosen one is told from what the settings name; a typed one is none of them', () => {
    const saved = [LOCAL, HOSTED];
    assert.equal(chosenEndpoint({}, saved), undefined);
    for (const one of saved) assert.equal(chosenEndpoint(withEndpoint({}, one), saved), one);
    assert.equal(chosenEndpoint(withEndpoint({}, { ...HOSTED, model: 'other' }), saved), undefined);
  });
});

const skip = await browserProblem();
const SLOW = { timeout: 120_000 };

describe('New study with an endpoint', { skip }, () => {
  let engine: TestEngine;
  const visit = pageSuite((started) => {
    engine = started;
  });
  const YAML = 'name: s\nvariants:\n  - grpo\n  - mine: { base: full, reward: { thinking: endpoint } }\n';

  test('none is saved: that is said, one is added here, and fills the study', () =>
    visit('/new', async (page) => {
      const yaml = page.getByRole('textbox', { name: 'Study as YAML' });
      const picker = page.getByRole('region', { name: 'Endpoint of the thinking reward' });
      await yaml.waitFor(SLOW);
      assert.equal(await picker.count(), 0);
      await yaml.fill(YAML);
      await picker.getByText('Scores the thinking for mine.').waitFor(SLOW);
      await picker.getByText('No endpoint is saved yet').waitFor(SLOW);
      await picker.getByRole('button', { name: 'Add an endpoint' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Name').fill(LOCAL.name);
      await dialog.getByLabel('Address').fill(LOCAL.baseUrl);
      await dialog.getByLabel('Model').fill(LOCAL.model);
      await dialog.getByLabel('Key variable').fill('');
      await dialog.getByRole('button', { name: 'Add' }).click();
      await dialog.waitFor({ state: 'detached', ...SLOW });
      await picker.getByText('none needed').waitFor(SLOW);
      assert.deepEqual(engine.engine.settings().endpoints, [LOCAL]);
      assert.ok((await yaml.inputValue()).includes(LOCAL.baseUrl));
      assert.deepEqual(await seriousFaults(page), []);
    }));

  test('one of those saved is chosen; the way to Settings and back keeps what was written', async () => {
    await engine.client.settings.change.mutate({ endpoints: [LOCAL, HOSTED] });
    await visit('/new', async (page) => {
      const yaml = page.getByRole('textbox', { name: 'Study as YAML' });
      await yaml.waitFor(SLOW);
      await yaml.fill(YAML);
      const choice = page.getByRole('combobox', { name: 'Saved endpoint' });
      await choice.selectOption('hosted', SLOW);
      await page.waitForFunction(
        (address) => document.querySelector<HTMLTextAreaElement>('textarea.mono')!.value.includes(address),
        HOSTED.baseUrl,
        SLOW,
      );
      await page.getByRole('link', { name: 'edit in Settings' }).click();
      await page.getByRole('table', { name: 'Endpoints' }).waitFor(SLOW);
      await page.goBack();
      await yaml.waitFor(SLOW);
      assert.ok((await yaml.inputValue()).includes(HOSTED.baseUrl));
      assert.equal(await choice.inputValue(), 'hosted');
    });
  });
});
