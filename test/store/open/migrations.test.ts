import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import Database from 'better-sqlite3';
import { migrate, migrationsFolder, readMigrations } from '../../../src/main/store/open/migrate.ts';
import { openStore } from '../../../src/main/store/store.ts';
import { sampleStep, startedRun, temporaryFolder, temporaryStore } from '../helpers.ts';
import { databaseAt, plan } from '../read/query-plan.ts';

const SNAPSHOT = join(import.meta.dirname, 'schema-snapshot.sql');
/** Migrations of this version, and the number of one that a newer version would add. */
const KNOWN = readMigrations().length;
const NEXT = String(KNOWN + 1).padStart(4, '0');
const RENEW = 'SOPHIA_RENEW=1 node --test test/store/open/migrations.test.ts';

describe('migration 0001 (first tables)', () => {
  const db = databaseAt(1);
  const expected: readonly [string, string, RegExp][] = [
    [
      'a curve',
      'SELECT step, value FROM metrics WHERE run_id = @r AND metric_id = @m AND step > @s ORDER BY step',
      /USING PRIMARY KEY \(run_id=\? AND metric_id=\? AND step>\?\)/,
    ],
    [
      'the newest value',
      'SELECT value FROM metrics WHERE run_id = @r AND metric_id = @m ORDER BY step DESC LIMIT 1',
      /USING PRIMARY KEY/,
    ],
    [
      'a page of responses',
      'SELECT id FROM responses WHERE run_id = @r AND outcome_reward >= 0.5 AND thinking_reward < 0.3 ORDER BY step, group_index, sample LIMIT 9',
      /USING COVERING INDEX responses_by_place \(run_id=\?\)/,
    ],
    [
      'a step',
      'SELECT * FROM responses WHERE run_id = @r AND step = @s',
      /USING INDEX responses_by_place \(run_id=\? AND step=\?\)/,
    ],
    [
      'a question in all runs',
      'SELECT run_id, step FROM responses WHERE question_id = @q ORDER BY run_id, step',
      /USING COVERING INDEX responses_by_question/,
    ],
    ['evaluations of a run', 'SELECT * FROM evaluations WHERE run_id = @r', /USING INDEX evaluations_by_place/],
    [
      'step times',
      "SELECT step, at FROM events WHERE run_id = @r AND kind = 'step' AND step > @s ORDER BY step",
      /USING COVERING INDEX events_by_run \(run_id=\? AND kind=\? AND step>\?\)/,
    ],
    ['what is new', 'SELECT * FROM events WHERE seq > @c ORDER BY seq', /USING INTEGER PRIMARY KEY \(rowid>\?\)/],
    ['runs of a study', 'SELECT * FROM runs WHERE study_id = @s', /USING INDEX runs_by_/],
    ['running runs', "SELECT id FROM runs WHERE state = 'running'", /USING COVERING INDEX runs_by_state/],
    ['a study by hash', 'SELECT id FROM studies WHERE hash = @h', /USING COVERING INDEX studies_by_hash/],
    ['a question by name', 'SELECT id FROM questions WHERE question = @q AND hash = @h', /USING COVERING INDEX/],
  ];
  for (const [what, sql, pattern] of expected) {
    it(`finds ${what} by an index, without sorting`, () => {
      const found = plan(db, sql);
      assert.match(found, pattern);
      assert.doesNotMatch(found, /TEMP B-TREE|SCAN/);
    });
  }

  it('lets a cell of a study have one run outside of trash and branches', () => {
    const insert = db.prepare(
      "INSERT INTO runs (study_id, name, variant, seed, state, settings, config_hash, total_steps, created_at, colour_index, trashed_at) VALUES (1, ?, 'v', 0, 'queued', '{}', 'h', 1, 0, 0, ?)",
    );
    db.exec("INSERT INTO studies (id, name, hash, yaml, plan, created_at) VALUES (1, 's', 'h', '', '{}', 0)");
    insert.run('a', null);
    insert.run('b', 5);
    assert.throws(() => insert.run('c', null), /UNIQUE/);
  });
});

