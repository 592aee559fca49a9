/** The annotation queue against a server that answers as told: faults, cost, order of commits, a stop with requests under way. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EndpointOptions } from '../../../src/main/rewards/thinking/endpoint.ts';
import { writeResponse } from '../../../src/main/tasks/demonstrations/response.ts';
import { generateQuestion } from '../../../src/main/tasks/worlds/everyday/generate.ts';
import { annotateQueue } from '../../../src/main/trm/data/annotate.ts';
import { type Annotation, endpointAnnotator, rubricAnnotator } from '../../../src/main/trm/data/annotator.ts';
import { Random } from '../../../src/shared/values/random.ts';
import { type Handler, reply, serve, status } from '../../rewards/thinking/fault-server.ts';

const question = generateQuestion('train', 3);
const items = Array.from({ length: 6 }, (_, i) => writeResponse(question, i < 3 ? 'sound' : 'guess', new Random(i)));
const request = ({ thinking, text }: { thinking: string; text: string }) => ({ question, thinking, text, asking: 0 });

async function annotatorOn(
  handler: Handler,
  more: Partial<EndpointOptions> = {},
  prices = { prompt: 2, completion: 10 },
) {
  const server = await serve(handler);
  const options = { baseUrl: server.base, model: 'judge', timeoutSeconds: 5, maxAttempts: 3, concurrency: 2 };
  const annotator = endpointAnnotator(
    { ...options, apiKey: null, preset: 'paper', backOffSeconds: 0.005, ...more },
    prices,
  );
  return { annotator, ...server };
}

async function annotateAll(annotator: Parameters<typeof annotateQueue>[1], stop = new AbortController()) {
  const commits: Annotation[][] = [];
  const answered = await annotateQueue(items, annotator, {
    concurrency: 2,
    together: 1,
    request,
    commit: (answers) => commits.push(answers.map((answer) => answer.annotation)),
    signal: stop.signal,
  });
  return { answered, commits };
}

describe('the rubric as annotator', () => {
  it('scores every dimension and labels every step', async () => {
    const sound = await rubricAnnotator({})(request(items[0]!));
    assert.equal(sound.score, 1);
    assert.deepEqual(Object.values(sound.dimensions!), [1, 1, 1, 1, 1]);
    assert.ok(sound.stepLabels!.every((step) => step.label === 'right'));
  });

  it('says otherwise at a second asking where it is noisy, and the same where it is not', async () => {
    const scores = async (noise: number, asking: number) =>
      Promise.all(items.map(async (item) => (await rubricAnnotator({ noise })({ ...request(item), asking })).score));
    assert.notDeepEqual(await scores(0.3, 0), await scores(0.3, 1));
    assert.deepEqual(await scores(0, 0), await scores(0, 1));
  });

  it('fails by name for a question without a scene', async () => {
    const imported = { ...question, scene: null };
    const answer = await rubricAnnotator({})({ ...request(items[0]!), question: imported });
    assert.deepEqual([answer.score, answer.failure], [null, 'no_scene']);
  });
});

describe('an endpoint as annotator', () => {
  it('commits each answer alone and counts its cost from the tokens told', async () => {
    const { annotator, seen } = await annotatorOn(reply('<answer>0.7</answer>'));
    const { answered, commits } = await annotateAll(annotator);
    assert.deepEqual([answered, commits.length, seen.length], [6, 6, 6]);
    const [first] = commits[0]!;
    assert.equal(first!.score, 0.7);
    assert.ok(Math.abs(first!.cost! - (10 * 2 + 2 * 10) / 1e6) < 1e-12);
  });

  it('keeps a failure as a failure, with its tries and, where the reply was paid for, its cost', async () => {
    const faults: readonly [Handler, string, number, boolean][] = [
      [status(503), 'server_error', 3, false],
      [status(429, { 'retry-after': '0' }), 'rate_limited', 3, false],
      [reply('no number here'), 'no_score', 1, true],
      [reply('1.7'), 'out_of_range', 1, true],
    ];
    for (const [handler, failure, attempts, paid] of faults) {
      const { annotator } = await annotatorOn(handler);
      const answer = await annotator(request(items[0]!));
      assert.deepEqual([answer.score, answer.failure, answer.attempts], [null, failure, attempts]);
      assert.equal(answer.cost !== null, paid, failure);
    }
  });

  it('asks for nothing new after a stop and commits what was under way', async () => {
    const stop = new AbortController();
    const { annotator, seen } = await annotatorOn(
      (_, response, __, call) => {
        if (call === 2) stop.abort();
        setTimeout(() => reply('0.4')(_, response, '', call), 20);
      },
      { signal: stop.signal, finishRequests: true },
    );
    const { answered, commits } = await annotateAll(annotator, stop);
    assert.equal(seen.length, 2);
    assert.deepEqual([answered, commits.flat().length], [2, 2]);
  });

  it('ends a wait for another try at the stop: the pair keeps no answer, not even a failure', {
    timeout: 60_000,
  }, async () => {
    const stop = new AbortController();
    const { annotator, seen } = await annotatorOn(
      (incoming, response, body, call) => {
        if (call === 1) return reply('0.4')(incoming, response, body, call);
        if (call === 3) setTimeout(() => stop.abort(), 20);
        status(429, { 'retry-after': '100' })(incoming, response, body, call);
      },
      { signal: stop.signal, finishRequests: true },
    );
    const { answered, commits } = await annotateAll(annotator, stop);
    assert.equal(seen.length, 3);
    assert.deepEqual([answered, commits.flat().map((commit) => commit.score)], [1, [0.4]]);
  });
});
