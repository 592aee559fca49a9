import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { localPath } from '../../../src/main/model/io/local-path.ts';
import { migrate, readMigrations } from '../../../src/main/store/open/migrate.ts';
import { databaseAt } from '../read/query-plan.ts';

describe('migration 0007 (trainers)', () => {
  const checkpoints: readonly (readonly [run: number, step: number, path: string, uri: string])[] = [
    [1, 4, '/data/my lab/runs/1/checkpoints/step-000004', 'checkpoints/step-000004'],
    [1, 8, 'C:\\Users\\me\\lab\\runs\\1\\checkpoints\\step-000008', 'checkpoints/step-000008'],
    [2, 4, 'checkpoints/step-000004', 'checkpoints/step-000004'],
    [2, 8, '/data/runs/1/checkpoints/step-000008', 'file:///data/runs/1/checkpoints/step-000008'],
    [2, 9, '/elsewhere/50% done?#1', 'file:///elsewhere/50%25 done%3F%231'],
    [2, 10, 'D:\\weights', 'file:///D:/weights'],
  ];
  const db = databaseAt(6);
  db.exec("INSERT INTO studies (id, name, hash, yaml, plan, created_at) VALUES (1, 's', 'h', '', '{}', 1)");
  for (const run of [1, 2])
    db.exec(`INSERT INTO runs (id, study_id, name, variant, seed, state, settings, config_hash, total_steps, created_at, colour_index)
        VALUES (${run}, 1, 'r${run}', 'full', ${run}, 'finished', '{}', 'c', 1, 1, 0);
      INSERT INTO run_attempts (run_id, attempt, from_step, started_at) VALUES (${run}, 1, 0, 5)`);
  for (const [run, step, path] of checkpoints) {
    db.prepare('INSERT INTO checkpoints VALUES (?, ?, ?, ?, 7, 9)').run(run, step, path, `h${step}`);
    db.prepare("INSERT INTO events (run_id, attempt, kind, step, at, data) VALUES (?, 1, 'checkpoint', ?, 9, ?)").run(
      run,
      step,
      JSON.stringify({ path, hash: `h${step}`, bytes: 7 }),
    );
  }
  db.exec(`INSERT INTO events (run_id, attempt, kind, step, at, data) VALUES (1, 1, 'checkpoint', 12, 9, 'damaged'),
    (1, 1, 'alert', 12, 9, '{"path":"not a checkpoint"}')`);
  migrate(db, readMigrations().slice(0, 7));

  it("names checkpoints by URI, within their run's folder where they lie in it", () => {
    assert.deepEqual(
      db.prepare('SELECT run_id, step, uri, hash, bytes, at FROM checkpoints ORDER BY 1, 2').raw().all(),
      checkpoints.map(([run, step, , uri]) => [run, step, uri, `h${step}`, 7, 9]),
    );
    for (const [run, , path, uri] of checkpoints.filter(([, , path]) => path.startsWith('/')))
      assert.equal(localPath(uri, `/data/my lab/runs/${run}`), path);
  });

  it('does the same with what was said of them, and leaves the rest as it was', () => {
    const said = db.prepare('SELECT data FROM events ORDER BY seq').pluck().all() as string[];
    assert.deepEqual(
      said.slice(0, -2).map((data) => JSON.parse(data)),
      checkpoints.map(([, step, , uri]) => ({ uri, hash: `h${step}`, bytes: 7 })),
    );
    assert.deepEqual(said.slice(-2), ['damaged', '{"path":"not a checkpoint"}']);
  });

  it('says of the attempts of before that they were trained here and end with the engine', () => {
    assert.deepEqual(db.prepare('SELECT trainer, reference, sequence FROM run_attempts').all(), [
      { trainer: 'native', reference: null, sequence: 0 },
      { trainer: 'native', reference: null, sequence: 0 },
    ]);
  });

  it('has room for an event of an attempt once', () => {
    const insert = db.prepare(
      "INSERT INTO events (run_id, attempt, kind, step, at, sequence) VALUES (?, ?, 'step', 1, 1, ?)",
    );
    for (const [run, attempt, sequence] of [
      [1, 1, 1],
      [1, 2, 1],
      [2, 1, 1],
      [1, 1, 2],
      [1, 1, null],
      [1, 1, null],
    ])
      insert.run(run, attempt, sequence);
    assert.throws(
      () => insert.run(1, 1, 2),
      /UNIQUE constraint failed: events.run_id, events.attempt, events.sequence/,
    );
  });
});