describe('migration 0002 (public views)', () => {
  const db = databaseAt(2);
  const views: readonly [string, string][] = [
    ['v_metrics', 'study, variant, run, seed, step, name, value'],
    [
      'v_responses',
      'study, variant, run, seed, step, question, sample, text, outcome_reward, thinking_reward, mu_c, mu_w, gamma, decay, alpha, reward, advantage',
    ],
    ['v_evaluations', 'study, variant, run, seed, step, benchmark, accuracy, questions'],
  ];
  for (const [view, columns] of views) {
    it(`${view} has its documented columns in order`, () => {
      const found = db
        .prepare(`SELECT * FROM ${view}`)
        .columns()
        .map((column) => column.name);
      assert.equal(found.join(', '), columns);
    });
  }

  it('reads one metric of one study by indexes', () => {
    const found = plan(db, "SELECT * FROM v_metrics WHERE study = @s AND name = 'reward'");
    assert.match(found, /SEARCH s USING INDEX sqlite_autoindex_studies_1 \(name=\?\)/);
    assert.match(found, /SEARCH r USING INDEX runs_by_/);
    assert.match(found, /SEARCH m USING PRIMARY KEY \(run_id=\? AND metric_id=\?\)/);
    assert.doesNotMatch(found, /SCAN/);
  });

  it('reads responses and evaluations of one run by indexes', () => {
    assert.match(
      plan(db, 'SELECT * FROM v_responses WHERE run = @r AND step = @t'),
      /SEARCH p USING INDEX responses_by_place \(run_id=\? AND step=\?\)/,
    );
    assert.match(
      plan(db, "SELECT * FROM v_evaluations WHERE run = @r AND benchmark = 'b'"),
      /SEARCH e USING INDEX evaluations_by_place \(run_id=\? AND benchmark=\?/,
    );
  });
});

describe('migration 0006 (spread of a thinking reward)', () => {
  it('keeps the responses of before, without a spread, and a step is read by the same index', () => {
    const db = databaseAt(5);
    db.exec(`INSERT INTO studies (id, name, hash, yaml, plan, created_at) VALUES (1, 's', 'h', '', '{}', 1);
      INSERT INTO runs (id, study_id, name, variant, seed, state, settings, config_hash, total_steps, created_at, colour_index)
        VALUES (1, 1, 'r', 'full', 0, 'finished', '{}', 'c', 1, 1, 0);
      INSERT INTO questions (id, question, hash) VALUES (1, 'q', '');
      INSERT INTO responses (run_id, step, group_index, sample, question_id, outcome_reason, n_c, n_w, tokens, truncated, format_valid, text)
        VALUES (1, 1, 0, 0, 1, '', 0, 0, 1, 0, 1, 't')`);
    migrate(db, readMigrations().slice(0, 6));
    assert.deepEqual(db.prepare('SELECT text, thinking_spread FROM responses').get(), {
      text: 't',
      thinking_spread: null,
    });
    assert.match(
      plan(db, 'SELECT thinking_spread FROM responses WHERE run_id = @r AND step = 1'),
      /SEARCH responses USING INDEX \w+ \(run_id=\? AND step=\?\)/,
    );
    db.close();
  });
});

describe('schema', () => {
  it('is the committed snapshot', () => {
    const schema = schemaOf(temporaryStore().database);
    if (process.env.SOPHIA_RENEW === '1') writeFileSync(SNAPSHOT, schema);
    assert.equal(
      schema,
      readFileSync(SNAPSHOT, 'utf8'),
      `The schema changed. Migrations only add; if this is meant, renew the snapshot: ${RENEW}`,
    );
  });

  it('is brought up to date with a backup before, and data stays', () => {
    const folder = temporaryFolder();
    const home = join(folder, 'home');
    const { store, runId, attempt } = startedRun(openStore(home));
    store.recordEvent(runId, attempt, sampleStep(1));
    store.close();
    const newer = withMigration(folder, `${NEXT}-test.sql`, 'ALTER TABLE runs ADD COLUMN extra TEXT;');
    const again = openStore(home, { migrations: newer });
    assert.equal(again.database.pragma('user_version', { simple: true }), KNOWN + 1);
    assert.equal(again.stepResponses(runId, 1).length, 8);
    const [backup] = readdirSync(again.paths.backups);
    again.close();
    const copy = new Database(join(home, 'backups', backup!), { readonly: true });
    assert.equal(copy.pragma('user_version', { simple: true }), KNOWN);
    copy.close();
    assert.throws(
      () => openStore(home),
      new RegExp(`was made by a newer version \\(schema ${KNOWN + 1}, this version knows ${KNOWN}\\)`),
    );
    assert.throws(() => openStore(home, { readonly: true }), /was made by a newer version/);
  });

  it('stays as it was when a migration fails half-way', () => {
    const folder = temporaryFolder();
    const home = join(folder, 'home');
    openStore(home).close();
    const broken = withMigration(
      folder,
      `${NEXT}-broken.sql`,
      'CREATE TABLE half (a); INSERT INTO nowhere VALUES (1);',
    );
    assert.throws(() => openStore(home, { migrations: broken }), /nowhere/);
    const store = openStore(home);
    assert.equal(
      store.database.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'half'").pluck().get(),
      0,
    );
    store.close();
  });

  it('is brought up to date by a reader too, unless an engine of the older version has the home', () => {
    const folder = temporaryFolder();
    const home = join(folder, 'home');
    const engine = openStore(home);
    const newer = withMigration(folder, `${NEXT}-test.sql`, 'CREATE TABLE more (a);');
    const read = () => openStore(home, { readonly: true, migrations: newer });
    assert.throws(read, /is of an older version, and an engine of that version has it \(pid \d+, since .*Close it/);
    engine.close();
    const reader = read();
    assert.equal(reader.database.pragma('user_version', { simple: true }), KNOWN + 1);
    assert.equal(readdirSync(reader.paths.backups).length, 1);
    assert.throws(() => reader.database.exec('DELETE FROM metrics'), /readonly/);
    reader.close();
  });

  for (let number = 1; number < KNOWN; number++)
    it(`of version ${number}, with a study in it, is brought up to the same schema`, () => {
      const home = temporaryFolder();
      const old = new Database(join(home, 'sophia.db'));
      migrate(old, readMigrations().slice(0, number));
      const insert = "INSERT INTO studies (name, hash, yaml, plan, created_at) VALUES ('old', 'h', '', '{}', 1)";
      old.exec(insert);
      old.close();
      const store = openStore(home);
      assert.equal(schemaOf(store.database), readFileSync(SNAPSHOT, 'utf8'));
      assert.equal(store.findStudy('old'), 1);
      assert.equal(readdirSync(store.paths.backups).length, 1);
      store.close();
    });

  it('has its migrations numbered without a gap', () => {
    const folder = withMigration(temporaryFolder(), '0999-gap.sql', '');
    assert.throws(() => readMigrations(folder), /out of order/);
    assert.equal(existsSync(join(migrationsFolder(), '0001-first-tables.sql')), true);
  });
});

function schemaOf(db: Database.Database): string {
  const sql = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type, name";
  return `${(db.prepare(sql).pluck().all() as string[]).join(';\n')};\n`;
}

function withMigration(folder: string, name: string, sql: string): string {
  const target = join(folder, `migrations-${name}`);
  mkdirSync(target);
  cpSync(migrationsFolder(), target, { recursive: true });
  writeFileSync(join(target, name), sql);
  return target;
}
