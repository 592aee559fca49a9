/**
 * Trainer trl is the same method: prompt ids, rewards, trust and advantages, losses with their gradients, and TRM scores as the native trainer has
 * them, with the embedded models on CPU. SOPHIA_TEST_TRL=1 runs it; SOPHIA_TRL_PYTHON names an environment, else the cache's is made (about 6 GB).
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { modelFolder } from '../../../../src/main/model/folder/find-model.ts';
import { loadModel } from '../../../../src/main/model/folder/model-folder.ts';
import { scoreOfToken, scoreTexts } from '../../../../src/main/rewards/thinking/heads/score-reading.ts';
import { modelRewarder } from '../../../../src/main/rewards/thinking/model-rewarder.ts';
import type { ThinkingRequest } from '../../../../src/main/rewards/thinking/source.ts';
import { encodeQuestion } from '../../../../src/main/rollouts/encode-question.ts';
import { generateResponses } from '../../../../src/main/rollouts/generate-responses.ts';
import { mixedStyle } from '../../../../src/main/tasks/demonstrations/mixture.ts';
import { writeResponse } from '../../../../src/main/tasks/demonstrations/response.ts';
import { useBackend } from '../../../../src/main/tensor/backend.ts';
import { disposeTree } from '../../../../src/main/tensor/tree.ts';
import { type PreparedRun, prepareRun } from '../../../../src/main/train/prepare/prepare-run.ts';
import { stepQuestions } from '../../../../src/main/train/question-stream.ts';
import { groupsOf, withThinking } from '../../../../src/main/train/step-groups.ts';
import { microBatches } from '../../../../src/main/train/update/micro-batches.ts';
import { policyGraphs } from '../../../../src/main/train/update/policy-gradient.ts';
import { weighGroups } from '../../../../src/main/train/weigh-groups.ts';
import { type RunFile, readRun } from '../../../../src/main/trainers/trl/run-file.ts';
import { writeRun } from '../../../../src/main/trainers/trl/write-run.ts';
import { parseSettings } from '../../../../src/shared/settings/setting-paths.ts';
import type { Settings } from '../../../../src/shared/settings/settings.ts';
import { Random } from '../../../../src/shared/values/random.ts';
import { NO_TRL, trained, trlPython } from '../python.ts';
import { type Answer, agreeByHalves, CASES, checked, close } from './check.ts';

const TOKENS = 24;
/** Weights whose gradients are compared: ends of their names in the file, the same on both sides. */
const WEIGHTS = ['layers.0.self_attn.q_proj.weight', 'layers.1.mlp.down_proj.weight', 'language_model.norm.weight'];
const settings: Settings = parseSettings({
  trainer: 'trl',
  training: { totalSteps: 5, questionsPerStep: 3, numGenerations: 4, checkpointEvery: 2, learningRate: 1e-4 },
  generation: { maxCompletionLength: TOKENS },
  reward: { thinking: 'trm' },
  evaluation: { every: 0, benchmarks: ['chart-test'], questions: 1 },
});

let folder: string;
let python: string;

