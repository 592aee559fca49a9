/** Every page through axe, in both themes. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { studyYaml } from '../../setup/with-engine.ts';
import { browserProblem, seriousFaults } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();
/** Addresses, and what is there when the page has what it shows. */
const PAGES: readonly (readonly [to: string, text: string])[] = [
  ['/studies', 'seen'],
  ['/studies?show=runs', 'full'],
  ['/studies/1', 'Results'],
  ['/runs/1', 'Outcome reward'],
  ['/runs/1?tab=events', 'checkpoint'],
  ['/runs/1?tab=facts', 'training.totalSteps'],
  ['/new', 'Build variants from factors'],
  ['/tables', 'Published figures'],
  ['/library', 'tiny-vl-base'],
  ['/settings', 'Appearance'],
];

describe('axe', { skip }, () => {
  const visit = pageSuite(async (engine) => {
    await engine.client.studies.start.mutate({ yaml: studyYaml({ name: 'seen' }) });
    await engine.engine.queue.whenIdle();
  });

  for (const dark of [false, true])
    for (const [to, text] of PAGES)
      test(`finds nothing serious on ${to} in the ${dark ? 'dark' : 'light'} theme`, () =>
        visit(
          to,
          async (page) => {
            await page.locator('main').getByText(text).first().waitFor();
            assert.deepEqual(await seriousFaults(page), []);
          },
          { dark },
        ));
});
