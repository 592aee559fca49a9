/** bin/sophia trm, verb by verb on a home of its own: collect, annotate (killed and gone on with), build, train, validate, score. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { modelFolder } from '../../src/main/model/folder/find-model.ts';
import { loadModel } from '../../src/main/model/folder/model-folder.ts';
import { listModels } from '../../src/main/model/folder/model-library.ts';
import { makeThinking } from '../../src/main/rewards/thinking/makers.ts';
import { openStore } from '../../src/main/store/store.ts';
import { STYLES, writeResponse } from '../../src/main/tasks/demonstrations/response.ts';
import { generateQuestion } from '../../src/main/tasks/worlds/everyday/generate.ts';
import { useBackend } from '../../src/main/tensor/backend.ts';
import { checkNames } from '../../src/main/train/prepare/check-names.ts';
import { parseSettings, type SettingsPatch } from '../../src/shared/settings/setting-paths.ts';
import { Random } from '../../src/shared/values/random.ts';
import { reply, serve } from '../rewards/thinking/fault-server.ts';
import { sampleResponse, sampleStep, startedRun } from '../store/helpers.ts';
import { newHome, sophia, start } from './command-line.ts';

const home = newHome();
const trm = (...args: string[]) => sophia('trm', ...args, '--home', home.home, '--json');
const read = <T>(body: (store: ReturnType<typeof openStore>) => T): T => {
  const store = openStore(home.home);
  try {
    return body(store);
  } finally {
    store.close();
  }
};
async function done(...args: string[]) {
  const ended = await trm(...args);
  assert.equal(ended.code, 0, ended.error);
  return JSON.parse(ended.out);
}

/** A run of 12 steps whose responses are of every style. */
before(async () => {
  await useBackend('wasm');
  const { store, runId, attempt } = startedRun(openStore(home.home));
  for (let step = 1; step <= 12; step++) {
    const responses = Array.from({ length: 8 }, (_, i) => {
      const question = generateQuestion('train', step * 2 + (i >> 2));
      const { text } = writeResponse(question, STYLES[(step + i) % STYLES.length]!, new Random(step, i));
      return sampleResponse(step, i, { questionId: question.id, text });
    });
    store.recordEvent(runId, attempt, sampleStep(step, { responses }));
  }
  store.close();
});
after(() => home.remove());

