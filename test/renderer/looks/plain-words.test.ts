/** Texts as readers read them: no tags, no underscores of formulas, no "undefined", no promise that seeds cannot keep. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runSettings } from '../../../src/renderer/pages/run/run-settings.ts';
import { type Effect, lackingText } from '../../../src/renderer/pages/study/forest.ts';
import { plainSymbols, symbolParts } from '../../../src/renderer/text/symbols.ts';
import { parseSettings, settingLeaves, withValue } from '../../../src/shared/settings/setting-paths.ts';
import { withoutTags } from '../../../src/shared/text/response-parts.ts';
import { studyYaml } from '../../setup/with-engine.ts';
import { browserProblem, seriousFaults } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();

test('what stands below a symbol is a part of its own; names with underscores stay whole', () => {
  assert.deepEqual(symbolParts('μ_c − μ_w by category'), [
    { text: 'μ', below: 'c' },
    { text: ' − μ', below: 'w' },
    { text: ' by category', below: '' },
  ]);
  assert.deepEqual(symbolParts('my_variant μ_cold'), [{ text: 'my_variant μ_cold', below: '' }]);
  assert.equal(plainSymbols('μ_c − μ_w'), 'μc − μw');
});

test('a response in one piece has its answer named and no tags', () => {
  assert.equal(withoutTags('<think> a b </think>\n<answer> 7 </answer>'), 'a b\nAnswer: 7');
  assert.equal(withoutTags('no tags'), 'no tags');
  assert.equal(withoutTags('<think>cut off'), 'cut off');
  assert.equal(withoutTags('<think>a</think> then <answer>1</answer> end'), 'a\nthen  end\nAnswer: 1');
});

test('a setting that is younger than a run is its default, and not undefined', () => {
  const { logging: _younger, ...old } = parseSettings({ reward: { alpha: 0.7 } }, 'a test');
  const all = runSettings(old, true);
  assert.equal(all.length, settingLeaves().length);
  assert.deepEqual(
    all.filter(({ value }) => value === undefined),
    [],
  );
  assert.deepEqual(
    runSettings(old, false).map(({ leaf, value }) => [leaf.path, value]),
    [['reward.alpha', 0.7]],
  );
  assert.notDeepEqual(withValue(old, 'reward.alpha', 1), old);
});

test('seeds that cannot find a difference are not promised to', () => {
  const effect = (n: number, seedsMissing: number | null) => ({ n, seedsMissing }) as Effect;
  assert.equal(lackingText(effect(3, 6), 5, 0.02), '6 more seeds to find 2.0 points');
  assert.equal(lackingText(effect(5, 0), 5, 0.02), null);
  assert.equal(
    lackingText(effect(3, null), 5, 0.02),
    '2 more seeds for a result that counts; no number of seeds finds 2.0 points on these questions',
  );
  assert.equal(lackingText(effect(6, null), 5, 0.02), 'no number of seeds finds 2.0 points on these questions');
  assert.equal(lackingText(effect(1, null), 5, 0.02), '4 more seeds to find 2.0 points');
});

describe('on the pages', { skip }, () => {
  const visit = pageSuite(async ({ client, engine }) => {
    await client.studies.start.mutate({
      yaml: studyYaml({ name: 'words', variants: '[full, grpo]', seeds: '[0, 1]' }),
    });
    await engine.queue.whenIdle();
  });

  test('the same question: its words and reference answer, thinking and answer apart, no tags', () =>
    visit('/compare?study=1&tab=same', async (page) => {
      await page.getByRole('tab', { name: 'Same question' }).click();
      const first = page.getByRole('article').first();
      await first.locator('.given').waitFor();
      await page
        .getByText(/^Reference answer: /)
        .first()
        .waitFor();
      assert.doesNotMatch((await page.locator('main').textContent()) ?? '', /<\/?(think|answer)>/);
    }));

  test('search shows texts without tags', () =>
    visit('/rollouts?run=1&mode=search', async (page) => {
      await page.locator('td.text').first().waitFor();
      assert.doesNotMatch((await page.locator('table').textContent()) ?? '', /<\/?(think|answer)>/);
    }));

  test('What if opens on a run that has a thinking reward, and tells of one that has none where to go', () =>
    visit('/what-if', async (page) => {
      await page.waitForURL(/run=2/); // runs 3 and 4 are newer, and plain GRPO
      await page.getByText('reproduce the logged advantages').waitFor();
      await page.getByRole('button', { name: 'Show runs' }).click();
      await page.getByRole('option', { name: /grpo, seed 1/ }).click();
      await page.getByText('This run has no thinking reward').waitFor();
      assert.equal(await page.getByRole('region', { name: 'Trust weight' }).count(), 0);
      await page.locator('.stale').waitFor({ state: 'detached' }); // faded until it is answered
      assert.deepEqual(await seriousFaults(page), []);
      await page.getByRole('link', { name: 'Open full, seed 1' }).click();
      await page.getByRole('region', { name: 'Trust weight' }).waitFor();
    }));

  test('differences of mu have their letters below the line, in headings and drawings', () =>
    visit('/runs/1', async (page) => {
      await page.getByRole('tab', { name: 'Distributions' }).click();
      await page.locator('h3 sub').first().waitFor();
      assert.doesNotMatch((await page.locator('main').textContent()) ?? '', /μ_/);
    }));
});
