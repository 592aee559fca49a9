import { buildPage } from '../../scripts/setup/page.mjs';
import { studyYaml, testEngine } from '../api/with-engine.ts';
import { openBrowser, openPage } from './browser.ts';

await buildPage();
const engine = await testEngine();
const browser = await openBrowser();
const yaml = studyYaml({
  name: 'trust-ablation',
  script: 'fake',
  steps: 60,
  seeds: '[0, 1, 2]',
  variants: '[grpo, wo-trust-and-annealing, wo-trust, full]',
})
  .replace('questionsPerStep: 2', 'questionsPerStep: 4')
  .replace('numGenerations: 4', 'numGenerations: 8');
const { studyId } = await engine.client.studies.start.mutate({ yaml });
await engine.engine.queue.whenIdle();
const only = process.argv.slice(2);
const pages: Record<string, string> = {
  run: '/runs/10',
  steps: '/runs/10?tab=steps',
  events: '/runs/10?tab=events',
  facts: '/runs/10?tab=facts',
  rollouts: '/rollouts?run=10&step=30',
  search: '/rollouts?mode=search&run=10&filter=wrong-high',
  compare: `/compare?study=${studyId}`,
  effects: `/compare?study=${studyId}&tab=effects`,
  diff: `/compare?study=${studyId}&tab=settings`,
  answers: `/compare?study=${studyId}&tab=answers`,
  whatif: '/what-if?run=10&trust=none&annealing=none',
  tables: '/tables',
  new: '/new',
  settings: '/settings',
  study: `/studies/${studyId}`,
};
for (const [w, h, dark] of [
  [1280, 800, false],
  [1920, 1080, true],
] as const) {
  for (const [name, to] of Object.entries(pages)) {
    if (only.length && !only.includes(name)) continue;
    const { page, complaints } = await openPage(browser, engine.pageUrl, to, { width: w, height: h, dark });
    await page.waitForTimeout(1800);
    await page.screenshot({ path: `/tmp/shot-${name}-${dark ? 'dark' : 'light'}.png` });
    if (complaints.length) console.log(to, w, complaints);
    await page.context().close();
  }
}
await browser.close();
await engine.end();
