-- Saved views of the table of all runs (src/shared/run-table/view.ts): as study_views, but of no study, so that no archive carries them.
CREATE TABLE home_views (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  view TEXT NOT NULL, -- JSON
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
