import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { contentHash } from '../../src/main/model/io/content-hash.ts';
import { examineHome } from '../../src/main/services/examine-home.ts';
import { storeDataset } from '../../src/main/tasks/import/dataset-folder.ts';
import { hashOf } from '../../src/shared/values/hash.ts';
import { sampleStep, startedRun, temporaryFolder } from '../store/helpers.ts';

test('a home is as it was recorded, or each thing that is not is named with what to do', async () => {
  const { store, runId, attempt } = startedRun();
  const { home, runs } = store.paths;
  const place = join(runs, String(runId), 'checkpoints/step-000001');
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'trainer.json'), '{}');
  store.recordEvent(runId, attempt, sampleStep(1));
  const point = { kind: 'checkpoint', step: 1, uri: 'checkpoints/step-000001' } as const;
  store.recordEvent(runId, attempt, { ...point, ...contentHash(place) });
  const source = join(temporaryFolder(), 'set.jsonl');
  writeFileSync(source, '{"id": 1, "question": "How many?", "answer": "7"}\n');
  await storeDataset(home, source, { name: 'charts', format: 'jsonl' });
  mkdirSync(join(home, 'evaluations'));
  const answers = { inputs: 'a', results: [{ correct: true }] };
  writeFileSync(join(home, 'evaluations/a.json'), JSON.stringify({ ...answers, hash: hashOf(answers.results) }));
  const sound = await examineHome(store);
  assert.deepEqual(sound.findings, []);
  assert.deepEqual({ ...sound.checked, tables: 0 }, { tables: 0, checkpoints: 1, datasets: 1, evaluations: 1 });

  writeFileSync(join(place, 'trainer.json'), '[]');
  writeFileSync(join(home, 'datasets/charts/questions.jsonl'), '');
  writeFileSync(join(home, 'evaluations/a.json'), JSON.stringify({ ...answers, hash: hashOf([]) }));
  mkdirSync(join(runs, '777'));
  store.database.pragma('foreign_keys = OFF');
  store.database.exec('INSERT INTO metrics VALUES (999, 999, 1, 0.5)');
  const { findings } = await examineHome(store);
  const wanted: [RegExp, boolean][] = [
    [/^table metrics row .*: what it names in (runs|metric_names) is not there/, true],
    [/checkpoint of step 1 was altered/, true],
    [/^data set charts: .*questions\.jsonl was altered/, true],
    [/^evaluations\/a\.json was altered/, false],
    [/^runs\/777: no run has this folder/, false],
  ];
  for (const [what, harm] of wanted)
    assert.ok(
      findings.some((finding) => what.test(finding.what) && finding.harm === harm),
      `${what}`,
    );
  rmSync(place, { recursive: true });
  const gone = await examineHome(store);
  assert.ok(gone.findings.some(({ what }) => /none of its checkpoints is on disk/.test(what)));
});
