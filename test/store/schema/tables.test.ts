/** The declaration of the tables (src/main/store/schema/tables.ts) is that of the database: every table, column, type, null and CHECK. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { leaving } from '../../../src/main/store/archive/portable-rows.ts';
import { type Row, rowCheck } from '../../../src/main/store/schema/check-row.ts';
import { type AnyColumn, faultIn } from '../../../src/main/store/schema/column.ts';
import { TABLES } from '../../../src/main/store/schema/tables.ts';
import { environment, sampleEvaluation, sampleQuestion, sampleStep, startedRun, temporaryStore } from '../helpers.ts';

const declared = Object.entries(TABLES) as [string, Record<string, AnyColumn>][];

describe('the declared tables', () => {
  const { database: db } = temporaryStore();
  const tables = db
    .prepare<[], { name: string; sql: string }>(
      "SELECT l.name, s.sql FROM pragma_table_list l JOIN sqlite_schema s ON s.name = l.name WHERE l.schema = 'main' AND l.type = 'table' AND l.name NOT LIKE 'sqlite_%' ORDER BY l.name",
    )
    .all();

  test('are those of the database after all migrations', () => {
    const inDatabase = tables.filter(({ sql }) => !sql.startsWith('CREATE VIRTUAL')).map(({ name }) => name);
    assert.deepEqual(
      declared.map(([name]) => name).sort(),
      inDatabase.filter((name) => !name.startsWith('response_words')),
    );
  });

  for (const [name, columns] of declared)
    test(`${name} has these columns, of these types, with null where it may be`, () => {
      const real = db
        .prepare<[string], { name: string; type: string; notnull: number; pk: number }>(
          'SELECT name, type, "notnull", pk FROM pragma_table_info(?)',
        )
        .all(name)
        .map((one) => [one.name, one.type, one.notnull === 0 && one.pk === 0]);
      const ours = Object.entries(columns).map(([column, { sql, isNullable }]) => [column, sql, isNullable]);
      assert.deepEqual(ours.sort(), real.sort());
    });

  test('have the values of every CHECK', () => {
    for (const { name, sql } of tables) {
      const checks = [...sql.matchAll(/CHECK \((\w+) IN \(([^)]*)\)\)/g)].map(([, column, values]) => [
        column,
        values!.split(', ').map((value) => value.slice(1, -1)),
      ]);
      const ours = Object.entries(TABLES[name as keyof typeof TABLES] ?? {}).flatMap(([column, one]) =>
        'values' in one && one.values !== undefined ? [[column, [...one.values]]] : [],
      );
      assert.deepEqual(ours, checks, name);
    }
  });

  test('take every row that a run of this program writes', () => {
    const { store, runId, attempt } = startedRun();
    const say = (event: Parameters<typeof store.recordEvent>[2]) => store.recordEvent(runId, attempt, event);
    say({ kind: 'started', step: 0, environment });
    say({
      kind: 'questions',
      step: 0,
      questions: [
        sampleQuestion('chart/train/2'),
        { ...sampleQuestion('set/1'), image: { kind: 'file', path: 'a/b.png' }, scene: null },
      ],
    });
    say({
      kind: 'phase',
      step: 0,
      phase: 'evaluating',
      done: 1,
      total: 2,
      load: { seconds: 1, cpuCores: null, freeMiB: 5 },
    });
    for (const step of [1, 2]) say(sampleStep(step));
    say(sampleEvaluation(2, 'chart-test', 4));
    say({ kind: 'alert', step: 2, level: 'warning', name: 'reward hacking', message: 'It rises.' });
    say({ kind: 'checkpoint', step: 2, uri: 'checkpoints/step-000002', hash: 'h', bytes: 2 });
    say({ kind: 'failed', step: 2, code: 'diverged', message: 'NaN.' });
    const again = store.startRun(runId, { fromStep: 1 }).attempt;
    store.recordEvent(runId, again, { kind: 'paused', step: 1, message: 'The disk is full.' });
    store.setRunTags(runId, ['a', 'b']);
    let rows = 0;
    for (const [table] of declared) {
      const check = rowCheck(table);
      const all = store.database.prepare<[], Row>(`SELECT * FROM ${table}`).all();
      for (const row of all.map((one) => leaving(table, one, () => true)).filter((one) => one !== null)) {
        assert.equal(check(row), null, `${table} ${JSON.stringify(row)}`);
        rows++;
      }
    }
    assert.ok(rows > 50);
  });

  test('say of a value why it cannot stand there', () => {
    const cases: [AnyColumn, string | number | null, RegExp | null][] = [
      [TABLES.runs.state, 'finished', null],
      [TABLES.runs.state, 'finishedd', /"finishedd" is not one of queued/],
      [TABLES.runs.name, null, /is missing/],
      [TABLES.runs.reason, null, null],
      [TABLES.runs.created_at, 9007199254740991, /no time between 1970 and 9999/],
      [TABLES.runs.created_at, 1.5, /no time/],
      [TABLES.runs.created_at, '2026', /no time/],
      [TABLES.runs.step, 1e10, null], // programs count tokens as steps
      [TABLES.runs.step, 9007199254740990, /no whole number from 0/],
      [TABLES.runs.step, -5, /no whole number from 0/],
      [TABLES.runs.pinned, 2, /neither 0 nor 1/],
      [TABLES.runs.variant, '__proto__', /no name/],
      [TABLES.runs.variant, '../x', /no name/],
      [TABLES.runs.name, 'a\nb', /no name of 1 to/],
      [TABLES.runs.name, '\u001b[2J', /no name of 1 to/],
      [TABLES.runs.tags, '["a"]', null],
      [TABLES.runs.tags, 'not json', /no JSON/],
      [TABLES.runs.tags, 'null', /not what it should be/],
      [TABLES.runs.tags, '["a", "a"]', /appears twice/],
      [TABLES.studies.plan, '{}', /not what it should be \(name/],
      [TABLES.responses.outcome_reward, 1e308, /no number from 0 to 1/],
      [TABLES.responses.outcome_reward, 1 + 1e-16, null],
      [TABLES.responses.reward, Number.POSITIVE_INFINITY, /no finite number/],
      [TABLES.responses.text, 'x'.repeat(5e6), /longer than/],
      [TABLES.questions.image, '{"kind":"file","path":"../../etc/passwd"}', /leads outside its data set/],
    ];
    for (const [column, value, wanted] of cases) {
      const why = faultIn(column, value);
      if (wanted === null) assert.equal(why, null);
      else assert.match(why ?? '', wanted);
    }
  });
});
