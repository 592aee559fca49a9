/** The endpoint against a server that others wrote: `transformers serve` from PyPI over our own checkpoint, read by transformers. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { endpointThinking } from '../../../src/main/rewards/thinking/endpoint.ts';
import { writeResponse } from '../../../src/main/tasks/demonstrations/response.ts';
import { renderPng } from '../../../src/main/tasks/scene/render.ts';
import { generateQuestion } from '../../../src/main/tasks/worlds/everyday/generate.ts';
import { endpointAnnotator } from '../../../src/main/trm/data/annotator.ts';
import type { Question } from '../../../src/shared/question.ts';
import { Random } from '../../../src/shared/values/random.ts';
import { type ServedModel, serveTransformers, setUpServing } from './transformers-serve.ts';

const asked = process.env.SOPHIA_TEST_SERVE === '1';
const serving = asked ? setUpServing() : { missing: 'needs PyPI and about 6 GB; SOPHIA_TEST_SERVE=1 runs it' };

describe('transformers serve as endpoint', { skip: 'missing' in serving ? serving.missing : false }, () => {
  let server: ServedModel;
  before(async () => {
    if ('python' in serving) server = await serveTransformers(serving);
  });
  after(() => server?.end());

  const requests = Array.from({ length: 3 }, (_, i) => {
    const question = generateQuestion('test', i);
    const { thinking, text } = writeResponse(question, 'sound', new Random(i));
    return { question, thinking, text, response: text, asking: 0 };
  });
  const options = () =>
    ({
      baseUrl: server.base,
      model: server.model,
      apiKey: null,
      preset: 'paper',
      timeoutSeconds: 120,
      maxAttempts: 1,
      concurrency: 1,
      picture: async (question: Question) => renderPng(question, 56),
    }) as const;

  it('takes image, question and thinking, and its reply is read: a score, or a named failure of reading', async () => {
    const read = ['no_score', 'out_of_range', 'off_grid', 'other_scale', 'ambiguous', 'truncated', 'empty'];
    for (const answer of await endpointThinking(options()).score(requests)) {
      assert.equal(typeof answer.reply, 'string', answer.failure);
      assert.ok(answer.score !== null || read.includes(answer.failure!), answer.failure);
      assert.ok(answer.usage!.promptTokens > 100, 'the prompt was counted');
    }
  });

  it('tells tokens that an annotation costs', async () => {
    const annotate = endpointAnnotator(options(), { prompt: 1, completion: 1 });
    const { cost, promptTokens, completionTokens } = await annotate(requests[0]!);
    assert.ok(completionTokens > 0);
    assert.ok(Math.abs(cost! - (promptTokens + completionTokens) / 1e6) < 1e-12);
  });

  it('says no to a model that is not there, once, without a score', async () => {
    const [answer] = await endpointThinking({ ...options(), model: '/no/such/model' }).score(requests.slice(0, 1));
    assert.equal(answer!.score, null);
    assert.ok(['rejected', 'server_error'].includes(answer!.failure!), answer!.failure);
  });
});
