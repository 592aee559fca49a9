CREATE INDEX answer_sets_by_weights ON answer_sets (weights_hash, benchmark, how_hash);
CREATE INDEX evaluated_by_question ON evaluated_questions (question_id);
CREATE UNIQUE INDEX evaluations_by_place ON evaluations (run_id, benchmark, mode, step);
CREATE INDEX events_by_run ON events (run_id, kind, step, at);
CREATE UNIQUE INDEX events_by_sequence ON events (run_id, attempt, sequence) WHERE sequence IS NOT NULL;
CREATE INDEX given_answers_by_question ON given_answers (question_id);
CREATE INDEX responses_by_place
  ON responses (run_id, step, group_index, sample, outcome_reward, thinking_reward, gamma, question_id, exact);
CREATE INDEX responses_by_question ON responses (question_id, run_id, step);
CREATE UNIQUE INDEX runs_by_cell ON runs (study_id, variant, seed) WHERE cut_from IS NULL AND trashed_at IS NULL;
CREATE INDEX runs_by_cut ON runs (cut_from) WHERE cut_from IS NOT NULL;
CREATE INDEX runs_by_state ON runs (state);
CREATE INDEX runs_by_study ON runs (study_id);
CREATE INDEX studies_by_hash ON studies (hash);
CREATE INDEX trm_build_pairs_by_fate ON trm_build_pairs (build_id, fate, position, score);
CREATE INDEX trm_builds_by_annotation ON trm_builds (annotation_id);
CREATE UNIQUE INDEX trm_pairs_by_place ON trm_pairs (dataset_id, position);
CREATE UNIQUE INDEX trm_validated_by_place ON trm_validated_responses (validation_id, split, position);
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
CREATE TABLE checkpoints (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  step INTEGER NOT NULL,
  uri TEXT NOT NULL,
  hash TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (run_id, step)
) STRICT, WITHOUT ROWID;
CREATE TABLE evaluated_questions (
  evaluation_id INTEGER NOT NULL REFERENCES evaluations (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  question_id INTEGER NOT NULL REFERENCES questions (id),
  outcome_reward REAL NOT NULL,
  correct INTEGER NOT NULL,
  text TEXT NOT NULL, exact INTEGER,
  PRIMARY KEY (evaluation_id, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE evaluations (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  step INTEGER NOT NULL,
  benchmark TEXT NOT NULL,
  mode TEXT NOT NULL CHECK (mode IN ('greedy', 'sampled')),
  benchmark_hash TEXT NOT NULL,
  questions INTEGER NOT NULL,
  correct INTEGER NOT NULL,
  mean_outcome REAL, -- null without questions
  at INTEGER NOT NULL
, exact INTEGER) STRICT;
CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  attempt INTEGER NOT NULL,
  kind TEXT NOT NULL,
  step INTEGER NOT NULL,
  at INTEGER NOT NULL,
  data TEXT
, sequence INTEGER) STRICT;
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
CREATE TABLE home_views (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  view TEXT NOT NULL, -- JSON
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE TABLE metric_names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE metrics (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  metric_id INTEGER NOT NULL REFERENCES metric_names (id),
  step INTEGER NOT NULL,
  value REAL,
  PRIMARY KEY (run_id, metric_id, step)
) STRICT, WITHOUT ROWID;
CREATE TABLE questions (
  id INTEGER PRIMARY KEY,
  question TEXT NOT NULL, -- its stable name, such as chart/test/000123
  hash TEXT NOT NULL, -- of its content; '' where only the name is known
  category TEXT,
  answer_type TEXT,
  split TEXT,
  template TEXT,
  text TEXT,
  answer TEXT,
  image TEXT,
  scene TEXT,
  UNIQUE (question, hash)
) STRICT;
CREATE TABLE registrations (
  id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  plan TEXT NOT NULL, -- JSON, as studies.plan
  registered_at INTEGER NOT NULL
) STRICT;
CREATE TABLE response_tokens (
  id INTEGER PRIMARY KEY,
  response_id INTEGER NOT NULL UNIQUE REFERENCES responses (id) ON DELETE CASCADE,
  weights_step INTEGER NOT NULL,
  is_recorded INTEGER NOT NULL, -- 1: by the run while it trained
  weights_hash TEXT,
  data BLOB NOT NULL
) STRICT;
CREATE VIRTUAL TABLE response_words
  USING fts5 (text, scope, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2');
CREATE TABLE 'response_words_config'(k PRIMARY KEY, v) WITHOUT ROWID;
CREATE TABLE 'response_words_data'(id INTEGER PRIMARY KEY, block BLOB);
CREATE TABLE 'response_words_docsize'(id INTEGER PRIMARY KEY, sz BLOB, origin INTEGER);
CREATE TABLE 'response_words_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
CREATE TABLE responses (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  step INTEGER NOT NULL,
  group_index INTEGER NOT NULL, -- which question of the step
  sample INTEGER NOT NULL,
  question_id INTEGER NOT NULL REFERENCES questions (id),
  outcome_reward REAL,
  outcome_reason TEXT NOT NULL,
  thinking_reward REAL,
  thinking_failure TEXT,
  rubric_score REAL,
  mu_c REAL,
  mu_w REAL,
  n_c INTEGER NOT NULL,
  n_w INTEGER NOT NULL,
  gamma REAL,
  gamma_logged REAL,
  decay REAL,
  alpha REAL,
  reward REAL,
  advantage REAL,
  tokens INTEGER NOT NULL,
  truncated INTEGER NOT NULL,
  format_valid INTEGER NOT NULL,
  text TEXT NOT NULL
, thinking_spread REAL, exact INTEGER) STRICT;
CREATE TABLE run_attempts (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  attempt INTEGER NOT NULL,
  from_step INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  pid INTEGER,
  environment TEXT, trainer TEXT NOT NULL DEFAULT 'native', reference TEXT, sequence INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (run_id, attempt)
) STRICT, WITHOUT ROWID;
CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  study_id INTEGER NOT NULL REFERENCES studies (id) ON DELETE CASCADE,
  name TEXT NOT NULL UNIQUE,
  variant TEXT NOT NULL,
  seed INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'paused', 'finished', 'failed', 'stopped', 'interrupted')),
  reason TEXT, -- why it is paused, failed, stopped or interrupted
  error_code TEXT,
  settings TEXT NOT NULL,
  config_hash TEXT NOT NULL,
  attempt INTEGER NOT NULL DEFAULT 0,
  step INTEGER NOT NULL DEFAULT 0, -- the last recorded step
  total_steps INTEGER NOT NULL,
  phase TEXT,
  phase_done INTEGER,
  phase_total INTEGER,
  cut_from INTEGER REFERENCES runs (id) ON DELETE CASCADE, -- set: a kept branch of later steps that a resume cut off
  cut_step INTEGER,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  updated_at INTEGER,
  finished_at INTEGER,
  seconds REAL,
  weights_hash TEXT,
  pid INTEGER,
  colour_index INTEGER NOT NULL,
  notes TEXT NOT NULL DEFAULT '',
  tags TEXT NOT NULL DEFAULT '[]',
  pinned INTEGER NOT NULL DEFAULT 0,
  trashed_at INTEGER
) STRICT;
CREATE TABLE studies (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  hash TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  yaml TEXT NOT NULL,
  plan TEXT NOT NULL, -- the checked study as JSON: variants with titles, seeds, baseline
  notes TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  archived_at INTEGER,
  trashed_at INTEGER
, tags TEXT NOT NULL DEFAULT '[]', registered_at INTEGER, registered_by TEXT CHECK (registered_by IN ('home', 'archive'))) STRICT;
CREATE TABLE study_views (
  id INTEGER PRIMARY KEY,
  study_id INTEGER NOT NULL REFERENCES studies (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  view TEXT NOT NULL, -- JSON
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (study_id, name)
) STRICT;
CREATE TABLE trm_annotations (
  id INTEGER PRIMARY KEY,
  dataset_id INTEGER NOT NULL REFERENCES trm_datasets (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  annotator TEXT NOT NULL CHECK (annotator IN ('rubric', 'endpoint', 'imported')),
  settings TEXT NOT NULL,
  askings INTEGER NOT NULL, -- 1, or 2 where every pair is asked twice
  state TEXT NOT NULL CHECK (state IN ('running', 'stopped', 'finished')),
  reason TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (dataset_id, name)
) STRICT;
CREATE TABLE trm_build_flow (
  build_id INTEGER NOT NULL REFERENCES trm_builds (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  filter TEXT NOT NULL,
  switched_on INTEGER NOT NULL,
  dropped INTEGER NOT NULL,
  left_over INTEGER NOT NULL,
  PRIMARY KEY (build_id, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE trm_build_pairs (
  build_id INTEGER NOT NULL REFERENCES trm_builds (id) ON DELETE CASCADE,
  pair_id INTEGER NOT NULL REFERENCES trm_pairs (id) ON DELETE CASCADE,
  fate TEXT NOT NULL,
  position INTEGER,
  score REAL, -- as trained on; null where there was none
  PRIMARY KEY (build_id, pair_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE trm_builds (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('holistic', 'step')),
  annotation_id INTEGER NOT NULL REFERENCES trm_annotations (id) ON DELETE CASCADE,
  options TEXT NOT NULL, -- JSON: bounds of the filters, cap per interval, seed, dimensions left out
  collected INTEGER NOT NULL,
  kept INTEGER NOT NULL, -- after the filters
  sampled INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE trm_calibration (
  validation_id INTEGER NOT NULL REFERENCES trm_validations (id) ON DELETE CASCADE,
  split TEXT NOT NULL,
  rater TEXT NOT NULL,
  bin INTEGER NOT NULL,
  mean_score REAL NOT NULL,
  mean_truth REAL NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (validation_id, split, rater, bin)
) STRICT, WITHOUT ROWID;
CREATE TABLE trm_datasets (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  source TEXT NOT NULL, -- JSON: the runs and settings it was collected with, or the file it was imported from
  created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE trm_losses (
  model_id INTEGER NOT NULL REFERENCES trm_models (id) ON DELETE CASCADE,
  step INTEGER NOT NULL,
  loss REAL NOT NULL,
  PRIMARY KEY (model_id, step)
) STRICT, WITHOUT ROWID;
CREATE TABLE trm_models (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('holistic', 'step')),
  build_id INTEGER REFERENCES trm_builds (id) ON DELETE SET NULL,
  base TEXT NOT NULL,
  folder TEXT NOT NULL,
  settings TEXT NOT NULL, -- JSON: epochs, batch size, rates, seed
  state TEXT NOT NULL CHECK (state IN ('training', 'stopped', 'finished', 'failed')),
  reason TEXT,
  step INTEGER NOT NULL,
  total_steps INTEGER NOT NULL,
  seconds REAL NOT NULL, -- over all its attempts
  weights_hash TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE TABLE trm_pairs (
  id INTEGER PRIMARY KEY,
  dataset_id INTEGER NOT NULL REFERENCES trm_datasets (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  question_id INTEGER NOT NULL REFERENCES questions (id),
  run TEXT, -- the run's name; null where it was imported without one
  step INTEGER NOT NULL,
  text TEXT NOT NULL, -- the whole response
  thinking TEXT NOT NULL,
  truncated INTEGER NOT NULL,
  outcome_reward REAL
) STRICT;
CREATE TABLE trm_scores (
  annotation_id INTEGER NOT NULL REFERENCES trm_annotations (id) ON DELETE CASCADE,
  asking INTEGER NOT NULL, -- 0 the first, 1 the second
  pair_id INTEGER NOT NULL REFERENCES trm_pairs (id) ON DELETE CASCADE,
  score REAL, -- holistic, one of 0, 0.1, ..., 1; null with a failure
  failure TEXT,
  dimensions TEXT, -- JSON by dimension, each 0..1; null where the annotator gives none
  step_labels TEXT, -- JSON: sentences with their labels; null where the annotator gives none
  attempts INTEGER NOT NULL, -- requests made, over all tries of this pair
  seconds REAL NOT NULL,
  prompt_tokens INTEGER NOT NULL, -- 0 where the annotator told none
  completion_tokens INTEGER NOT NULL,
  cost REAL, -- in the prices' currency; null without prices or counts
  reply TEXT,
  at INTEGER NOT NULL,
  PRIMARY KEY (annotation_id, asking, pair_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE trm_validated_responses (
  id INTEGER PRIMARY KEY,
  validation_id INTEGER NOT NULL REFERENCES trm_validations (id) ON DELETE CASCADE,
  split TEXT NOT NULL,
  position INTEGER NOT NULL,
  question_id INTEGER NOT NULL REFERENCES questions (id),
  text TEXT NOT NULL,
  truth REAL NOT NULL, -- the annotator's score, or minus the human rank
  outcome_reward REAL,
  scores TEXT NOT NULL -- JSON by rater; null where it had none
) STRICT;
CREATE TABLE trm_validation_figures (
  validation_id INTEGER NOT NULL REFERENCES trm_validations (id) ON DELETE CASCADE,
  split TEXT NOT NULL,
  rater TEXT NOT NULL,
  versus TEXT NOT NULL,
  measure TEXT NOT NULL,
  part TEXT NOT NULL,
  value REAL,
  low REAL, -- 95 % interval, bootstrap over questions
  high REAL,
  count INTEGER NOT NULL, -- pairs or responses it rests on
  PRIMARY KEY (validation_id, split, rater, versus, measure, part)
) STRICT, WITHOUT ROWID;
CREATE TABLE trm_validations (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  source TEXT NOT NULL CHECK (source IN ('embedded', 'vl-rewardbench')),
  options TEXT NOT NULL, -- JSON: raters with their models, questions, seed, file
  created_at INTEGER NOT NULL,
  seconds REAL NOT NULL
) STRICT;
CREATE TABLE unfinished_work (
  kind TEXT NOT NULL CHECK (kind IN ('study', 'run')),
  id INTEGER NOT NULL,
  work TEXT NOT NULL CHECK (work IN ('import', 'deletion')),
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER unfinished_run_is_gone AFTER DELETE ON runs
BEGIN DELETE FROM unfinished_work WHERE kind = 'run' AND id = OLD.id; END;
CREATE TRIGGER unfinished_study_is_gone AFTER DELETE ON studies
BEGIN DELETE FROM unfinished_work WHERE kind = 'study' AND id = OLD.id; END;
CREATE VIEW v_evaluations AS
SELECT s.name AS study, r.variant AS variant, r.name AS run, r.seed AS seed, e.step AS step, e.benchmark AS benchmark,
  CAST(e.correct AS REAL) / NULLIF(e.questions, 0) AS accuracy, e.questions AS questions,
  CAST(e.exact AS REAL) / NULLIF(e.questions, 0) AS exact_accuracy, e.mean_outcome AS mean_outcome
FROM studies s
JOIN runs r ON r.study_id = s.id
JOIN evaluations e ON e.run_id = r.id
WHERE e.mode = 'greedy' AND s.trashed_at IS NULL AND r.trashed_at IS NULL AND r.cut_from IS NULL;
CREATE VIEW v_metrics AS
SELECT s.name AS study, r.variant AS variant, r.name AS run, r.seed AS seed, m.step AS step, n.name AS name, m.value AS value
FROM studies s
JOIN runs r ON r.study_id = s.id
JOIN metrics m ON m.run_id = r.id
JOIN metric_names n ON n.id = m.metric_id
WHERE s.trashed_at IS NULL AND r.trashed_at IS NULL AND r.cut_from IS NULL;
CREATE VIEW v_responses AS
SELECT s.name AS study, r.variant AS variant, r.name AS run, r.seed AS seed, p.step AS step, q.question AS question,
  p.sample AS sample, p.text AS text, p.outcome_reward AS outcome_reward, p.thinking_reward AS thinking_reward,
  p.mu_c AS mu_c, p.mu_w AS mu_w, p.gamma AS gamma, p.decay AS decay, p.alpha AS alpha, p.reward AS reward,
  p.advantage AS advantage, p.exact AS exact
FROM studies s
JOIN runs r ON r.study_id = s.id
JOIN responses p ON p.run_id = r.id
JOIN questions q ON q.id = p.question_id
WHERE s.trashed_at IS NULL AND r.trashed_at IS NULL AND r.cut_from IS NULL;
CREATE VIEW v_sampled_evaluations AS
SELECT s.name AS study, r.variant AS variant, r.name AS run, r.seed AS seed, e.step AS step, e.benchmark AS benchmark,
  e.mean_outcome AS mean_outcome, e.questions AS questions,
  CAST(e.exact AS REAL) / NULLIF(e.questions, 0) AS exact_accuracy
FROM studies s
JOIN runs r ON r.study_id = s.id
JOIN evaluations e ON e.run_id = r.id
WHERE e.mode = 'sampled' AND s.trashed_at IS NULL AND r.trashed_at IS NULL AND r.cut_from IS NULL;
