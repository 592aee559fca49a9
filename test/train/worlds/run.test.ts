/** Runs in the worlds made of sums: what is asked, what is logged, and the controls that change nothing but the draws or the order of scores. */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { benchmarkNames } from '../../../src/main/train/evaluation/benchmark-questions.ts';
import { stepQuestions } from '../../../src/main/train/question-stream.ts';
import { runTraining } from '../../../src/main/train/run-training.ts';
import { drawSeed, type ScoredGroup, shuffledScores } from '../../../src/main/train/step-groups.ts';
import type { RunEvent } from '../../../src/shared/run/run-events.ts';
import { parseSettings, type SettingsPatch } from '../../../src/shared/settings/setting-paths.ts';

const STEPS = 2;

async function stepsOf(patch: SettingsPatch) {
  const settings = parseSettings({
    data: { world: 'shortcut', cueRate: 0.5, labelNoise: 0.3 },
    training: { totalSteps: STEPS, questionsPerStep: 4, numGenerations: 4 },
    evaluation: { every: 0, questions: 2 },
    ...patch,
  });
  const events: RunEvent[] = [];
  const options = {
    settings,
    runFolder: mkdtempSync(join(tmpdir(), 'sophia-world-')),
    resume: null,
    signal: new AbortController().signal,
    threads: 1,
  };
  for await (const event of runTraining(options)) events.push(event);
  return {
    steps: events.filter((event) => event.kind === 'step'),
    benchmarks: [...new Set(events.flatMap((event) => (event.kind === 'evaluation' ? [event.benchmark] : [])))],
  };
}

test('a run in Shortcut asks its questions, evaluates every form, and logs ways of answering that add up to one', async () => {
  const { steps, benchmarks } = await stepsOf({ reward: { thinking: 'oracle' } });
  assert.equal(steps.length, STEPS);
  assert.deepEqual(benchmarks, ['shortcut-cue-right', 'shortcut-cue-wrong', 'shortcut-no-cue']);
  for (const { metrics, responses } of steps) {
    const shares = ['sound', 'cue', 'guess', 'flattery', 'other'].map(
      (style) => metrics[`style/${style}` as 'style/cue']!,
    );
    assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-9);
    assert.ok(shares[0]! > 0 && shares[1]! > 0 && shares[2]! > 0, 'the base model answers in each of its ways');
    for (const { questionId } of responses)
      assert.match(questionId, /^shortcut\/train\/\d{6}@1\/cue-(right|wrong)(-noisy)?$/);
  }
});

test('a salt draws other responses to the same questions; the same salt the same ones', async () => {
  const texts = async (salt: number) => {
    const { steps } = await stepsOf({ reward: { thinking: 'none' }, generation: { salt } });
    return steps[0]!.responses.map(({ questionId, text }) => [questionId, text] as const);
  };
  const [plain, salted, again] = [await texts(0), await texts(1), await texts(1)];
  assert.deepEqual(salted, again);
  assert.deepEqual(
    plain.map(([id]) => id),
    salted.map(([id]) => id),
  );
  assert.notDeepEqual(plain, salted);
  assert.equal(drawSeed(parseSettings({ seed: 5 })), 5, 'no salt leaves the draws as they were');
});

test('shuffled scores are the same scores within each group, in another order, the same one each time', () => {
  const scores = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7].map((score) => ({ score, attempts: 0, seconds: 0 }));
  const groups = [{ scores }, { scores }, { scores: null }] as unknown as ScoredGroup[];
  const values = (step: number) =>
    shuffledScores(groups, { seed: 1, step }).map((group) => group.scores?.map((score) => score!.score) ?? null);
  const [first, second, none] = values(1);
  assert.deepEqual(
    [...first!].sort(),
    scores.map(({ score }) => score),
  );
  assert.notDeepEqual(first, second);
  assert.equal(none, null);
  assert.deepEqual(values(1), values(1));
  assert.notDeepEqual(values(1), values(2));
});

test('questions of a world are the same for every variant of a seed, and others for another seed', () => {
  const asked = (seed: number, thinking: string) =>
    stepQuestions(parseSettings({ seed, data: { world: 'flattery' }, reward: { thinking } }), 3, null).map(
      ({ id }) => id,
    );
  assert.deepEqual(asked(1, 'none'), asked(1, 'oracle'));
  assert.notDeepEqual(asked(1, 'none'), asked(2, 'none'));
});

test('categories or answer types that leave a world no question, and splits that it does not have, are refused by name', () => {
  const settings = parseSettings({ data: { world: 'flattery', categories: ['ocr'] } });
  assert.throws(() => stepQuestions(settings, 1, null), /leave no question of the world flattery/);
  assert.throws(
    () => benchmarkNames(['hard'], 'shortcut', tmpdir()),
    /the world shortcut has no such benchmarks\. Use test/,
  );
  assert.deepEqual(benchmarkNames(['test', 'hard'], 'flattery', tmpdir()), ['flattery-test']);
});