describe('trainer trl against the native one', {
  skip: NO_TRL,
  timeout: 1_800_000,
}, () => {
  let run: PreparedRun;
  let file: RunFile;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sophia-trl-parity-'));
    python = await trlPython();
    const backend = await useBackend('auto', { threads: 1 });
    run = prepareRun(settings, backend, join(folder, 'runs/1'), null);
    file = await writeRun(settings, { home: folder, folder: join(folder, 'trl'), codeVersion: 'test' });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('the same responses have the same prompts, advantages, losses and gradients', async () => {
    const encoded = stepQuestions(settings, 1, null).map((question) =>
      encodeQuestion(run.sampler, question, run.encode),
    );
    assert.deepEqual(
      encoded.map(({ question }) => question.id),
      file.steps[0],
    );
    const draw = { seed: 0, step: 1 };
    const sampled = generateResponses(run.sampler, run.policy, encoded, 4, TOKENS, settings.generation, draw);
    const [micro] = microBatches(run, encoded, sampled);
    // Log-probabilities of an old policy and of a reference that are near the policy's and not equal to it.
    const width = Math.max(...sampled.responses.map(({ ids }) => ids.length));
    const random = new Random(0, 'parity', 0);
    const near = (spread: number) =>
      sampled.responses.map(({ logps }) =>
        Array.from({ length: width }, (_, t) =>
          logps[t] === undefined ? 0 : logps[t] + (random.next() - 0.5) * spread,
        ),
      );
    const [old, reference] = [near(0.8), near(0.4)];
    const request = { responses: sampled.responses.map(({ ids }) => ids), old, reference, weights: WEIGHTS };
    const answer = checked({ python, folder }, { ...request, losses: CASES }) as unknown as Answer;

    assert.deepEqual(
      answer.prompts,
      encoded.flatMap(({ prompt }) => Array<readonly number[]>(4).fill(prompt.ids)),
    );
    const scored = await withThinking(groupsOf(run, encoded, sampled.responses), run.rewarder, 'paper', draw);
    const native = weighGroups(scored, settings, 1);
    assert.deepEqual(answer.step.advantages, native.advantages);
    assert.deepEqual(
      answer.step.rewards,
      native.trust.flatMap(({ rewards }) => rewards),
    );
    close(answer.advantages, native.advantages, 1e-6, 'advantages');
    assert.ok(
      native.advantages.some((value) => value !== 0),
      'the step has a signal',
    );
    await agreeByHalves({ python, folder }, request, answer);

    const padded = micro!.batch.response.mask.shape[1]!;
    const tensor = (rows: number[][]) =>
      tf.tensor2d(
        rows.map((row) => Array.from({ length: padded }, (_, t) => row[t] ?? 0)),
        undefined,
        'float32',
      );
    for (const [i, { beta, lossType, importanceLevel }] of CASES.entries()) {
      const name = `${lossType}, beta ${beta}, ${importanceLevel}`;
      const own = { ...settings, loss: { ...settings.loss, beta, lossType, importanceLevel } };
      const graphs = policyGraphs(run.sampler.config, own, trainable(run), encoded.length * 4);
      const given = { refLogps: beta > 0 ? tensor(reference) : null, oldLogps: tensor(old) };
      const part = graphs.gradients(run.policy, micro!.batch, {
        ...given,
        advantages: micro!.rows.map((row) => native.advantages[row]!),
        stepTokens: micro!.tokens,
      });
      const { loss, gradients } = answer.losses[i]!;
      close([loss], [part.loss], 1e-4, `${name}: loss`);
      for (const [theirs, values] of Object.entries(gradients)) {
        const ours = theirs.replace('model.language_model.', 'model.');
        const gradient = part.grads[ours];
        assert.ok(gradient !== undefined, `${ours} is trained`);
        const inFile = gradient.rank === 2 ? tf.transpose(gradient) : gradient; // [out, in] as in files
        close(values, Array.from(inFile.dataSync<'float32'>()), 1e-4, `${name}: ${theirs}`);
      }
      assert.equal(Object.keys(gradients).length, WEIGHTS.length, `${name}: ${Object.keys(gradients)}`);
      disposeTree(part.grads, given.refLogps, given.oldLogps);
    }
  });

  test('the TRM gives 100 thinkings the scores that it gives natively', async () => {
    const { lines } = readRun(join(folder, 'trl'));
    const questions = [...lines.values()].map(({ question }) => question).filter(({ split }) => split === 'train');
    const random = new Random(0, 'thinkings', 0);
    const requests = Array.from({ length: 100 }, (_, i): ThinkingRequest => {
      const question = questions[i % questions.length]!;
      const { text, thinking } = writeResponse(question, mixedStyle(random), random);
      return { question, thinking, response: text };
    });
    const { after } = file.rater!;
    const { ratings } = checked(
      { python, folder },
      {
        asked: requests.map(({ question, thinking }) => ({ question: question.id, ...scoreTexts(thinking, after) })),
      },
    ) as { ratings: { token: string }[] };
    const trm = modelRewarder('trm', loadModel(modelFolder(settings.model.trm, folder)), run.encode);
    const native = (await trm.score(requests)).map(({ score }) => score);
    assert.deepEqual(
      ratings.map(({ token }) => scoreOfToken(token).score),
      native,
    );
    assert.ok(new Set(native).size >= 4, 'the thinkings differ');
  });

  test('a run goes on from its checkpoint with its weights, optimiser and draws', () => {
    const runFolder = join(folder, 'runs/1');
    const whole = trained(python, join(folder, 'trl'), runFolder);
    assert.deepEqual(
      whole.map(({ kind }) => kind).filter((kind) => kind !== 'evaluation' && kind !== 'phase'),
      [
        ...['started', 'alert', 'questions', 'questions', 'step', 'questions', 'step', 'checkpoint'],
        ...['questions', 'step', 'questions', 'step', 'checkpoint', 'questions', 'step', 'checkpoint', 'finished'],
      ],
    );
    const resumed = trained(
      python,
      join(folder, 'trl'),
      join(folder, 'runs/2'),
      join(runFolder, 'checkpoints/step-000004'),
    );
    const last = (events: typeof whole) => {
      const step = events.find((event) => event.kind === 'step' && event.step === 5)!;
      assert.ok(step.kind === 'step');
      return { texts: step.responses.map(({ text }) => text), kl: step.metrics.kl!, loss: step.metrics.loss! };
    };
    const [before, after] = [last(whole), last(resumed)];
    assert.deepEqual(after.texts, before.texts);
    assert.ok(before.kl > 1e-5, 'the policy has left the reference');
    close([after.kl, after.loss], [before.kl, before.loss], 1e-3, 'KL and loss of the step after the checkpoint');
  });
});

/** Names of the weights that the run trains. */
function trainable({ policy }: PreparedRun): string[] {
  return Object.keys(policy).filter((name) => !name.startsWith('visual.'));
}
