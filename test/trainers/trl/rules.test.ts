/**
 * The rules beside a trainer in Python: bundled into one file, run by a Node, asked by the package's own client on a plain Python. What they answer
 * is what the native trainer computes.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { makeBlindRubric } from '../../../src/main/rewards/thinking/sources/blind-rubric.ts';
import { lengthThinking } from '../../../src/main/rewards/thinking/sources/length.ts';
import { makeOracle } from '../../../src/main/rewards/thinking/sources/oracle.ts';
import { groupOf, type ScoredGroup, withThinking } from '../../../src/main/train/step-groups.ts';
import { weighGroups } from '../../../src/main/train/weigh-groups.ts';
import { readRun } from '../../../src/main/trainers/trl/run-file.ts';
import { writeRun } from '../../../src/main/trainers/trl/write-run.ts';
import { parseEventLine } from '../../../src/shared/run/event-lines.ts';
import { defaultSettings, type Settings } from '../../../src/shared/settings/settings.ts';
import { askThroughPython } from './python.ts';

const STEP = 3;
/** Two questions, four responses each. */
const settings = (thinking: Settings['reward']['thinking']): Settings => {
  const all = defaultSettings();
  return {
    ...all,
    trainer: 'trl',
    training: { ...all.training, totalSteps: 4, questionsPerStep: 2, numGenerations: 4 },
    reward: { ...all.reward, thinking },
    evaluation: { ...all.evaluation, benchmarks: ['chart-test'], questions: 2 },
  };
};

let folder: string;
const runFolder = (name: string) => join(folder, name);
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sophia-rules-'));
  for (const thinking of ['length', 'trm', 'step-level', 'none', 'oracle', 'blind-rubric'] as const)
    await writeRun(settings(thinking), { home: folder, folder: runFolder(thinking), codeVersion: 'test' });
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** The responses of a step: right and wrong ones, one without thinking, one cut off. */
function stepOf(name: string) {
  const { run, lines } = readRun(runFolder(name));
  return run.steps[STEP - 1]!.map((id) => {
    const { answer } = lines.get(id)!.question;
    const responses = [
      {
        text: `<think> i see it . so the answer is ${answer} . </think> <answer> ${answer} </answer>`,
        truncated: false,
      },
      { text: '<think> i guess . </think> <answer> nothing of the kind </answer>', truncated: false },
      { text: `<think> </think> <answer> ${answer} </answer>`, truncated: false },
      { text: '<think> the first thing that i see here is and so on and on and on', truncated: true },
    ];
    return { question: id, prompt: 'a question', responses: responses.map((one) => ({ ...one, tokens: 17 })) };
  });
}

/** The same step through the functions of the native trainer. */
async function natively(name: Settings['reward']['thinking'], rewarder = lengthThinking()) {
  const { lines } = readRun(runFolder(name));
  const groups = stepOf(name).map(({ question, prompt, responses }) => {
    const own = responses.map(({ text, truncated }) => ({
      text,
      truncated,
      ids: Array<number>(17).fill(0),
      logps: [],
    }));
    return groupOf(lines.get(question)!.question, prompt, own, 'paper');
  });
  const scored: ScoredGroup[] = await withThinking(groups, rewarder, 'paper', { seed: 0, step: STEP });
  return weighGroups(scored, settings(name), STEP);
}

const UPDATE = {
  loss: 0.5,
  policyLoss: 'NaN',
  kl: 0.1,
  entropy: 0.3,
  clipShareLow: 0,
  clipShareHigh: 0,
  gradNorm: 1.5,
  learningRate: 1e-4,
};
const reportOf = (groups: object, ratings: object, update: object = UPDATE) => ({
  ask: 'report',
  step: STEP,
  groups,
  ratings,
  updates: [update],
  seconds: { generate: 1, thinking: 0.5, reference: 'NaN', update: 2 },
  stepSeconds: 4,
  cpuSeconds: 3,
  memoryMiB: 100,
  gpuMemoryMiB: null,
  tokens: 1000,
  watch: null,
});

