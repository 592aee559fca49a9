/**
 * Every way to reward thinking, every trust and every annealing, in a run of three steps on the embedded models: each row's reward is what
 * the formulas give from the row's own outcome, scores, weight and decay; and a run with dropout resumes bit by bit.
 */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { useBackend } from '../../src/main/tensor/backend.ts';
import { runTraining } from '../../src/main/train/run-training.ts';
import type { ResponseRecord, RunEvent } from '../../src/shared/run/run-events.ts';
import { parseSettings, type SettingsPatch } from '../../src/shared/settings/setting-paths.ts';
import { reply, serve } from '../rewards/thinking/fault-server.ts';
import { byKind } from './by-kind.ts';
import { resumePoint } from './resume-point.ts';
import { timeless } from './timeless.ts';

before(() => useBackend('auto', { threads: 1 }));

async function run(reward: object, resume: { step: number; uri: string } | null = null) {
  const events: RunEvent[] = [];
  const options = {
    settings: parseSettings({
      model: { stepTrm: 'tiny-vl-base' }, // its vocabulary holds the step tokens
      training: { totalSteps: 3, questionsPerStep: 2, numGenerations: 4, checkpointEvery: 2, learningRate: 1e-4 },
      data: { categories: ['ocr'] },
      generation: { maxCompletionLength: 32 }, // few graphs to compile
      reward,
      evaluation: { every: 0, questions: 1, benchmarks: ['ocr-test'], sampled: false },
    } as SettingsPatch),
    runFolder: mkdtempSync(join(tmpdir(), 'sophia-arms-')),
    resume,
    signal: new AbortController().signal,
    threads: 1,
  };
  for await (const event of runTraining(options)) events.push(event);
  const of = byKind(events);
  return {
    steps: of('step'),
    checkpoints: of('checkpoint').map((one) => resumePoint(options.runFolder, one)),
    paused: of('paused'),
    weights: of('finished')[0]?.weightsHash,
  };
}

const DECAY = {
  exp: (step: number) => Math.exp(-step / 3),
  linear: (step: number) => 1 - step / 3,
  cosine: (step: number) => (1 + Math.cos((Math.PI * step) / 3)) / 2,
  none: () => 1,
};
const GAMMA = {
  exp: ({ muC, muW }: ResponseRecord) => Math.min(1, Math.exp((muC ?? 1) - (muW ?? 0))),
  gate: ({ muC, muW }: ResponseRecord) => Number((muC ?? 1) >= (muW ?? 0)),
  none: () => 1,
};

/** Rows of preset `paper`: R = R^o + gamma alpha decay R^t, row by row. */
function checkRows(
  { steps }: Awaited<ReturnType<typeof run>>,
  annealing: keyof typeof DECAY,
  trust: keyof typeof GAMMA | 'mc-dropout',
): void {
  assert.equal(steps.length, 3);
  for (const { step, responses } of steps)
    for (const row of responses) {
      assert.ok(Math.abs(row.decay! - DECAY[annealing](step)) < 1e-9, `decay ${row.decay} at step ${step}`);
      if (trust !== 'mc-dropout') assert.ok(Math.abs(row.gamma! - GAMMA[trust](row)) < 1e-9, `gamma ${row.gamma}`);
      assert.ok(row.gamma! >= 0 && row.gamma! <= 1);
      const expected =
        row.thinkingReward === null ? null : row.outcomeReward! + row.gamma! * 0.3 * row.decay! * row.thinkingReward;
      if (expected === null) assert.ok(row.reward === null || row.reward === row.outcomeReward);
      else assert.ok(Math.abs(row.reward! - expected) < 1e-9, `reward ${row.reward} is not ${expected}`);
    }
}

const scored = ({ steps }: Awaited<ReturnType<typeof run>>) =>
  steps.flatMap((step) => step.responses).filter((one) => one.thinkingReward !== null);

