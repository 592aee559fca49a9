import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chatUrl, type EndpointOptions, endpointThinking } from '../../../src/main/rewards/thinking/endpoint.ts';
import { endpointKey } from '../../../src/main/rewards/thinking/endpoint-key.ts';
import type { ThinkingScore } from '../../../src/main/rewards/thinking/source.ts';
import { UnconfirmedKey } from '../../../src/shared/settings/key-hosts.ts';
import { HOSTILE_ANSWERS } from '../../setup/hostile-answers.ts';
import { KEY, options, request } from './endpoint-options.ts';
import { type Handler, reply, say, serve, servers, status } from './fault-server.ts';

async function ask(handler: Handler, more: Partial<EndpointOptions> = {}, tls = false) {
  const server = await serve(handler, tls);
  const [score] = (await endpointThinking(options(server.base, more)).score([request])) as [ThinkingScore];
  return { score, ...server };
}

describe('endpoint as thinking reward', () => {
  const failures: readonly [string, string, Handler, number, Partial<EndpointOptions>?][] = [
    ['5xx', 'server_error', status(503), 3],
    ['429', 'rate_limited', status(429), 3],
    ['a wrong key', 'rejected', status(401), 1],
    [
      'an HTML page',
      'malformed',
      (_, r) => r.setHeader('content-type', 'text/html').end('<html>proxy login</html>'),
      3,
    ],
    ['broken JSON', 'malformed', (_, r) => r.end('{"choices": ['), 3],
    ['JSON that is no completion', 'malformed', (_, r) => r.end('{"error": "x"}'), 3],
    ['JSON null', 'malformed', (_, r) => r.end('null'), 3],
    ['a reply without text', 'malformed', reply(null), 3],
    ['a hanging server', 'timeout', () => {}, 2, { timeoutSeconds: 0.15, maxAttempts: 2 }],
    [
      'a body that drips',
      'timeout',
      (_, r) => {
        r.writeHead(200);
        const timer = setInterval(() => r.write(' '), 20);
        r.on('close', () => clearInterval(timer));
      },
      2,
      { timeoutSeconds: 0.15, maxAttempts: 2 },
    ],
    [
      'half a body',
      'truncated_body',
      (_, r) => {
        r.writeHead(200, { 'content-length': '1000' });
        r.write('{"choices": [{"mess');
        setTimeout(() => r.destroy(), 10);
      },
      3,
    ],
    ['a connection cut before an answer', 'unreachable', (_, r) => r.destroy(), 3],
    ['an endless body', 'too_large', (_, r) => void r.end(`"${'x'.repeat(5 * 1024 * 1024)}"`), 1],
    ['a gzip bomb', 'too_large', (_, r) => HOSTILE_ANSWERS['a gzip of 400 kB that holds 400 MB'](r), 1],
    [
      'a compressed body that holds nothing, without an end',
      'timeout',
      (_, r) => HOSTILE_ANSWERS['a compressed stream that holds nothing, without an end'](r),
      2,
      { timeoutSeconds: 0.3, maxAttempts: 2 },
    ],
    ['a redirect to another host', 'redirected', status(307, { location: 'http://127.0.0.2:1/v1' }), 1],
    ['a redirect to itself', 'redirected', status(307, { location: '/v1/chat/completions' }), 1],
    ['a score out of range', 'out_of_range', reply('Score: 7'), 1],
    ['a negative score', 'out_of_range', reply('-1'), 1],
    ['a score off the grid', 'off_grid', reply('0.85'), 1],
    ['another scale', 'other_scale', reply('9/10'), 1],
    ['a reply without score', 'no_score', reply('I cannot judge this.'), 1],
    ['an empty reply', 'empty', reply(''), 1],
    ['a reply cut off before its score', 'truncated', reply('Let me look at', { finish_reason: 'length' }), 1],
  ];
  for (const [name, failure, handler, attempts, more] of failures) {
    it(`gives null for ${name}, counted as ${failure} after ${attempts} attempts`, async () => {
      const { score } = await ask(handler, more);
      assert.equal(score.score, null);
      assert.equal(score.failure, failure);
      assert.equal(score.attempts, attempts);
      assert.ok(!JSON.stringify(score).includes(KEY));
    });
  }

  it('gives null for a port where nothing listens', async () => {
    const closed = await serve(reply('0.5'));
    const server = servers.at(-1)!;
    await new Promise((resolve) => server.close(resolve));
    const [score] = await endpointThinking(options(closed.base)).score([request]);
    assert.equal(score!.failure, 'refused');
    assert.equal(score!.attempts, 3);
  });

  it('gives null for a certificate that does not hold, without asking again', async () => {
    const { score, seen } = await ask(reply('0.5'), {}, true);
    assert.deepEqual([score.score, score.failure, score.attempts, seen.length], [null, 'tls', 1, 0]);
  });

  it('does not send the key to the host of a redirect', async () => {
    const other = await serve(reply('0.9'));
    const { score } = await ask(status(308, { location: `${other.base}/chat/completions` }));
    assert.equal(score.failure, 'redirected');
    assert.equal(other.seen.length, 0);
  });

  it('follows a redirect on the same host', async () => {
    const { score } = await ask((incoming, response) => {
      if (incoming.url === '/v1/chat/completions') response.writeHead(307, { location: '/v1/other' }).end();
      else response.end(say('0.3'));
    });
    assert.equal(score.score, 0.3);
  });

  it('succeeds when a later attempt does', async () => {
    const { score } = await ask((_, response, __, call) =>
      call < 3 ? response.writeHead(500).end() : response.end(say('1.0')),
    );
    assert.deepEqual([score.score, score.attempts], [1, 3]);
  });

  it('waits as long as Retry-After asks', async () => {
    const { score, seen } = await ask((_, response, __, call) =>
      call === 1 ? response.writeHead(429, { 'retry-after': '0.2' }).end() : response.end(say('0.4')),
    );
    assert.equal(score.score, 0.4);
    assert.equal(seen.length, 2);
    assert.ok(score.seconds >= 0.19);
  });

  it('answers in order with at most `concurrency` requests at once', async () => {
    const server = await serve((_, response, body) => {
      const score = /thinking (\d)/.exec(body)![1]!;
      setTimeout(() => response.end(say(`0.${score}`)), 40 - 4 * Number(score));
    });
    const requests = Array.from({ length: 8 }, (_, i) => ({ ...request, thinking: `thinking ${i + 1}` }));
    const scores = await endpointThinking(options(server.base, { concurrency: 3 })).score(requests);
    assert.deepEqual(
      scores.map(({ score }) => score),
      [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8],
    );
    assert.equal(server.stats.mostOpen, 3);
  });

  it('spaces requests by the rate limit', async () => {
    const server = await serve(reply('0.5'));
    const start = performance.now();
    await endpointThinking(options(server.base, { requestsPerMinute: 600 })).score([request, request, request]);
    assert.ok(performance.now() - start >= 195);
  });

  it('stops waiting when the run is stopped', async () => {
    const stop = new AbortController();
    const server = await serve(() => stop.abort(new Error('stopped')));
    const rewarder = endpointThinking(options(server.base, { signal: stop.signal }));
    await assert.rejects(rewarder.score([request]), /stopped/);
  });

  it('lets a request under way end where it is to be finished, and waits for no other try after the stop', async () => {
    const stop = new AbortController();
    const paid = await serve((_, response) => {
      stop.abort(new Error('stopped'));
      setTimeout(() => response.end(say('0.6')), 20);
    });
    const more = { signal: stop.signal, finishRequests: true };
    const ask = (base: string) => endpointThinking(options(base, more)).score([request]);
    assert.equal((await ask(paid.base).catch(() => [null]))[0]?.score, 0.6);
  });

  it('reads replies as the official code does under its preset', async () => {
    const { score } = await ask(reply('The score is 0.85.'), { preset: 'official-code' });
    assert.equal(score.score, 0);
  });

  it('takes base URLs with and without a slash or the whole path, and refuses others in one line', () => {
    for (const base of ['http://h:1/v1', 'http://h:1/v1/', 'http://h:1/v1/chat/completions']) {
      assert.equal(chatUrl(base), 'http://h:1/v1/chat/completions');
    }
    assert.throws(() => chatUrl(''), /baseUrl "" is not a URL/);
    assert.throws(() => chatUrl('ftp://h/v1'), /http:\/\/ or https:\/\//);
    assert.throws(
      () => chatUrl('http://user:pass@h/v1'),
      (error: Error) => !error.message.includes('pass@'),
    );
  });

  it('takes the key from the environment only, and only for a host that the environment says may have it', () => {
    const use = { apiKeyEnv: 'SOME_KEY', baseUrl: 'https://good.example/v1' };
    const hosts = { SOPHIA_KEY_HOSTS: 'OTHER=https://evil.example SOME_KEY=https://good.example' };
    assert.equal(endpointKey(use, { SOME_KEY: ' abc ', ...hosts }), 'abc');
    assert.equal(endpointKey(use, hosts), null);
    assert.equal(endpointKey({ ...use, apiKeyEnv: '' }, hosts), null);
    for (const baseUrl of ['https://evil.example/v1', 'http://good.example/v1', 'https://good.example:8443/v1'])
      assert.throws(() => endpointKey({ ...use, baseUrl }, { SOME_KEY: 'abc', ...hosts }), UnconfirmedKey, baseUrl);
    assert.throws(
      () => endpointKey(use, { SOME_KEY: 'abc' }),
      /^UnconfirmedKey: The key in SOME_KEY would go to https:\/\/good\.example, .*: bin\/sophia key confirm SOME_KEY https:/,
    );
  });
});
