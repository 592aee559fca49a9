-- Tags of studies, as runs have them: a JSON list of texts.
ALTER TABLE studies ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