describe('an arm of an ablation', () => {
  const arms = [
    { thinking: 'trm', trust: 'exp', annealing: 'exp' },
    { thinking: 'untrained', trust: 'none', annealing: 'none' },
    { thinking: 'step-level', trust: 'exp', annealing: 'linear' },
    { thinking: 'length', trust: 'gate', annealing: 'cosine' },
    { thinking: 'oracle', trust: 'gate', annealing: 'exp' },
  ] as const;
  for (const arm of arms) {
    it(`${arm.thinking}, trust ${arm.trust}, annealing ${arm.annealing}: rows are what the formulas say`, async () => {
      const result = await run(arm);
      checkRows(result, arm.annealing, arm.trust);
      assert.ok(scored(result).length >= 20, `${scored(result).length} of 24 scored`);
      for (const row of scored(result)) {
        assert.ok(row.thinkingReward! >= 0 && row.thinkingReward! <= 1);
        if (arm.thinking === 'oracle') assert.equal(row.thinkingReward, row.rubricScore);
      }
    });
  }

  it('none trains on the outcome alone and logs no trust', async () => {
    const { steps } = await run({ thinking: 'none' });
    for (const { metrics, responses } of steps) {
      assert.equal(metrics['trust/gamma/mean'], null);
      for (const row of responses) assert.deepEqual([row.reward, row.gamma], [row.outcomeReward, null]);
    }
  });

  it('endpoint is asked once per response; where it dies the run pauses at that step, and a resume goes on with its scores', async () => {
    const answer = reply('<answer>0.7</answer>');
    const { base, seen } = await serve((request, response, body, call) => {
      const isDead = call > 8 + 3 && call <= 16; // from the middle of step 2 on, and well again for the resume
      if (isDead) response.writeHead(503).end();
      else answer(request, response, body, call);
    });
    const endpoint = { baseUrl: base, model: 'judge', concurrency: 1, maxAttempts: 1, onFailure: 'pause' };
    const before = await run({ thinking: 'endpoint', endpoint });
    assert.deepEqual(
      before.steps.map(({ step, metrics }) => [step, metrics['thinking/failures']]),
      [
        [1, 0],
        [2, 5],
      ],
    );
    assert.match(before.paused[0]!.message, /^5 thinking scores failed .* Resume once the endpoint works/);
    for (const row of before.steps[1]!.responses.filter((response) => response.thinkingFailure !== null))
      assert.deepEqual([row.thinkingReward, row.thinkingFailure], [null, 'server_error']);
    const { step, uri } = before.checkpoints.at(-1)!;
    assert.deepEqual([step, before.weights, seen.length], [2, undefined, 16]);
    const after = await run({ thinking: 'endpoint', endpoint }, { step, uri });
    assert.deepEqual([after.steps.length, after.paused.length, seen.length], [1, 0, 24]);
    assert.ok(after.weights !== undefined);
    checkRows({ ...after, steps: [...before.steps, ...after.steps] }, 'exp', 'exp');
    assert.deepEqual(new Set(scored(after).map((row) => row.thinkingReward)), new Set([0.7]));
  });

  it('official-code asks about scored answers alone, skips groups all right or all wrong, and hardly anneals', async () => {
    const { steps } = await run({ preset: 'official-code' });
    for (const { step, responses } of steps)
      for (const row of responses) {
        assert.ok(Math.abs(row.decay! - Math.exp(-step / 12_000)) < 1e-12);
        if (row.outcomeReward! < 0.2) assert.deepEqual([row.thinkingReward, row.reward], [null, row.outcomeReward]);
        if (row.gammaLogged !== 0.5 && row.thinkingReward !== null)
          assert.ok(
            Math.abs(row.reward! - row.outcomeReward! - row.gamma! * 0.3 * row.decay! * row.thinkingReward) < 1e-9,
          );
      }
  });

  it('official-code shows an endpoint the prompt and the response whole, in the words that the policy read and wrote', async () => {
    const { base, seen } = await serve(reply('<answer>0.7</answer>'));
    const { steps } = await run({
      preset: 'official-code',
      thinking: 'endpoint',
      endpoint: { baseUrl: base, model: 'judge', concurrency: 1 },
    });
    const judged = steps.flatMap(({ responses }) => responses).filter((row) => row.thinkingReward !== null);
    assert.ok(seen.length > 0 && seen.length === judged.length, `${seen.length} asked`);
    seen.forEach(({ body }, i) => {
      const [, user] = JSON.parse(body).messages as { content: { text?: string }[] }[];
      const text = user!.content.find((part) => part.text !== undefined)!.text!;
      const [, prompt, reasoning] = /\n\nQuestion:\n([\s\S]*)\n\nReasoning to grade:\n([\s\S]*)$/.exec(text)!;
      assert.match(prompt!, /^<image> user\b.*\bassistant\b/s);
      assert.equal(reasoning, judged[i]!.text);
      assert.match(reasoning!, /<think>.*<answer>/s);
    });
  });

  it('mc-dropout logs spread and cost, weighs by them, and goes on from a checkpoint bit by bit', async () => {
    const arm = { thinking: 'trm', trust: 'mc-dropout', mcDropoutPasses: 3, mcDropoutRate: 0.3 };
    const whole = await run(arm);
    checkRows(whole, 'exp', 'mc-dropout');
    assert.ok(whole.steps.some(({ metrics }) => metrics['trust/spread']! > 0));
    for (const row of scored(whole)) assert.ok(row.thinkingSpread! >= 0);
    assert.ok(whole.steps.some(({ metrics }) => metrics['trust/gamma/mean']! < 1));
    assert.ok(whole.steps.every(({ metrics }) => metrics['time/thinking_per_response']! > 0));
    const { step, uri } = whole.checkpoints[0]!;
    const rest = await run(arm, { step, uri });
    assert.deepEqual(rest.steps.map(timeless), whole.steps.slice(2).map(timeless));
    assert.equal(rest.weights, whole.weights);
  });
});

describe('trust mc-dropout', () => {
  it('is refused, before anything runs, with a source that has no passes', () => {
    for (const thinking of ['oracle', 'length', 'endpoint'])
      assert.throws(
        () => parseSettings({ reward: { thinking, trust: 'mc-dropout' } }),
        new RegExp(
          `reward.trust = mc-dropout needs passes with dropout, which reward.thinking = ${thinking} does not support. Use`,
        ),
      );
    for (const thinking of ['none', 'trm', 'untrained', 'step-level'])
      parseSettings({ reward: { thinking, trust: 'mc-dropout' } });
  });
});
