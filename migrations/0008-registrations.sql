-- Studies registered before their first run: what they are (the hash of settings, variants, seeds, contrasts and thresholds), and when.
CREATE TABLE registrations (
  id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  plan TEXT NOT NULL, -- JSON, as studies.plan
  registered_at INTEGER NOT NULL
) STRICT;

-- When a study was registered, null: exploratory; and who says so: this home, or the archive that the study came from.
ALTER TABLE studies ADD COLUMN registered_at INTEGER;
ALTER TABLE studies ADD COLUMN registered_by TEXT CHECK (registered_by IN ('home', 'archive'));
