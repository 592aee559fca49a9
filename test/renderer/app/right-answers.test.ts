/** What the page calls right: answers that are exactly so, whatever part the outcome reward gives. */
import { describe, test } from 'node:test';
import { studyYaml, type TestEngine } from '../../setup/with-engine.ts';
import { browserProblem } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();

describe('what the page calls right', { skip }, () => {
  let engine: TestEngine;
  const visit = pageSuite(async (started) => {
    engine = started;
    await engine.client.studies.start.mutate({ yaml: studyYaml({ name: 'done', steps: 2, variants: '[grpo]' }) });
    await engine.engine.queue.whenIdle();
  });

  test('rollouts say right of exact answers only, whatever part the outcome reward gives', async () => {
    const { database } = engine.engine.store;
    const set = (sample: number, outcome: number, exact: number | null) =>
      database
        .prepare(
          'UPDATE responses SET outcome_reward = ?, exact = ? WHERE run_id = 1 AND step = 2 AND group_index = 0 AND sample = ?',
        )
        .run(outcome, exact, sample);
    set(0, 0.75, 0); // swapped objects
    set(1, 0.9, 1); // an article more
    await visit('/rollouts?run=1&step=2', async (page) => {
      const card = (n: number) => page.getByRole('article', { name: `Response ${n}` }).first();
      await card(1).getByText('✕ wrong').waitFor();
      await card(1).getByText('0.75').waitFor();
      await card(2).getByText('✓ right').waitFor();
    });
  });
});
