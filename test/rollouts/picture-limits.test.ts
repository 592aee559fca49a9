/** data.maxPixels and data.minPixels: they bound the pictures of policy, raters, previews and trainer trl alike, and their cost is told before. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { modelFolder } from '../../src/main/model/folder/find-model.ts';
import { loadConfig, loadImageEncoder } from '../../src/main/model/folder/model-folder.ts';
import { loadTokenizer } from '../../src/main/model/folder/tokenizer.ts';
import { imageSize } from '../../src/main/model/image/decode-image.ts';
import {
  encodeForJudge,
  encodeForRating,
  encodeQuestion,
  questionImages,
} from '../../src/main/rollouts/encode-question.ts';
import { pictureCost, pictureWarning } from '../../src/main/rollouts/picture-cost.ts';
import { firstPrompt } from '../../src/main/services/questions/shown-prompts.ts';
import { pictureWarnings } from '../../src/main/services/studies/picture-costs.ts';
import { storeDataset } from '../../src/main/tasks/import/dataset-folder.ts';
import { runConfigHash, trainedDataHash } from '../../src/main/train/prepare/run-identity.ts';
import { writeRun } from '../../src/main/trainers/trl/write-run.ts';
import type { Question } from '../../src/shared/question.ts';
import { parseAssignment } from '../../src/shared/settings/assignment.ts';
import { parseSettings } from '../../src/shared/settings/setting-paths.ts';
import { parseStudy, planRuns } from '../../src/shared/study/study.ts';

const folder = modelFolder('tiny-vl-base');
const config = loadConfig(folder);
const model = { config, tokenizer: loadTokenizer(folder), imageEncoder: loadImageEncoder(folder, config) };
const picture = { width: 560, height: 420, data: new Uint8Array(560 * 420 * 3) };
const question: Question = {
  id: 'mine/1',
  category: 'math',
  answerType: 'numeric',
  split: 'train',
  template: 'imported',
  text: 'How many?',
  answer: '3',
  image: { kind: 'file', path: 'a.png' },
  scene: null,
};
const images = join(import.meta.dirname, '../fixtures/images');

describe('limits on the pixels of pictures', () => {
  it('hold for the policy, a TRM and a judge that writes', () => {
    const how = { imageSize: 56, prompt: 'short', loadImage: () => picture } as const;
    const texts = { system: 's', before: 'b', after: 'a' };
    const tokens = (pixels?: { minPixels: number | null; maxPixels: number | null }) =>
      [
        encodeQuestion(model, question, { ...how, pixels }),
        encodeForRating(model, question, { ...how, pixels }),
        encodeForJudge(model, question, texts, questionImages(model, question, { ...how, pixels })),
      ].map(({ prompt, images: [image] }) => [prompt.imagePlaces.length, image!.grid.tokens]);
    assert.deepEqual(tokens(), Array(3).fill([1200, 1200]));
    assert.deepEqual(tokens({ minPixels: null, maxPixels: 28 * 28 * 50 }), Array(3).fill([192, 192]));
    assert.deepEqual(tokens({ minPixels: 28 * 28 * 400, maxPixels: null }), Array(3).fill([1645, 1645]));
  });

  it('are settings that change no hash while they are not given', () => {
    const usual = parseSettings({});
    assert.equal(trainedDataHash(usual, undefined), 'd31310c7fd28728b7f7384dd1c9169306a3e9934306a7bb8b7acccbd3340d7c7');
    const given = parseSettings({ data: { maxPixels: 50_176 } });
    assert.equal(trainedDataHash(given, undefined), trainedDataHash(usual, undefined), 'the questions are the same');
    const parts = { modelHash: 'm', dataHash: 'd', layout: 'l' };
    assert.notEqual(runConfigHash(given, parts), runConfigHash(usual, parts), 'the run is not');
    const study = (data: string) =>
      planRuns(parseStudy(`name: a\nvariants: [full]\nsettings: { data: { ${data} } }`, 'x'))[0]!.configHash;
    assert.equal(study('maxPixels: null'), study(''));
    assert.notEqual(study('maxPixels: 50176'), study(''));
    assert.deepEqual(parseAssignment('data.maxPixels=50176'), { path: 'data.maxPixels', value: 50_176 });
    assert.deepEqual(parseAssignment('data.maxPixels=null'), { path: 'data.maxPixels', value: null });
  });

  it('are refused where they contradict each other or are none', () => {
    assert.throws(
      () => parseSettings({ data: { minPixels: 9, maxPixels: 8 } }),
      /data\.minPixels = 9 is more than data\.maxPixels = 8/,
    );
    assert.throws(
      () => parseSettings({ data: { maxPixels: 0 } }),
      /data\.maxPixels = 0 is not allowed: a whole number from 1 .*or null: the checkpoint's own/,
    );
  });

  it('hold for the prompt that a run shows', async () => {
    const shown = async (data: object) => (await firstPrompt('/nowhere', parseSettings({ data }))).imageTokens;
    assert.equal(await shown({ imageSize: 280 }), 400);
    assert.equal(await shown({ imageSize: 280, maxPixels: 28 * 28 * 30 }), 100);
  });

  it('are written for trainer trl as they hold for each checkpoint, and only where they are given', async () => {
    const plan = async (data: object) => {
      const settings = parseSettings({
        trainer: 'trl',
        data,
        training: { totalSteps: 1, questionsPerStep: 1, numGenerations: 2 },
        evaluation: { benchmarks: [], questions: 1 },
      });
      return await writeRun(settings, {
        home: '/nowhere',
        folder: mkdtempSync(join(tmpdir(), 'trl-')),
        codeVersion: 'x',
      });
    };
    const without = await plan({});
    assert.deepEqual([without.policy.pixels, without.rater?.pixels], [undefined, undefined]);
    const own = model.imageEncoder.boundsOf();
    const bounds = { minPixels: own.minPixels, maxPixels: 50_176 };
    const given = await plan({ maxPixels: 50_176 });
    assert.deepEqual([given.policy.pixels, given.rater?.pixels], [bounds, bounds]);
  });
});

describe('the cost of pictures', () => {
  const fixture = join(import.meta.dirname, '../fixtures/qwen25vl-a');
  const qwen = loadImageEncoder(fixture, loadConfig(fixture));
  const cost = (width: number, height: number, maxPixels: number | null = 2 ** 24) =>
    pictureCost(qwen, [question], () => ({ width, height }), { minPixels: null, maxPixels });

  it('is told by their sizes, under the limits that hold', () => {
    assert.deepEqual(cost(4000, 3000), {
      pictures: 1,
      mean: 15_301,
      most: 15_301,
      largest: { width: 4000, height: 3000 },
    });
    assert.match(pictureWarning(cost(4000, 3000))!, /up to 15,301 image tokens \(4000x3000 pixels\).*data\.maxPixels/);
    assert.equal(pictureWarning(cost(4000, 3000, 1_003_520)), null);
    assert.equal(pictureWarning(cost(640, 480)), null);
  });

  it('passes over pictures that cannot be looked at, and those that are drawn', () => {
    const broken = () => {
      throw new Error('gone');
    };
    assert.equal(pictureCost(qwen, [question], broken), null);
    assert.equal(pictureCost(qwen, [{ ...question, image: { kind: 'scene' } }], broken), null);
  });

  it('takes a size from the header, turned upright', () => {
    for (const name of ['plain.png', 'exif-6.jpg', 'exif-7.png', 'plain.avif', 'exif-6.tif'])
      assert.deepEqual(
        imageSize(join(images, name)),
        /-[67]/.test(name) ? { height: 63, width: 41 } : { height: 41, width: 63 },
        name,
      );
  });

  it('of a study is warned of before it starts, and no more once it is bounded', async () => {
    const home = mkdtempSync(join(tmpdir(), 'home-'));
    cpSync(join(images, 'plain.png'), join(home, 'plain.png'));
    writeFileSync(
      join(home, 'q.jsonl'),
      `${JSON.stringify({ question: 'How many?', answer: '3', image: 'plain.png' })}\n`,
    );
    await storeDataset(home, join(home, 'q.jsonl'), {
      format: 'jsonl',
      name: 'mine',
      imageRoot: home,
      checkImages: true,
    });
    const yaml = (data: string) => `name: a\nvariants: [full]\nsettings: { data: { source: mine, ${data} } }`;
    assert.deepEqual(await pictureWarnings(home, yaml('minPixels: 4000000')), [
      'A picture takes up to 20,648 image tokens (63x41 pixels), 20,648 on average: memory and time grow with them. data.maxPixels bounds them; 1003520 are 1,280 tokens of Qwen2.5-VL.',
    ]);
    assert.deepEqual(await pictureWarnings(home, yaml('')), []);
    assert.deepEqual(
      await pictureWarnings(home, yaml('').replace('mine', 'other')),
      [],
      'told by the inputs of a study',
    );
  });
});
