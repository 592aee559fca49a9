/** The TRM workbench over the API: what the page reads, from a real engine. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type TestEngine, testEngine } from '../setup/with-engine.ts';

let engine: TestEngine;
before(async () => {
  engine = await testEngine();
});
after(() => engine.end());

describe('trm router', () => {
  it('is empty on an empty home', async () => {
    const { trm } = engine.client;
    const all = await Promise.all([
      trm.datasets.query(),
      trm.annotations.query(),
      trm.builds.query(),
      trm.models.query(),
      trm.validations.query(),
    ]);
    assert.deepEqual(all, [[], [], [], [], []]);
  });

  it('hands out data set, queue, flow and histograms of a build', async () => {
    const { store } = engine.engine;
    const { trm } = engine.client;
    const pair = { question: 'chart/train/000001', run: null, step: 1, truncated: false, outcomeReward: 1 };
    const { datasetId, pairIds } = store.addTrmDataset('d', {}, [{ ...pair, text: 't', thinking: 'a' }]);
    const annotationId = store.addTrmAnnotation(datasetId, 'rubric', 'rubric', {}, 1);
    assert.equal((await trm.annotations.query())[0]!.waiting, 1);
    const id = store.addTrmBuild({
      name: 'b',
      kind: 'holistic',
      annotationId,
      options: {},
      flow: [{ filter: 'empty', switchedOn: false, dropped: 0, leftOver: 1 }],
      pairs: [{ pairId: pairIds[0]!, fate: 'sampled', position: 0, score: 0.4 }],
    });
    const found = await trm.build.query({ id });
    assert.deepEqual(found.flow, [{ filter: 'empty', switchedOn: false, dropped: 0, leftOver: 1 }]);
    assert.equal(found.histogram.sampled[4], 1);
    assert.equal((await trm.pairs.query({ id: datasetId }))[0]!.thinking, 'a');
    assert.equal((await trm.buildPairs.query({ id, fate: 'sampled' })).length, 1);
  });

  it('says which validation is not there', async () => {
    await assert.rejects(engine.client.trm.validation.query({ id: 99 }), /There is no validation "99"/);
  });
});
