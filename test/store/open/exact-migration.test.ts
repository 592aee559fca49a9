/** Migration 0010: homes of before exact answers were recorded keep every number, and say by which rule it was made. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import Database from 'better-sqlite3';
import { migrate, readMigrations } from '../../../src/main/store/open/migrate.ts';
import { openStore } from '../../../src/main/store/store.ts';
import { studyTable } from '../../../src/main/store/table/table.ts';
import { planRuns } from '../../../src/shared/study/study.ts';
import { sampleEvaluation, sampleStudy, temporaryFolder } from '../helpers.ts';

const TRUTH = 'a red circle above a blue square';
const well = (answer: string) => `<think>t</think><answer>${answer}</answer>`;

/** A home of schema 7: a run whose two free-form answers have outcome rewards of 0.75 (swapped) and 1, one that has no known truth. */
function oldHome(): string {
  const home = temporaryFolder();
  const db = new Database(join(home, 'sophia.db'));
  migrate(db, readMigrations().slice(0, 7));
  const plan = sampleStudy();
  const [{ settings, configHash } = {}] = planRuns(plan);
  db.prepare("INSERT INTO studies (id, name, hash, yaml, plan, created_at) VALUES (1, 'sample', 'h', '', ?, 1)").run(
    JSON.stringify(plan),
  );
  db.prepare(`INSERT INTO runs (id, study_id, name, variant, seed, state, settings, config_hash, step, total_steps, created_at, colour_index)
    VALUES (1, 1, 'sample-grpo-s0', 'grpo', 0, 'finished', @settings, @configHash, 1, 1, 1, 0),
      (2, 1, 'sample-grpo-s1', 'grpo', 1, 'queued', @settings, @configHash, 0, 1, 1, 0)`).run({
    settings: JSON.stringify(settings),
    configHash,
  });
  const question =
    db.prepare(`INSERT INTO questions (id, question, hash, category, answer_type, split, template, text, answer)
    VALUES (?, ?, ?, 'general', 'free_form', 'test', 'describe', 'describe', ?)`);
  question.run(1, 'general/test/1', 'q1', TRUTH);
  db.exec("INSERT INTO questions (id, question, hash) VALUES (2, 'named/only', '')");
  const response =
    db.prepare(`INSERT INTO responses (run_id, step, group_index, sample, question_id, outcome_reward, outcome_reason, n_c, n_w,
    tokens, truncated, format_valid, text) VALUES (1, 1, ?, ?, ?, ?, '', 2, 0, 1, 0, 1, ?)`);
  response.run(0, 0, 1, 0.75, well('a blue square above a red circle'));
  response.run(0, 1, 1, 1, well(TRUTH));
  response.run(1, 0, 2, 1, well('x'));
  db.exec(`INSERT INTO evaluations (id, run_id, step, benchmark, mode, benchmark_hash, questions, correct, mean_outcome, at)
    VALUES (1, 1, 1, 'general-test', 'greedy', 'b', 4, 3, 0.7, 1), (2, 1, 1, 'general-test', 'sampled', 'b', 4, 3, 0.6, 1)`);
  const answer = db.prepare('INSERT INTO evaluated_questions VALUES (?, ?, 1, ?, ?, ?)');
  for (const evaluation of [1, 2])
    [1, 0.75, 0.75, 0.3].forEach(
      (outcome, i) => void answer.run(evaluation, i, outcome, outcome >= 0.5 ? 1 : 0, well(`answer ${i}`)),
    );
  db.close();
  return home;
}

describe('a home of before exact answers were recorded', () => {
  const store = openStore(oldHome());
  after(() => store.close());

  it('keeps what its views said, and the new columns are null', () => {
    assert.deepEqual(
      store.database
        .prepare('SELECT benchmark, accuracy, questions, exact_accuracy, mean_outcome FROM v_evaluations')
        .all(),
      [{ benchmark: 'general-test', accuracy: 0.75, questions: 4, exact_accuracy: null, mean_outcome: 0.7 }],
    );
    assert.deepEqual(store.database.prepare('SELECT mean_outcome, exact_accuracy FROM v_sampled_evaluations').all(), [
      { mean_outcome: 0.6, exact_accuracy: null },
    ]);
    assert.deepEqual(store.database.prepare('SELECT DISTINCT exact FROM v_responses').pluck().all(), [null]);
  });

  it('keeps the figures of its tables, which say by which rule they were made', () => {
    const greedy = studyTable(store, 1);
    assert.equal(greedy.score, 'correct');
    assert.equal(greedy.rows[0]!.cells[0]!.mean, 0.75);
    assert.match(greedy.notes[0]!, /by the rule of earlier versions: answers with an outcome reward of at least 0\.5/);
    const sampled = studyTable(store, 1, { mode: 'sampled' });
    assert.equal(sampled.rows[0]!.cells[0]!.mean, 0.6);
    assert.match(sampled.notes[0]!, /Mean outcome reward × 100; one sample/);
  });

  it('refuses a table of exact accuracy, which it does not have, in one line', () => {
    assert.throws(() => studyTable(store, 1, { score: 'exact' }), /evaluated before exact accuracy was recorded/);
  });

  it('judges its responses when they are read, in rows and filters alike; one without a known truth is not judged', () => {
    const rows = store.stepResponses(1, 1);
    assert.deepEqual(
      rows.map(({ outcomeReward, exact }) => [outcomeReward, exact]),
      [
        [0.75, false],
        [1, true],
        [1, null],
      ],
    );
    const found = (exact: boolean) => store.responses({ runIds: [1], exact }).rows.map((row) => row.id);
    assert.deepEqual([found(true), found(false)], [[rows[1]!.id], [rows[0]!.id]]);
  });

  it('counts one thing only where an older run stands beside a newer one', () => {
    const { attempt } = store.startRun(2);
    store.recordEvent(2, attempt, sampleEvaluation(0, 'general-test', 1, 4));
    assert.equal(studyTable(store, 1).score, 'correct');
  });
});
