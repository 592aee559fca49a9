-- Greedy answers of a run's weights to the first questions of a benchmark, asked for by somebody (`run answers`) and planned by no study. Nothing that
-- judges a study reads them: tables, verdict and the views for others know evaluations only.
-- weights_hash: the checkpoint's; of step 0 the model's that the run began with. how: what else the answers depend on (prompt, sizes, length, rule), JSON;
-- how_hash its hash. done: how many of `asked` questions have been put; fewer: the process was ended, and the next one goes on there.
CREATE TABLE answer_sets (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  step INTEGER NOT NULL,
  weights_hash TEXT NOT NULL,
  benchmark TEXT NOT NULL,
  benchmark_hash TEXT NOT NULL,
  how_hash TEXT NOT NULL,
  how TEXT NOT NULL,
  wanted INTEGER NOT NULL, -- questions that were wanted; asked is less where the benchmark has fewer
  asked INTEGER NOT NULL,
  done INTEGER NOT NULL,
  at INTEGER NOT NULL, -- of the last answer
  UNIQUE (run_id, step, weights_hash, benchmark, benchmark_hash, how_hash, wanted)
) STRICT;
CREATE INDEX answer_sets_by_weights ON answer_sets (weights_hash, benchmark, how_hash);

CREATE TABLE given_answers (
  set_id INTEGER NOT NULL REFERENCES answer_sets (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  question_id INTEGER NOT NULL REFERENCES questions (id),
  outcome_reward REAL NOT NULL,
  correct INTEGER NOT NULL, -- an outcome reward of at least 0.5
  exact INTEGER, -- right by its type's own rule; null: not judged
  text TEXT NOT NULL,
  PRIMARY KEY (set_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX given_answers_by_question ON given_answers (question_id);
