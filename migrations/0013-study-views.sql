-- Views of a study's runs, saved under a name: columns, order, filter, grouping, charts (src/shared/run-table/view.ts).
CREATE TABLE study_views (
  id INTEGER PRIMARY KEY,
  study_id INTEGER NOT NULL REFERENCES studies (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  view TEXT NOT NULL, -- JSON
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (study_id, name)
) STRICT;
