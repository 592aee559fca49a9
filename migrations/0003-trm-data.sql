-- The Thinking Reward Model's data, step by step: collected pairs of question and response, what the annotator said of each, and what a
-- build kept or dropped and why. Times are milliseconds since 1970, flags 0 or 1, null: does not apply or could not be had.

CREATE TABLE trm_datasets (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  source TEXT NOT NULL, -- JSON: the runs and settings it was collected with, or the file it was imported from
  created_at INTEGER NOT NULL
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
CREATE UNIQUE INDEX trm_pairs_by_place ON trm_pairs (dataset_id, position);

-- One annotator over one data set. Its settings never hold a key.
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

-- A training set made of one annotation by filters and sampling over ten score intervals.
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
CREATE INDEX trm_builds_by_annotation ON trm_builds (annotation_id);

CREATE TABLE trm_build_flow (
  build_id INTEGER NOT NULL REFERENCES trm_builds (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  filter TEXT NOT NULL,
  switched_on INTEGER NOT NULL,
  dropped INTEGER NOT NULL,
  left_over INTEGER NOT NULL,
  PRIMARY KEY (build_id, position)
) STRICT, WITHOUT ROWID;

-- What became of every pair: 'sampled' (with its place in the training order), 'not sampled' (its interval was full), or the filter's name.
CREATE TABLE trm_build_pairs (
  build_id INTEGER NOT NULL REFERENCES trm_builds (id) ON DELETE CASCADE,
  pair_id INTEGER NOT NULL REFERENCES trm_pairs (id) ON DELETE CASCADE,
  fate TEXT NOT NULL,
  position INTEGER,
  score REAL, -- as trained on; null where there was none
  PRIMARY KEY (build_id, pair_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX trm_build_pairs_by_fate ON trm_build_pairs (build_id, fate, position, score);
