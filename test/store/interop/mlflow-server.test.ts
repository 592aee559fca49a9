/** The export against a server that others wrote: `mlflow server` from PyPI, asked by its own REST API what it holds afterwards. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sendToMlflow } from '../../../src/main/store/interop/mlflow.ts';
import { numbersOf, runSteps } from '../../../src/main/store/interop/run-steps.ts';
import { settingLeaves, valueAt } from '../../../src/shared/settings/setting-paths.ts';
import { sampleEvaluation, sampleStep, startedRun } from '../helpers.ts';
import { type MlflowServer, serveMlflow, setUpMlflow } from './mlflow-server.ts';

const asked = process.env.SOPHIA_TEST_MLFLOW === '1';
const mlflow = asked ? setUpMlflow() : { missing: 'needs PyPI and about 850 MB; SOPHIA_TEST_MLFLOW=1 runs it' };

interface Run {
  readonly info: Record<string, string | number>;
  readonly data: {
    readonly params: readonly { readonly key: string; readonly value: string }[];
    readonly tags: readonly { readonly key: string; readonly value: string }[];
    readonly metrics: readonly { readonly key: string; readonly value: number }[];
  };
}

describe('a run sent to an MLflow server', {
  skip: 'missing' in mlflow ? mlflow.missing : false,
  timeout: 600_000,
}, () => {
  let server: MlflowServer;
  before(async () => {
    if ('python' in mlflow) server = await serveMlflow(mlflow.python);
    console.log(`MLflow ${server.version}`);
  });
  after(() => server?.end());

  const { store, studyId, runId, attempt } = startedRun();
  const STEPS = 60; // more values than one request may hold
  for (let step = 1; step <= STEPS; step++) {
    const more = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`time/part_${i}`, step + i / 7]));
    const { metrics } = sampleStep(step);
    store.recordEvent(runId, attempt, { ...sampleStep(step), metrics: { ...metrics, ...more } });
  }
  store.recordEvent(runId, attempt, sampleEvaluation(STEPS, 'chart-test', 4));
  store.setRunState(runId, 'finished');

  const ask = async <T>(path: string, query: Record<string, string>, method: 'GET' | 'POST' = 'GET'): Promise<T> => {
    const url = `${server.url}/api/2.0/mlflow/${path}`;
    const response =
      method === 'GET'
        ? await fetch(`${url}?${new URLSearchParams(query)}`)
        : await fetch(url, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(query) });
    assert.equal(response.status, 200, path);
    return (await response.json()) as T;
  };

  it('is there with its study as experiment, every setting, and every number of every step in full precision', async () => {
    const sent = await sendToMlflow(store, runId, server.url);
    const run = store.run(runId);
    const { experiment } = await ask<{ experiment: { name: string } }>('experiments/get', {
      experiment_id: sent.experimentId,
    });
    assert.equal(experiment.name, run.study);
    const { info, data } = (await ask<{ run: Run }>('runs/get', { run_id: sent.runId })).run;
    assert.deepEqual(
      [info.run_name, info.status, Number(info.start_time), Number(info.end_time)],
      [run.name, 'FINISHED', run.startedAt, run.finishedAt],
    );
    const tags = new Map(data.tags.map(({ key, value }) => [key, value]));
    assert.deepEqual([tags.get('variant'), tags.get('sophia.config_hash')], [run.variant, run.configHash]);
    const params = new Map(data.params.map(({ key, value }) => [key, value]));
    for (const { path } of settingLeaves()) {
      const value = valueAt(run.settings, path);
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      assert.equal(params.get(path), text, path);
    }
    const logged = runSteps(store, runId);
    const names = new Set(logged.flatMap(({ metrics }) => Object.keys(numbersOf(metrics))));
    assert.deepEqual(new Set(data.metrics.map(({ key }) => key)), names);
    for (const name of names) {
      const points = await historyOf(sent.runId, name);
      const wanted = logged.flatMap(({ step, seconds, metrics }) =>
        metrics[name] == null ? [] : [{ step, value: metrics[name], timestamp: Math.round(seconds! * 1000) }],
      );
      assert.deepEqual(points, wanted, name);
    }
  });

  it('shares the experiment with the other runs of its study', async () => {
    const other = store.listRuns({ studyId }).find((run) => run.id !== runId)!.id;
    const { attempt: second } = store.startRun(other);
    store.recordEvent(other, second, sampleStep(1));
    store.setRunState(other, 'stopped');
    const [a, b] = [await sendToMlflow(store, runId, server.url), await sendToMlflow(store, other, server.url)];
    assert.equal(a.experimentId, b.experimentId);
    assert.notEqual(a.runId, b.runId);
    const { run } = await ask<{ run: Run }>('runs/get', { run_id: b.runId });
    assert.equal(run.info.status, 'KILLED');
  });

  it("is refused in the server's own words where its experiment was deleted there", async () => {
    const { experimentId } = await sendToMlflow(store, runId, server.url);
    await ask('experiments/delete', { experiment_id: experimentId }, 'POST');
    await assert.rejects(
      sendToMlflow(store, runId, server.url),
      /^SophiaError: MLflow refused .* \(4\d\d\): .*(active|deleted)/,
    );
  });

  async function historyOf(id: string, name: string): Promise<{ step: number; value: number; timestamp: number }[]> {
    type Point = { readonly step: string | number; readonly value: number; readonly timestamp: string | number };
    const { metrics } = await ask<{ metrics: Point[] }>('metrics/get-history', { run_id: id, metric_key: name });
    return metrics
      .map((metric) => ({ step: Number(metric.step), value: metric.value, timestamp: Number(metric.timestamp) }))
      .sort((a, b) => a.step - b.step);
  }
});