describe('rules beside a trainer in Python', () => {
  test('are one file that needs nothing but a Node', () => {
    const text = readFileSync(join(runFolder('length'), 'rules.mjs'), 'utf8');
    const asked = [...text.matchAll(/^import .*? from ["']([^"']+)["']/gm)].map(([, name = '']) => name);
    assert.deepEqual(
      asked.filter((name) => !name.startsWith('node:')),
      [],
    );
  });

  for (const [name, { rewarder }] of [
    ['oracle', makeOracle()],
    ['blind-rubric', makeBlindRubric({ settings: settings('blind-rubric') })],
  ] as const)
    test(`thinking reward ${name}: each response has the native trainer's score`, async () => {
      const groups = stepOf(name);
      const [judged] = await askThroughPython(runFolder(name), [{ ask: 'judge', step: STEP, groups }]);
      const scores = (await natively(name, rewarder)).records.map((record) => record.thinkingReward);
      const given = (judged as { ratings: { score: number }[] }).ratings.map(({ score }) => score);
      assert.deepEqual(given, scores);
      assert.ok(new Set(scores).size >= 2, 'the scores tell responses apart');
    });

  test('rewards, trust and advantages are those of the native trainer to the last bit', async () => {
    const groups = stepOf('length');
    const [judged] = await askThroughPython(runFolder('length'), [{ ask: 'judge', step: STEP, groups }]);
    const { ratings } = judged as { ratings: object[] };
    const [weighed, report] = (await askThroughPython(runFolder('length'), [
      { ask: 'weigh', step: STEP, groups, ratings },
      reportOf(groups, ratings),
    ])) as [{ advantages: number[]; rewards: number[] }, { events: { kind: string }[]; tokens: number }];
    const native = await natively('length');
    assert.deepEqual(weighed.advantages, native.advantages);
    assert.deepEqual(
      weighed.rewards,
      native.trust.flatMap(({ rewards }) => rewards),
    );
    assert.ok(new Set(weighed.advantages).size >= 4, 'the step tells its responses apart');
    const said = report.events.map((event, i) => {
      const line = JSON.stringify({ sequence: i + 1, event });
      return parseEventLine(line, 'the report').event; // every event is one of event lines
    });
    const step = said.find((event) => event.kind === 'step')!;
    assert.deepEqual(step.responses, native.records);
    assert.equal(step.metrics.policy_loss, null);
    assert.equal(step.metrics['time/reference'], null);
    assert.deepEqual([step.metrics.loss, step.metrics.kl, step.metrics.step_time], [0.5, 0.1, 4]);
    assert.equal(report.tokens, 1000 + 8 * 17);
  });

  test('a rater is asked for the thinkings that count, in the words that native raters read', async () => {
    const groups = stepOf('trm');
    const [judged] = await askThroughPython(runFolder('trm'), [{ ask: 'judge', step: STEP, groups }]);
    const { asked, ratings } = judged as { asked: { question: string; pieces: string[] }[]; ratings: null };
    assert.equal(ratings, null);
    assert.equal(asked.length, 8);
    assert.match(asked[1]!.pieces[0]!, /^<think> i guess \. <\/think> rate/);
    const rated = asked.map((_, i) => ({
      token: i === 2 ? 'the' : i === 1 ? 'purple' : '0.7',
      attempts: 1,
      seconds: 0.1,
    }));
    const [report] = await askThroughPython(runFolder('trm'), [reportOf(groups, rated)]);
    const step = (report as { events: { kind: string; responses?: Record<string, unknown>[] }[] }).events.find(
      ({ kind }) => kind === 'step',
    )!;
    const scores = step
      .responses!.slice(0, 4)
      .map(({ thinkingReward, thinkingFailure }) => [thinkingReward, thinkingFailure]);
    assert.deepEqual(scores, [
      [0.7, null],
      [null, 'no_score'], // another token than a score: none, never 0
      [0, 'no_thinking'], // nothing was thought
      [0.7, null],
    ]);
  });

  test('a step-level rater is read behind each step, and its steps make one score', async () => {
    const groups = stepOf('step-level');
    const [judged] = await askThroughPython(runFolder('step-level'), [{ ask: 'judge', step: STEP, groups }]);
    const { asked } = judged as { asked: { pieces: string[]; readAfter: number[] }[] };
    assert.deepEqual(asked[0]!.pieces.slice(0, 2), ['<think>', ' i see it .']);
    assert.deepEqual(asked[0]!.readAfter, [1, 2]);
    const rated = asked.map(({ readAfter }) => ({
      steps: readAfter.map((_, i) => 0.5 + i / 4),
      attempts: 1,
      seconds: 0,
    }));
    const [report] = await askThroughPython(runFolder('step-level'), [reportOf(groups, rated)]);
    const { events } = report as { events: { kind: string; responses?: { thinkingReward: number }[] }[] };
    const responses = events.find(({ kind }) => kind === 'step')!.responses!;
    assert.equal(responses[0]!.thinkingReward, (0.5 + 0.75) / 2);
    assert.equal(responses[2]!.thinkingReward, 0); // no step
  });

  test('without a thinking reward nothing is rated and no trust is said', async () => {
    const groups = stepOf('none');
    const [judged, report] = await askThroughPython(runFolder('none'), [
      { ask: 'judge', step: STEP, groups },
      reportOf(groups, []),
    ]);
    assert.deepEqual((judged as { ratings: unknown }).ratings, []);
    const { events } = report as { events: { kind: string; metrics?: Record<string, unknown> }[] };
    assert.equal(events.find(({ kind }) => kind === 'step')!.metrics!['trust/gamma/mean'], null);
  });

  test('a gradient that is not a number is a divergence, told after the step', async () => {
    const groups = stepOf('none');
    const [report] = await askThroughPython(runFolder('none'), [reportOf(groups, [], { ...UPDATE, gradNorm: 'NaN' })]);
    const { divergence } = report as { divergence: { code: string; message: string } };
    assert.equal(divergence.code, 'diverged');
    assert.match(divergence.message, /^Step 3: gradient norm NaN/);
  });

  test('answers to a benchmark are judged by the rule that trains', async () => {
    const { run, lines } = readRun(runFolder('none'));
    const [{ questions, name, hash }] = run.benchmarks as [(typeof run.benchmarks)[number]];
    const answers = questions.map((question, i) => ({
      question,
      text: i === 0 ? `<think> so . </think> <answer> ${lines.get(question)!.question.answer} </answer>` : 'no idea',
    }));
    const [told] = await askThroughPython(runFolder('none'), [{ ask: 'evaluated', step: 2, mode: 'greedy', answers }]);
    const [event] = (told as { events: Record<string, unknown>[] }).events;
    assert.deepEqual([event!.benchmark, event!.benchmarkHash, event!.step], [name, hash, 2]);
    assert.deepEqual(
      (event!.results as { correct: boolean }[]).map(({ correct }) => correct),
      [true, false],
    );
  });

  test('what cannot be answered is an error with its code, and the next request is answered', async () => {
    const answers = await askThroughPython(runFolder('none'), [
      { ask: 'nonsense' },
      { ask: 'evaluated', step: 0, mode: 'greedy', answers: [] },
      { ask: 'asked', step: 0 },
    ]);
    const [unknown, unanswered, fine] = answers as [
      { error: { code: string; message: string } },
      { error: { code: string; message: string } },
      { events: unknown[] },
    ];
    assert.equal(unknown.error.code, 'internal');
    assert.deepEqual(unanswered.error, {
      code: 'data',
      message: 'Benchmark chart-test: question chart/test/000000 has no answer.',
    });
    assert.equal(fine.events.length, 1);
  });
});