describe('sophia trm', () => {
  it('collects evenly over the steps', async () => {
    const result = await done('collect', 'small', '--count', '24');
    assert.deepEqual([result.found, result.collected, result.steps], [96, 24, 12]);
    assert.equal((await done('collect', 'all')).collected, 96);
    const again = await trm('collect', 'all');
    assert.deepEqual([again.code, /already a data set of the TRM named "all"/.test(again.error)], [1, true]);
  });

  it('annotates with the rubric, goes on only with the same settings, and builds with a flow that adds up', async () => {
    const annotation = await done('annotate', 'all', '--twice', '--noise', '0.15');
    assert.deepEqual([annotation.scored, annotation.waiting, annotation.state], [192, 0, 'finished']);
    assert.match((await trm('annotate', 'all', '--twice')).error, /started with other settings/);
    const build = await done('build', 'all', '--as', 'set', '--cap', '4', '--off', 'duplicate');
    const dropped = build.flow.reduce((sum: number, one: { dropped: number }) => sum + one.dropped, 0);
    assert.equal(build.collected - dropped, build.kept);
    assert.ok(build.flow.find((one: { filter: string }) => one.filter === 'contradicting').dropped > 0);
    assert.ok(build.histogram.sampled.every((count: number) => count <= 4));
    assert.match((await trm('build', 'all', '--without', 'redundancy')).error, /cannot be split into its dimensions/);
  });

  it('pays for no answer twice when annotate is killed', async () => {
    const server = await serve((incoming, response, body, call) => {
      setTimeout(() => reply('0.5')(incoming, response, body, call), 40);
    });
    const args = ['annotate', 'small', '--annotator', 'endpoint', '--url', server.base, '--model', 'm'];
    const asking = [...args, '--concurrency', '2', '--price-in', '1', '--price-out', '1'];
    const { child, ended } = start('trm', ...asking, '--home', home.home);
    while (server.seen.length < 8) await new Promise((resolve) => setTimeout(resolve, 10));
    child.kill('SIGKILL');
    await ended;
    const asked = server.seen.length;
    const { scored } = read(
      (store) => store.trmAnnotations().find((annotation) => annotation.annotator === 'endpoint')!,
    );
    assert.ok(scored >= asked - 3 && scored < 24, `${scored} of ${asked} kept`);
    const annotation = await done(...asking);
    assert.equal(annotation.scored, 24);
    assert.equal(server.seen.length, asked + 24 - scored);
    assert.ok(Math.abs(annotation.cost - (24 * 12) / 1e6) < 1e-12);
    assert.ok(server.seen.every(({ body }) => body.includes('data:image/png;base64,')));
  });

  it('says that nothing was scored where nobody answers, and what to do', async () => {
    const gone = ['--annotator', 'endpoint', '--as', 'gone', '--url', 'http://127.0.0.1:9/v1', '--model', 'm'];
    const { code, error } = await trm('annotate', 'small', ...gone, '--attempts', '1');
    assert.equal(code, 1);
    assert.match(
      error,
      /"gone": 0 scored, 24 failed \(unreachable 24\)\. Nothing can be built from it\. .*--retry-failed/,
    );
  });

  it('writes the set as JSON lines and Parquet, and reads both back as they were', async () => {
    const scores = (build: { histogram: { sampled: number[] } }) => build.histogram.sampled;
    const whole = ['--cap', '1000', '--off', 'duplicate'];
    const wanted = (await done('export', 'set', join(home.home, 'set.jsonl'))).pairs;
    for (const ending of ['jsonl', 'parquet']) {
      const file = join(home.home, `set.${ending}`);
      await done('export', 'set', file);
      assert.match(readFileSync(`${file}.md`, 'utf8'), new RegExp(`sampled ${wanted}`));
      assert.equal((await done('import', file, `from-${ending}`)).scored, wanted);
      const again = await done('build', `from-${ending}`, ...whole);
      assert.deepEqual(scores(again), read((store) => store.trmHistogram(store.trmBuild('set').id)).sampled);
    }
    const listed = await done('list');
    assert.deepEqual([listed.datasets.length, listed.builds.length], [4, 3]);
  });

  it('trains, keeping losses, and refuses the name afterwards', async () => {
    const model = await done('train', 'set', '--as', 'rater', '--epochs', '1', '--batch-size', '8', '--threads', '1');
    assert.deepEqual([model.state, model.step, model.kind], ['finished', model.totalSteps, 'holistic']);
    assert.equal(read((store) => store.trmLosses(model.id)).length, model.totalSteps);
    assert.match((await trm('train', 'set', '--as', 'rater')).error, /There is already a trained TRM "rater"/);
  });

  it('puts it where a study finds it by its name, and the page of models shows it', async () => {
    const settings = parseSettings({ model: { trm: 'rater' }, reward: { thinking: 'trm' } } as SettingsPatch);
    checkNames(settings, home.home);
    const listed = listModels(home.home).find((model) => model.name === 'rater')!;
    assert.deepEqual(
      [listed.kind, listed.problem, listed.folder],
      ['imported', null, join(home.home, 'models', 'rater')],
    );
    const policy = loadModel(modelFolder('tiny-vl-base'));
    const encode = { imageSize: 56, prompt: 'short' } as const;
    const { hash } = makeThinking({ settings, policy: () => policy, home: home.home, encode });
    assert.equal(
      hash,
      read((store) => store.trmModel('rater').weightsHash),
    );
    assert.match((await trm('train', 'set', '--as', 'tiny-vl-trm')).error, /There is already a model "tiny-vl-trm"/);
  });

  it('trains a step-level model on step labels, which a study and a validation find by its name', async () => {
    await done('build', 'all', '--as', 'steps', '--kind', 'step', '--cap', '4', '--off', 'duplicate');
    const model = await done('train', 'steps', '--epochs', '1', '--batch-size', '8', '--threads', '1');
    assert.deepEqual([model.state, model.kind], ['finished', 'step']);
    assert.match(readFileSync(join(model.folder, 'README.md'), 'utf8'), /each sentence a probability of being right/);
    const reward = { thinking: 'step-level' };
    checkNames(parseSettings({ model: { stepTrm: 'steps' }, reward } as SettingsPatch), home.home);
    const responses = join(home.home, 'step-responses.jsonl');
    const question = generateQuestion('test', 5);
    const lines = STYLES.map((style) => writeResponse(question, style, new Random(1)).text);
    writeFileSync(responses, lines.map((response) => JSON.stringify({ question: question.id, response })).join('\n'));
    const scored = await done('score', 'steps', responses);
    const scores = scored.map((one: { score: number }) => one.score);
    assert.ok(scores.every((score: number) => score > 0 && score < 1));
    assert.ok(
      scores.some((score: number) => Math.abs(score * 10 - Math.round(score * 10)) > 1e-6),
      `${scores}: no probabilities`,
    );
  });

  it('validates it beside the rubric and the untrained one, figures as rows', async () => {
    const raters = 'rater,rubric,untrained=tiny-vl-base';
    const detail = await done('validate', raters, '--questions', '3', '--threads', '1');
    const find = (rater: string, measure: string, part = '') =>
      detail.figures.find(
        (figure: Record<string, unknown>) =>
          figure.split === 'test' &&
          figure.rater === rater &&
          figure.versus === '' &&
          figure.measure === measure &&
          figure.part === part,
      );
    assert.equal(find('rubric', 'pairwise-accuracy').value, 1);
    assert.equal(find('rubric', 'mean-absolute-error').value, 0);
    assert.ok(find('rater', 'spearman', 'dimension:redundancy') !== undefined);
    assert.ok(detail.figures.some((figure: { versus: string }) => figure.versus === 'untrained'));
    assert.equal(read((store) => store.trmValidatedResponses(detail.id, 'hard')).length, 24);
  });

  it('takes a file of VLRewardBench and scores a file of responses', async () => {
    const file = join(home.home, 'bench.jsonl');
    const base = { query: 'Which one?', image: null, query_source: 'povid' };
    const rows = [
      { ...base, id: 'a', response: ['a long and careful reply', 'short'], human_ranking: [0, 1] },
      { ...base, id: 'b', response: ['a long and careful reply', 'short'], human_ranking: [1, 0] },
      { ...base, id: 'c', response: ['one'], human_ranking: [0] },
    ];
    writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n'));
    const detail = await done('validate', 'length', '--file', file);
    const source = detail.figures.find(
      (figure: Record<string, unknown>) => figure.part === 'source:povid' && figure.measure === 'pairwise-accuracy',
    );
    assert.deepEqual([source.value, source.count], [0.5, 2]);
    const responses = join(home.home, 'responses.jsonl');
    const question = generateQuestion('test', 5);
    const { text } = writeResponse(question, 'sound', new Random(1));
    writeFileSync(responses, JSON.stringify({ question: question.id, response: text }));
    assert.equal((await done('score', 'rubric', responses))[0].score, 1);
  });

  it('leaves the home to an engine that owns it', async () => {
    const store = openStore(home.home);
    const ended = await trm('collect', 'other');
    store.close();
    assert.deepEqual([ended.code, /is in use by another engine/.test(ended.error)], [1, true]);
  });
});
