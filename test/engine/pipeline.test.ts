/** Steps of the TRM's pipeline started by the engine: the real command line in processes of its own, beside an engine that has the home. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { PipelineJob } from '../../src/main/jobs/verbs/pipeline-queue.ts';
import { openStore } from '../../src/main/store/store.ts';
import { sophia } from '../e2e/command-line.ts';
import { reply, serve } from '../rewards/thinking/fault-server.ts';
import { studyYaml, type TestEngine, testEngine } from '../setup/with-engine.ts';

describe("steps of the TRM's pipeline", () => {
  let engine: TestEngine;
  const ended = async (id: number): Promise<PipelineJob> => {
    for (;;) {
      const job = (await engine.client.trm.jobs.query()).find((job) => job.id === id)!;
      if (job.endedAt !== null) return job;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const { start, stop } = {
    start: (
      step: 'collect' | 'annotate' | 'build' | 'train' | 'validate',
      values: Record<string, string | number | boolean>,
    ) => engine.client.trm.start.mutate({ step, values }),
    stop: (id: number) => engine.client.trm.stop.mutate({ id }),
  };
  before(async () => {
    engine = await testEngine();
    await engine.client.studies.start.mutate({ yaml: studyYaml({ steps: 6 }) });
    await engine.engine.queue.whenIdle();
  });
  after(() => engine?.end());

  it('run one after the other, while runs go on writing', async () => {
    await engine.client.studies.start.mutate({ yaml: studyYaml({ name: 'beside', steps: 30 }) });
    const jobs = [
      await start('collect', { name: 'all', count: 60 }),
      await start('annotate', { dataset: 'all', noise: '0.1' }),
      await start('build', { dataset: 'all', cap: 5, off: 'duplicate,malformed,truncated' }),
    ];
    assert.deepEqual(
      jobs.map((job) => job.state),
      ['running', 'waiting', 'waiting'],
    );
    for (const { id } of jobs)
      assert.deepEqual([(await ended(id)).problem, (await ended(id)).state], [null, 'finished']);
    assert.match((await ended(jobs[0]!.id)).lines[0]!, /^Data set "all": 60 of \d+ responses/);
    assert.equal(jobs[1]!.command, 'bin/sophia trm annotate --noise=0.1 all');
    const [annotation] = await engine.client.trm.annotations.query();
    assert.deepEqual([annotation!.state, annotation!.scored], ['finished', 60]);
    assert.equal((await engine.client.trm.builds.query()).length, 1);
    await engine.engine.queue.whenIdle();
    const states = engine.engine.store.listRuns().map((run) => run.state);
    assert.deepEqual(new Set(states), new Set(['finished']));
  });

  it('that fail say why, in the words of the command line', async () => {
    const { id } = await start('build', { dataset: 'none' });
    const job = await ended(id);
    assert.equal(job.state, 'failed');
    assert.match(job.problem!, /There is no data set of the TRM "none"/);
  });

  it('are refused before they begin where a value is none', async () => {
    await assert.rejects(start('collect', { name: '--home' }), /Name = "--home" is not allowed: letters, digits/);
    await assert.rejects(start('collect', {}), /Name is missing/);
    await assert.rejects(
      start('train', { build: 'b', epochs: 'two' }),
      /Epochs = "two" is not allowed: a whole number from 1/,
    );
    await assert.rejects(
      start('build', { dataset: 'all', kind: 'other' }),
      /Kind = "other" is not allowed: of holistic, step/,
    );
    const endpoint = { dataset: 'all', annotator: 'endpoint' };
    await assert.rejects(start('annotate', endpoint), /Address is missing/);
    await assert.rejects(start('annotate', { ...endpoint, noise: 0.1 }), /Annotate has no field "noise" here/);
    await assert.rejects(
      start('build', { dataset: 'all', home: '/' }),
      /Build a training set has no field "home" here/,
    );
  });

  it('are stopped with what they paid for kept, and go on with the rest', async () => {
    const server = await serve((incoming, response, body, call) => {
      setTimeout(() => reply('0.5')(incoming, response, body, call), 30);
    });
    const values = { dataset: 'all', annotator: 'endpoint', url: server.base, model: 'm', concurrency: 2, as: 'judge' };
    const { id } = await start('annotate', values);
    const waiting = await start('validate', { raters: 'length' });
    while (server.seen.length < 6) await new Promise((resolve) => setTimeout(resolve, 10));
    await stop(waiting.id);
    await stop(id);
    const job = await ended(id);
    assert.deepEqual([job.state, (await ended(waiting.id)).state], ['stopped', 'stopped']);
    const judge = async () =>
      (await engine.client.trm.annotations.query()).find((annotation) => annotation.name === 'judge')!;
    const kept = await judge();
    assert.ok(kept.state === 'stopped' && kept.scored >= 4 && kept.scored < 60, `${kept.state}, ${kept.scored}`);
    assert.equal(kept.scored, server.seen.length);
    assert.equal((await ended((await start('annotate', values)).id)).state, 'finished');
    assert.deepEqual([(await judge()).scored, server.seen.length], [60, 60]);
    await assert.rejects(stop(id), /has ended/);
  });

  it('ask an annotator as a run would ask its judge: in the words that are given, with the pictures', async () => {
    const server = await serve(reply('<answer>0.5</answer>'));
    const values = {
      dataset: 'all',
      annotator: 'endpoint',
      url: server.base,
      model: 'm',
      as: 'worded',
      'judge-system': 'You are strict.',
      'judge-prompt': 'Judge.\nQuestion: {question}\nReasoning process: {reasoning}',
    };
    assert.equal((await ended((await start('annotate', values)).id)).state, 'finished');
    assert.equal(server.seen.length, 60);
    const { messages } = JSON.parse(server.seen[0]!.body) as { messages: { content: string | { text?: string }[] }[] };
    const [system, user] = messages;
    const [image, text] = user!.content as { type: string; text?: string }[];
    assert.equal(system!.content, 'You are strict.');
    assert.equal(image!.type, 'image_url');
    assert.match(text!.text!, /^Judge\.\nQuestion: .+\nReasoning process: .+/);
    const [row] = (await engine.client.trm.annotations.query()).filter(({ name }) => name === 'worded');
    assert.equal((row!.settings as { judgeSystem: string }).judgeSystem, 'You are strict.');
    const other = await ended(
      (await start('annotate', { ...values, 'judge-prompt': 'Rate {reasoning}.', as: 'x' })).id,
    );
    assert.match(other.problem!, /judge\.prompt does not say where question and reasoning stand/);
  });

  it('are done by the engine where the command line finds it at work on the home', async () => {
    const trm = (...args: string[]) => sophia('trm', ...args, '--home', engine.home);
    const done = await trm('collect', 'by-line', '--count', '10');
    assert.deepEqual([done.code, done.error], [0, '']);
    assert.match(done.out, /^The running engine of this home does this step: .*\nData set "by-line": 10 of /);
    assert.equal((await engine.client.trm.datasets.query()).at(-1)!.name, 'by-line');
    const again = await trm('collect', 'by-line');
    assert.deepEqual([again.code, /already a data set of the TRM named "by-line"/.test(again.error)], [1, true]);
    assert.match((await trm('train', 'b', '--threads', '1')).error, /does not take --threads/);
  });

  it('nobody else writes beside an engine', () => {
    assert.throws(
      () => openStore(engine.home, { guestOf: process.ppid }),
      /does not have the home .* open, or did not start this one/,
    );
  });
});
