/** Archives whose hashes are right and whose rows are not: each is refused by table, line and column, whole, and the home stays as it was. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { exportedRun } from '../../../src/main/services/runs/exported-run.ts';
import { importArchive } from '../../../src/main/store/archive/import-archive.ts';
import { exportRun } from '../../../src/main/store/interop/export-run.ts';
import type { Store } from '../../../src/main/store/store.ts';
import { USUAL_VIEW } from '../../../src/shared/run-table/view.ts';
import { hashOf } from '../../../src/shared/values/hash.ts';
import { temporaryFolder, temporaryStore } from '../helpers.ts';
import { type ArchivedRow, alteredArchive, archivedStudy } from './altered-archives.ts';

/** Every list that pages ask for. */
function readAll(store: Store): number {
  const studies = store.listStudies({ archived: true });
  const runs = store.listRuns({ branches: true });
  for (const { id } of studies) store.studyMatrix(id);
  for (const { id } of runs) {
    store.run(id);
    store.events(id);
  }
  return studies.length + runs.length;
}

const each = (column: string, value: unknown) => (rows: ArchivedRow[]) => {
  for (const row of rows) row[column] = value;
};
const first = (column: string, value: unknown) => (rows: ArchivedRow[]) => {
  rows[0]![column] = value;
};

const CASES: readonly [string, string, (rows: ArchivedRow[]) => unknown, RegExp][] = [
  [
    'tags of a run that are no JSON',
    'runs',
    each('tags', 'not json'),
    /rows\/runs.jsonl line 2: tags "not json" is no JSON/,
  ],
  ['tags of a study that are no JSON', 'studies', each('tags', 'not json'), /studies.jsonl line 2: tags/],
  ['tags of a study that are null', 'studies', each('tags', 'null'), /tags "null" is not what it should be/],
  ['a tag that is there twice', 'runs', each('tags', '["a","a"]'), /tags .* appears twice/],
  [
    'a view of another shape',
    'study_views',
    each('view', '{"columns":7}'),
    /study_views.jsonl line 2: view .* not what/,
  ],
  [
    'a view with more columns than anyone looks at',
    'study_views',
    each('view', JSON.stringify({ ...USUAL_VIEW, columns: Array.from({ length: 10_000 }, (_, i) => `c${i}`) })),
    /view .* not what it should be/,
  ],
  ['a view whose name has two lines', 'study_views', each('name', 'a\nb'), /name .* is no name of 1 to 60 characters/],
  ['two views of one name', 'study_views', (rows) => rows.push({ ...rows[0]!, id: 99 }), /study_views.*UNIQUE/],
  ['a plan that is no JSON', 'studies', each('plan', '{'), /plan "{" is no JSON/],
  ['a plan without variants', 'studies', each('plan', '{}'), /plan "{}" is not what it should be/],
  [
    'an environment that is no JSON',
    'run_attempts',
    each('environment', 'x'),
    /run_attempts.jsonl line 2: environment/,
  ],
  ['an environment of another shape', 'run_attempts', each('environment', '{"backend": 1}'), /environment .* not what/],
  ['data of an event that is no JSON', 'events', each('data', 'not json'), /events.jsonl line 2: data/],
  ["data of an event that is another kind's", 'events', each('kind', 'alert'), /data of kind alert is not what/],
  ['an event of an unknown kind', 'events', first('kind', 'pwned'), /kind "pwned" is not one of/],
  [
    'a checkpoint event whose path leads outside',
    'events',
    (rows) => {
      const row = rows.find((row) => row.kind === 'checkpoint')!;
      row.data = '{"uri":"../../x","hash":"h","bytes":1}';
    },
    /leads outside/,
  ],
  ['settings that are no JSON', 'runs', first('settings', 'not json'), /settings "not json" is no JSON/],
  [
    'settings with an unknown key',
    'runs',
    (rows) => {
      const settings = { ...(JSON.parse(String(rows[0]!.settings)) as object), pwned: 1 };
      Object.assign(rows[0]!, { settings: JSON.stringify(settings), config_hash: hashOf(settings) });
    },
    /settings .* not what it should be/,
  ],
  ['settings whose hash is another', 'runs', first('config_hash', 'f'.repeat(64)), /config_hash is not the hash/],
  [
    'no settings of a run that was trained',
    'runs',
    (rows) => void Object.assign(rows[0]!, { settings: '{}', config_hash: hashOf({}) }),
    /settings are empty, though it was trained/,
  ],
  ['a time of the year 287396', 'studies', each('created_at', 9007199254740991), /created_at .* no time/],
  ['a time that is a text', 'runs', first('created_at', '2026-01-01'), /created_at .* no time/],
  [
    'a step that no list could be made for',
    'runs',
    first('step', 4294967290),
    /step 4294967290 is beyond its 20 steps/,
  ],
  ['more steps than the settings say', 'runs', first('total_steps', 4294967290), /total_steps is 4294967290, and 20/],
  ['a step of a metric beyond all', 'metrics', first('step', 9007199254740990), /metrics.jsonl line 2: step/],
  ['a negative step', 'metrics', first('step', -5), /step -5/],
  ['a number that is none', 'metrics', first('value', '1'), /value "1" is no finite number/],
  ['a state that there is not', 'runs', first('state', 'finishedd'), /state "finishedd" is not one of/],
  ['a variant that every object has', 'runs', first('variant', '__proto__'), /variant "__proto__" is no name/],
  ['a study named like a path', 'studies', each('name', '../../x'), /name "..\/..\/x" is no name/],
  ['a study named like a header', 'studies', each('name', 'x"\r\nX: y'), /is no name/],
  ['a run whose name has orders for a terminal', 'runs', first('name', '\u001b[2J'), /is no name/],
  ['a colour that there is not', 'runs', first('colour_index', -5), /colour_index -5/],
  [
    'a reward beyond all',
    'responses',
    first('outcome_reward', 1e308),
    /outcome_reward 1e\+308 is no number from 0 to 1/,
  ],
  [
    'a response longer than any',
    'responses',
    first('text', randomBytes(3_000_000).toString('hex')),
    /text .* is longer than/,
  ],
  ['the group of a step that no step has', 'responses', first('group_index', 4_000_000_000), /group_index/],
  [
    "a question whose hash is another question's",
    'questions',
    first('text', 'What is 1 + 1?'),
    /hash is not the hash of the question/,
  ],
  [
    'a question whose picture leads outside',
    'questions',
    (rows) => {
      const image = { kind: 'file', path: '../../../etc/passwd' };
      const row = rows.find((row) => row.hash !== '')!;
      row.image = JSON.stringify(image);
    },
    /image .* leads outside/,
  ],
  ['a checkpoint that lies elsewhere', 'checkpoints', first('uri', '../2/checkpoints/x'), /uri .* leads outside/],
  [
    'a checkpoint that is no checkpoint',
    'checkpoints',
    first('uri', 'reference/x'),
    /is not the place of a checkpoint/,
  ],
  [
    'a checkpoint that lies elsewhere by another spelling',
    'checkpoints',
    first('uri', 'checkpoints/%2e%2e'),
    /leads outside/,
  ],
  ['a checkpoint that is all checkpoints', 'checkpoints', first('uri', 'checkpoints/.'), /uri "checkpoints\/\."/],
  ['a checkpoint in another folder by another spelling', 'checkpoints', first('uri', 'checkpoints/a%2fb'), /uri/],
  ['a checkpoint on another machine', 'checkpoints', first('uri', 'http://10.0.0.1/x'), /uri/],
  ['a checkpoint with a query', 'checkpoints', first('uri', 'checkpoints/x?y'), /uri/],
  ['more right answers than questions', 'evaluations', first('correct', 999), /correct is more than questions/],
  [
    'attempts that were not made',
    'run_attempts',
    (rows) => [...rows, { ...rows[0]!, attempt: 7 }],
    /more attempts than it was started/,
  ],
  [
    'two runs of one number',
    'runs',
    (rows) => void Object.assign(rows[1]!, { id: rows[0]!.id }),
    /id \d+ appears twice/,
  ],
  ['two studies', 'studies', (rows) => [...rows, { ...rows[0]!, id: 99, hash: 'other' }], /exactly one study/],
  ['a row of a run that is not there', 'metrics', first('run_id', 77), /run_id 77 is not in runs/],
];

