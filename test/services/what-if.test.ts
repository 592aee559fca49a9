/** What-if on logged responses: a run's own settings give its log again, MC dropout by the spreads that were stored with the responses. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { groupAdvantages } from '../../src/main/loss/advantages.ts';
import { totalRewards } from '../../src/main/trust/total-reward.ts';
import { parseStudy } from '../../src/shared/study/study.ts';
import { type TestEngine, testEngine } from '../setup/with-engine.ts';
import { sampleResponse, sampleStep } from '../store/helpers.ts';

let engine: TestEngine;
before(async () => {
  engine = await testEngine();
});
after(() => engine.end());

const THINKING = [0.2, 0.9, 0.4, 0.3, 0.8, 0.1, 0.6, 0.5];
const SPREADS = [0.1, 0.2, 0.05, 0.3, 0.1, 0.1, 0.4, 0.2];

/** A run with trust mc-dropout whose rows are what training would log of these scores. */
function loggedRun(name: string, spreads: readonly (number | null)[]): number {
  const { store } = engine.engine;
  const yaml = `name: ${name}
variants:
  mc: { base: full, reward: { trust: mc-dropout } }
seeds: [0]
settings: { training: { totalSteps: 20, questionsPerStep: 2, numGenerations: 4 } }`;
  const { studyId } = store.addStudy(parseStudy(yaml, name));
  const runId = store.listRuns({ studyId })[0]!.id;
  const { settings } = store.run(runId);
  const { attempt } = store.startRun(runId);
  const rows = Array.from({ length: 8 }, (_, i) =>
    sampleResponse(1, i, { outcomeReward: i % 2, thinkingReward: THINKING[i]! }),
  );
  const groups = [rows.slice(0, 4), rows.slice(4)].map((group, g) =>
    totalRewards({
      ...settings.reward,
      outcomes: group.map((row) => row.outcomeReward),
      thinking: group.map((row) => row.thinkingReward),
      spreads: group.map((_, i) => SPREADS[g * 4 + i]!),
      step: 1,
      totalSteps: 20,
    }),
  );
  const rewards = groups.flatMap((group) => group.rewards);
  const { advantages } = groupAdvantages(rewards, { ...settings.loss, groupSize: 4 });
  const responses = rows.map((row, i) => ({
    ...row,
    thinkingSpread: spreads[i]!,
    gamma: groups[i >> 2]!.gamma,
    reward: rewards[i]!,
    advantage: advantages[i]!,
  }));
  store.recordEvent(runId, attempt, sampleStep(1, { responses }));
  return runId;
}

test('the mc-dropout weight is computed anew from the stored spreads, also under another alpha', async () => {
  const id = loggedRun('with-spreads', SPREADS);
  const same = await engine.client.whatIf.run.query({ id, changes: {} });
  assert.ok(same.reproduced, `differs by ${same.worst}`);
  const other = await engine.client.whatIf.step.query({ id, step: 1, changes: { alpha: 1 } });
  assert.deepEqual(
    other.map((row) => row.newGamma),
    other.map((row) => row.gamma),
  );
  assert.ok(other.every((row) => row.newGamma! > 0 && row.newGamma! < 1));
  const trusted = await engine.client.whatIf.step.query({ id, step: 1, changes: { trust: 'none' } });
  assert.ok(trusted.every((row) => row.newGamma === 1));
});

test('without stored spreads it is refused by name, and an older run of it says that its log does not come out again', async () => {
  const id = loggedRun('before-spreads', Array(8).fill(null));
  const { reproduced } = await engine.client.whatIf.run.query({ id, changes: {} });
  assert.equal(reproduced, false);
  await assert.rejects(
    engine.client.whatIf.run.query({ id, changes: { trust: 'mc-dropout' } }),
    /This run logged no spreads of dropout passes, which trust mc-dropout is computed from\. Choose another trust/,
  );
});
