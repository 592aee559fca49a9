/** Training with an endpoint as thinking reward: what a server is sent about imported questions, and what a stop does to a wait. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { raterOf } from '../../src/main/cli/trm/raters.ts';
import { decodeImage } from '../../src/main/model/image/decode-image.ts';
import { openDataset, storeDataset } from '../../src/main/tasks/import/dataset-folder.ts';
import { questionPngs } from '../../src/main/tasks/question-picture.ts';
import { useBackend } from '../../src/main/tensor/backend.ts';
import { runTraining } from '../../src/main/train/run-training.ts';
import type { RunEvent } from '../../src/shared/run/run-events.ts';
import { parseSettings, type SettingsPatch } from '../../src/shared/settings/setting-paths.ts';
import { reply, serve, status } from '../rewards/thinking/fault-server.ts';
import { byKind } from './by-kind.ts';
import { tinyModelFolder } from './tiny-model.ts';

let model: string;
before(async () => {
  await useBackend('auto', { threads: 1 });
  model = tinyModelFolder();
});

const newHome = () => mkdtempSync(join(tmpdir(), 'sophia-endpoint-'));

async function run(home: string, baseUrl: string, patch: SettingsPatch = {}, signal = new AbortController().signal) {
  const settings = parseSettings({
    model: { policy: model },
    generation: { maxCompletionLength: 8 },
    training: { totalSteps: 2, questionsPerStep: 2, numGenerations: 4, checkpointEvery: 100 },
    reward: { thinking: 'endpoint', endpoint: { baseUrl, model: 'judge', concurrency: 1 } },
    evaluation: { every: 0, questions: 1, benchmarks: ['ocr-test'], sampled: false },
    ...patch,
  });
  const runFolder = join(home, 'runs', '1');
  mkdirSync(runFolder, { recursive: true });
  const events: RunEvent[] = [];
  for await (const event of runTraining({ settings, runFolder, resume: null, signal, threads: 1 })) events.push(event);
  return { events, of: byKind(events) };
}

/** The picture of each request that a server saw, as its base64 text; null for a request without one. */
function pictures(seen: readonly { body: string }[]): (string | null)[] {
  return seen.map(({ body }) => /data:image\/png;base64,([^"]+)/.exec(body)?.[1] ?? null);
}

describe('an endpoint that judges imported questions', () => {
  it('is sent the picture of the file by a training run and by a rater alike', async () => {
    const home = newHome();
    const images = join(import.meta.dirname, '../fixtures/images');
    copyFileSync(join(images, 'plain.png'), join(home, 'one.png'));
    const record = { problem_id: 7, problem: 'How many?', data_type: 'image', problem_type: 'numerical' };
    const whole = { ...record, solution: '<answer>5</answer>', path: './one.png' };
    writeFileSync(join(home, 'set.json'), JSON.stringify([whole]));
    await storeDataset(home, join(home, 'set.json'), { format: 'sophia', name: 'clevr' });
    const { questions, loadImage } = openDataset(home, 'clevr');
    const [question] = questions;
    const expected = loadImage(question!);

    const server = await serve(reply('<answer>0.7</answer>'));
    const { of } = await run(home, server.base, { data: { source: 'clevr' } });
    assert.equal(of('step').length, 2);
    const ask = { keyEnv: 'NO_SUCH_KEY', concurrency: 1, timeout: 30, attempts: 1 };
    const rater = raterOf(null, `endpoint:judge@${server.base}`, ask, loadImage);
    await rater.score([{ question: question!, thinking: 'five', response: 'five' }]);
    assert.equal(server.seen.length, 2 * 8 + 1);
    for (const sent of pictures(server.seen)) {
      const { width, height, data } = decodeImage(Buffer.from(sent!, 'base64'));
      assert.deepEqual([width, height], [expected.width, expected.height]);
      assert.deepEqual(data, expected.data);
    }
  });

  it('is sent no more of a large picture than a judge would keep', async () => {
    const question = { id: 'set/1', image: { kind: 'file', path: 'x.png' } } as never;
    const pixels = { width: 3000, height: 1000, data: new Uint8Array(3000 * 1000 * 3).fill(200) };
    const { width, height } = decodeImage((await questionPngs(question, () => pixels))[0]!);
    assert.deepEqual([width, height], [1735, 578]); // 1,003,520 pixels at most, the sides' ratio kept
  });
});

describe('a stop while an endpoint makes the run wait', () => {
  it('ends the wait at once, with a checkpoint of the last whole step', { timeout: 120_000 }, async () => {
    const stop = new AbortController();
    const answer = reply('<answer>0.7</answer>');
    const late = status(429, { 'retry-after': '100' });
    const { base, seen } = await serve((incoming, response, body, call) => {
      if (call > 8) response.on('close', () => setTimeout(() => stop.abort(), 20));
      (call > 8 ? late : answer)(incoming, response, body, call);
    });
    const { events, of } = await run(newHome(), base, {}, stop.signal);
    assert.equal(seen.length, 9, 'the request that was told to wait was not sent again');
    assert.deepEqual(
      of('step').map(({ step }) => step),
      [1],
    );
    assert.deepEqual([events.at(-1)!.kind, events.at(-1)!.step], ['checkpoint', 1]);
  });
});
