/** The step-level recipe in small: labels from the rubric, training that resumes, a model that loads and rates, figures in its card. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { modelFolder } from '../../../src/main/model/folder/find-model.ts';
import { loadModel } from '../../../src/main/model/folder/model-folder.ts';
import { stepHead } from '../../../src/main/rewards/thinking/heads/step-head.ts';
import { STYLES, writeResponse } from '../../../src/main/tasks/demonstrations/response.ts';
import { generateQuestion } from '../../../src/main/tasks/worlds/everyday/generate.ts';
import { useBackend } from '../../../src/main/tensor/backend.ts';
import { stepExample } from '../../../src/main/trm/rating/rater-examples.ts';
import { makePrm } from '../../../src/main/trm/recipes/prm-recipe.ts';
import { type JudgedSteps, stepAccuracy } from '../../../src/main/trm/validation/step-accuracy.ts';
import { Random } from '../../../src/shared/values/random.ts';

before(() => useBackend('auto', { threads: 1 }));

/** A finished collection: one response in each style to each of a few questions. */
function collection(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const lines = Array.from({ length: 8 }, (_, index) => {
    const question = generateQuestion('train', index);
    return STYLES.map((style) => {
      const { text } = writeResponse(question, style, new Random(1, `${index}${style}`));
      return JSON.stringify({ questionId: question.id, text, truncated: false, outcomeReward: 0, step: 1 });
    });
  });
  writeFileSync(join(folder, 'responses-5.jsonl'), `${lines.flat().join('\n')}\n`);
  writeFileSync(join(folder, 'responses-5.done'), '');
  return folder;
}

describe('the step-level reward model', () => {
  it('learns one token behind each full stop: + for right and superfluous steps, - for wrong ones', () => {
    const model = loadModel(modelFolder('tiny-vl-base'));
    const question = generateQuestion('train', 1);
    const { thinking } = writeResponse(question, 'sound', new Random(1, 'sound'));
    const steps = thinking.split(' .').filter((step) => step.trim() !== '');
    const spoilt = `${thinking} ${steps[0]!.trim()} . i guess 3 .`; // a repetition, then a guess
    const record = { question, thinking: spoilt, text: '', truncated: false, outcomeReward: 1, step: 1, score: 1 };
    const { response, learned } = stepExample(model, record);
    assert.equal(learned!.length, steps.length + 2);
    const written = learned!.map(([place, token]) => {
      assert.equal(response[place - 1], model.tokenizer.tokenId('.'));
      return model.tokenizer.decode([token]);
    });
    assert.deepEqual(written, [...steps.map(() => '+'), '+', '-']);
  });

  it('is made, goes on where it was interrupted, loads, and tells its figures', async () => {
    const work = collection(join(mkdtempSync(join(tmpdir(), 'sophia-prm-')), 'work'));
    const out = join(work, 'model');
    const recipe = { seeds: [5], steps: 1, capPerBin: 20, epochs: 1, validationQuestions: 2 };
    const said: string[] = [];
    await makePrm(out, work, 1, (line) => said.push(line), recipe);
    const model = loadModel(out);
    assert.equal(stepHead(model, 'mean').ask('a cow eats grass .').places.length, 1);
    const card = readFileSync(join(out, 'README.md'), 'utf8');
    assert.match(card, /\| step-level, mean \| hard \| [\d.]+ \[[\d.]+, [\d.]+\]/);
    assert.match(card, /\| test \| [\d.]+ \[/);
    await makePrm(out, work, 1, (line) => said.push(line), recipe);
    assert.ok(
      said.some((line) => /^prm: continues after step \d+/.test(line)),
      said.join('\n'),
    );
    assert.equal(loadModel(out).hash, model.hash);
  });
});

describe('step accuracy', () => {
  const question: JudgedSteps = [
    { right: true, probability: 0.9 },
    { right: true, probability: 0.2 },
    { right: false, probability: 0.1 },
    { right: false, probability: 0.5 },
  ];

  it('counts steps told right at one half, of all, of right and of wrong ones', () => {
    const { all, right, wrong, steps, rightShare } = stepAccuracy([question, question]);
    assert.deepEqual([all.accuracy, right.accuracy, wrong.accuracy, steps, rightShare], [0.5, 0.5, 0.5, 8, 0.5]);
    assert.deepEqual([all.low, all.high], [0.5, 0.5]);
  });

  it('is NaN, not 0, where there was no such step', () => {
    assert.ok(Number.isNaN(stepAccuracy([[{ right: true, probability: 1 }]]).wrong.accuracy));
  });
});
