/** Studies of a validation are trained to their end: in this process, or by the engine that runs on the home, and a finished one not again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trainStudies } from '../../src/main/cli/validation/train-studies.ts';
import { openStore } from '../../src/main/store/store.ts';
import { studyYaml, testEngine } from '../setup/with-engine.ts';
import { temporaryFolder } from '../store/helpers.ts';
import { FAKE_PARTS } from '../trainers/fake/fake-trainer.ts';

const studies = ['one', 'two'].map((name) => ({ name, yaml: studyYaml({ name, seeds: '[0]', steps: 4 }) }));

async function train(home: string): Promise<string[]> {
  const told: string[] = [];
  await trainStudies({
    ...{ home, studies, parts: FAKE_PARTS, parallel: 2 },
    onDone(store, { name }, studyId) {
      const states = store.listRuns({ studyId }).map((run) => run.state);
      told.push(`${name}: ${states.join(' ')}`);
    },
  });
  return told;
}

test('without an engine, in this process', async () => {
  const home = temporaryFolder();
  assert.deepEqual(await train(home), ['one: finished finished', 'two: finished finished']);
  const attempts = () => {
    const store = openStore(home, { readonly: true });
    const count = store.listRuns().map((run) => run.attempt);
    store.close();
    return count;
  };
  const before = attempts();
  assert.deepEqual(await train(home), ['one: finished finished', 'two: finished finished']);
  assert.deepEqual(attempts(), before, 'what is finished is used as it is');
});

test('through the engine that runs on the home', async () => {
  const engine = await testEngine();
  assert.deepEqual(await train(engine.home), ['one: finished finished', 'two: finished finished']);
  assert.equal((await engine.client.studies.list.query()).studies.length, 2);
  await engine.end();
});