const store = temporaryStore();
const sound = (await archivedStudy()).file;

describe('an archive whose rows are not what a run writes', () => {
  for (const [what, table, change, wanted] of CASES)
    test(`is refused: ${what}`, async () => {
      const before = readdirSync(store.paths.home).sort();
      await assert.rejects(importArchive(store, await alteredArchive(sound, { rows: { [table]: change } })), wanted);
      assert.equal(readAll(store), 0);
      assert.deepEqual(readdirSync(store.paths.home).sort(), before);
      const tables = ['studies', 'runs', 'metrics', 'responses', 'questions', 'metric_names', 'response_words'];
      for (const name of tables)
        assert.equal(store.database.prepare(`SELECT count(*) FROM ${name}`).pluck().get(), 0, name);
    });

  test('is refused: a table without a column that is needed, or with one twice', async () => {
    const head = (change: (columns: string[]) => string[]) =>
      alteredArchive(sound, {
        entries: (all) => {
          const [columns, ...rows] = all['rows/checkpoints.jsonl']!.split('\n');
          all['rows/checkpoints.jsonl'] = [JSON.stringify(change(JSON.parse(columns!) as string[])), ...rows].join(
            '\n',
          );
        },
      });
    await assert.rejects(importArchive(store, await head((names) => names.slice(1))), /"run_id" is missing/);
    await assert.rejects(
      importArchive(store, await head((names) => names.with(1, 'run_id'))),
      /"step" is missing|named twice/,
    );
    await assert.rejects(importArchive(store, await head((names) => [...names, 'run_id'])), /named twice/);
  });

  test('unchanged rows are taken', async () => {
    const other = temporaryStore();
    await importArchive(other, await alteredArchive(sound, {}));
    assert.equal(readAll(other), 5);
  });
});

test('a run named ../../x is taken as it is, and what is written of it stays in its folder', async () => {
  const { studyId } = await importArchive(
    store,
    await alteredArchive(sound, { rows: { runs: first('name', '../../x') } }),
  );
  const run = store.listRuns({ studyId }).find((run) => run.name === '../../x')!;
  const parent = temporaryFolder();
  const folder = join(parent, 'a', 'b');
  mkdirSync(folder, { recursive: true });
  const written = exportRun(store, run.id, 'tensorboard', folder);
  assert.equal(dirname(written), join(folder, '-..-x'));
  assert.deepEqual(readdirSync(parent), ['a']);
  for (const format of ['jsonl', 'parquet', 'tensorboard'] as const) {
    const { name, bytes } = exportedRun(store, run.id, format);
    assert.ok(bytes.length > 0 && !/[/\\]/.test(name), name);
  }
});
