/**
 * No layer knows a family by name: a made-up one, through the registry's door, is loaded, asked, trained, rated with,
 * saved and resumed.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { familyOf, parseModelConfig, registerFamily } from '../../src/main/model/families/registry.ts';
import { reportCheckpoint } from '../../src/main/model/folder/checkpoint-report.ts';
import { loadModel, saveModel } from '../../src/main/model/folder/model-folder.ts';
import { makeTokenizer } from '../../src/main/model/folder/tokenizer.ts';
import { readWeights } from '../../src/main/model/io/sharded-safetensors.ts';
import { disposeWeights } from '../../src/main/model/network/weights.ts';
import { encodeQuestion } from '../../src/main/rollouts/encode-question.ts';
import { buildTokenizerFiles } from '../../src/main/tasks/language/tokenizer-files.ts';
import { generateQuestion } from '../../src/main/tasks/worlds/everyday/generate.ts';
import { useBackend } from '../../src/main/tensor/backend.ts';
import { initialWeights } from '../../src/main/train/recipes/initial-weights.ts';
import { runTraining } from '../../src/main/train/run-training.ts';
import type { RunEvent } from '../../src/shared/run/run-events.ts';
import { parseSettings, type SettingsPatch } from '../../src/shared/settings/setting-paths.ts';
import { byKind } from '../train/by-kind.ts';
import { resumePoint } from '../train/resume-point.ts';
import { timeless } from '../train/timeless.ts';
import { QUARTERS_JSON, quarters } from './second-family.ts';

const folder = mkdtempSync(join(tmpdir(), 'sophia-family-'));
const dir = join(folder, 'model');
let unregister = () => {};

before(async () => {
  await useBackend('auto', { threads: 1 });
  unregister = registerFamily(quarters);
  const config = parseModelConfig(QUARTERS_JSON);
  const { tokenizerJson, tokenizerConfig } = buildTokenizerFiles();
  const weights = initialWeights(config, 5);
  saveModel(dir, { config, weights, tokenizer: makeTokenizer(tokenizerJson, tokenizerConfig) });
  disposeWeights(weights);
});
after(() => unregister());

async function train(model: object, { steps = 1, resume = null as { step: number; uri: string } | null } = {}) {
  const settings = parseSettings({
    model: { policy: dir, ...model },
    generation: { maxCompletionLength: 8 },
    training: { totalSteps: steps, questionsPerStep: 2, numGenerations: 4, checkpointEvery: 1, learningRate: 1e-3 },
    reward: { thinking: 'untrained' },
    evaluation: { every: 2, questions: 1, benchmarks: ['chart-test'] },
  } as SettingsPatch);
  const events: RunEvent[] = [];
  const signal = new AbortController().signal;
  const runFolder = join(mkdtempSync(join(folder, 'home-')), 'runs', 'one');
  for await (const event of runTraining({ settings, runFolder, resume, signal, threads: 1 })) events.push(event);
  return { of: byKind(events), runFolder };
}

describe('a second family', () => {
  it('is found by its model_type, and its folder is checked and described by it', () => {
    const report = reportCheckpoint(dir);
    assert.deepEqual([report.family, report.config.modelType], ['Quarters', 'quarters_vl']);
    assert.deepEqual([report.problems, report.unused, report.layout, report.chatTemplate], [[], [], 'released', null]);
    assert.equal(report.parameters.vision, 64 * 3 * 8 * 8 + 64);
    assert.equal(familyOf(report.config).describeVision(report.config), '4 quarters of 8x8 pixels');
    assert.ok([...readWeights(dir).entries.keys()].every((name) => name.startsWith('net.')));
    assert.ok('eye.look.weight' in loadModel(dir).weights);
  });

  it('lays out a question by its own chat, with its own image tokens and positions', () => {
    const model = loadModel(dir);
    const question = generateQuestion('test', 0);
    const { prompt, images } = encodeQuestion(model, question, { imageSize: 56, prompt: 'short' });
    assert.equal(images[0]!.pixelValues.length, 4 * 3 * 8 * 8);
    assert.equal(prompt.imagePlaces.length, 4);
    assert.deepEqual(prompt.positions, [Int32Array.from(prompt.ids.keys())]);
    assert.equal(model.tokenizer.decode(prompt.ids), `user : ${question.text} assistant :`);
    disposeWeights(model.weights);
  });

  it('generates, is rated by itself, and takes a training step, whatever is trained', async () => {
    for (const model of [{}, { freezeVision: false }, { loraRank: 4 }]) {
      const { of } = await train(model);
      const [step] = of('step');
      assert.equal(of('started')[0]!.environment.modelType, 'quarters_vl');
      assert.equal(step!.responses.length, 8);
      assert.ok(step!.responses.every(({ tokens }) => tokens >= 1));
      assert.ok(Number.isFinite(step!.metrics.loss!));
      assert.ok(of('evaluation').length > 0);
      assert.match(of('finished')[0]!.weightsHash, /^[0-9a-f]{64}$/);
    }
  });

  it('resumes from its checkpoint, which is a folder of the family', async () => {
    const whole = await train({}, { steps: 2 });
    const { step, uri } = resumePoint(whole.runFolder, whole.of('checkpoint')[0]!);
    assert.equal(JSON.parse(readFileSync(new URL(`${uri}/config.json`), 'utf8')).model_type, 'quarters_vl');
    const rest = await train({}, { steps: 2, resume: { step, uri } });
    assert.deepEqual(rest.of('step').map(timeless), whole.of('step').slice(1).map(timeless));
    assert.equal(rest.of('finished')[0]!.weightsHash, whole.of('finished')[0]!.weightsHash);
  });

  it('cannot be registered twice, and a model_type without a family is named with those there are', () => {
    assert.throws(() => registerFamily(quarters), /two families for model_type "quarters_vl"/);
    const other = join(folder, 'other');
    const model = loadModel(dir);
    saveModel(other, model);
    disposeWeights(model.weights);
    writeFileSync(join(other, 'config.json'), JSON.stringify({ ...QUARTERS_JSON, model_type: 'llava' }));
    assert.throws(() => loadModel(other), {
      name: 'SophiaError',
      code: 'data',
      message: /config\.json: models of type "llava" cannot be read.*Supported: Qwen2\.5-VL \(qwen2_5_vl\), .*Quarters/,
    });
  });
});
