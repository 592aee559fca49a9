-- Trained Thinking Reward Models, and validations of any raters side by side, every figure a row.

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

CREATE TABLE trm_losses (
  model_id INTEGER NOT NULL REFERENCES trm_models (id) ON DELETE CASCADE,
  step INTEGER NOT NULL,
  loss REAL NOT NULL,
  PRIMARY KEY (model_id, step)
) STRICT, WITHOUT ROWID;

-- One validation looks at several raters on the same responses.
CREATE TABLE trm_validations (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  source TEXT NOT NULL CHECK (source IN ('embedded', 'vl-rewardbench')),
  options TEXT NOT NULL, -- JSON: raters with their models, questions, seed, file
  created_at INTEGER NOT NULL,
  seconds REAL NOT NULL
) STRICT;

-- measure: a name of MEASURES (src/shared/trm.ts). part: '' the whole, 'category:chart', 'dimension:redundancy', 'source:povid'.
-- versus: '' for the rater's own figure, else the rater it is the difference to.
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

-- Mean of the annotator's scores where the rater gave `score`.
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
CREATE UNIQUE INDEX trm_validated_by_place ON trm_validated_responses (validation_id, split, position);
