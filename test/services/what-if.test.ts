/** What-if on logged responses: a run's own settings give its log again, MC dropout by the spreads that were stored with the responses. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

test('a run is recomputed over the steps that it has, whatever their numbers, and a log is refused by one line', async () => {
  const { store } = engine.engine;
  const id = loggedRun('few-of-many', SPREADS);
  // What an archive of before could bring in: a run that says it is at a step that no list can be made for.
  store.database.prepare('UPDATE runs SET step = 4294967290, total_steps = 4294967290 WHERE id = ?').run(id);
  store.database.prepare('UPDATE responses SET step = 4294967290 WHERE run_id = ? AND group_index = 1').run(id);
  const found = await engine.client.whatIf.run.query({ id, changes: {} });
  assert.deepEqual(
    found.steps.map((step) => step.step),
    [1, 4294967290],
  );
  assert.deepEqual([found.used, found.total], [2, 2]);
  assert.equal((await engine.client.whatIf.step.query({ id, step: 4294967290, changes: {} })).length, 4);

  const log = join(engine.home, 'trainer_state.json');
  writeFileSync(
    log,
    '{"log_history": [{"step": 1, "loss": 1.0}, {"step": 4294967290, "loss": 0.5}], "global_step": 4294967290}',
  );
  const { runId } = await engine.client.logs.import.mutate({ format: 'trainer-state', path: log });
  for (const asked of [
    engine.client.whatIf.run.query({ id: runId, changes: {} }),
    engine.client.whatIf.step.query({ id: runId, step: 1, changes: {} }),
  ])
    await assert.rejects(asked, /came from another program's log, which tells no settings/);
  assert.deepEqual(await engine.client.runs.steps.query({ id: runId }), [
    [1, 1],
    [4294967290, 4294967290],
  ]);
  assert.equal((await engine.client.runs.stepTable.query({ id: runId, steps: [4294967290] })).length, 1);
  assert.equal((await engine.client.studies.list.query()).studies.length > 0, true);
});

test('the steps of a long run are spread evenly over those that it has, its last one included', async () => {
  const { store } = engine.engine;
  const { studyId } = store.addStudy(
    parseStudy('name: long\nvariants: [grpo]\nsettings: {training: {totalSteps: 400}}', 'long'),
  );
  const runId = store.listRuns({ studyId })[0]!.id;
  const { attempt } = store.startRun(runId);
  for (let step = 1; step <= 310; step++) store.recordEvent(runId, attempt, sampleStep(step));
  const { steps, used, total } = await engine.client.whatIf.run.query({ id: runId, changes: {} });
  assert.deepEqual([used, total, steps[0]!.step, steps.at(-1)!.step], [104, 310, 3, 310]);
});

test('another threshold moves fractional outcomes to G_wrong, and trust follows; runs of before there was one use 0.5', async () => {
  const id = loggedRun('fractions', SPREADS);
  const { store } = engine.engine;
  // Text answers: every right one of the group is a fraction; without the setting in the run's row, as old rows are.
  store.database
    .prepare(
      "UPDATE runs SET settings = json_remove(json_set(settings, '$.reward.trust', 'exp'), '$.reward.correctThreshold') WHERE id = ?",
    )
    .run(id);
  store.database
    .prepare('UPDATE responses SET outcome_reward = CASE WHEN sample IN (0, 1) THEN 0.75 ELSE 0.1 END WHERE run_id = ?')
    .run(id);
  const gammas = async (changes: { correctThreshold?: number }) => [
    ...new Set((await engine.client.whatIf.step.query({ id, step: 1, changes })).map((row) => row.newGamma)),
  ];
  const published = await gammas({});
  assert.ok(published.some((gamma) => gamma! < 1));
  assert.deepEqual(await gammas({ correctThreshold: 0.5 }), published);
  assert.deepEqual(await gammas({ correctThreshold: 0.8 }), [1]); // G_correct is empty
});
