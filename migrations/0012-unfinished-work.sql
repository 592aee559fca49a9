-- Studies and runs whose rows are being put in (an archive on its way in) or taken out (deleted for good), a slice at a time. They are shown
-- nowhere; where a process ends in between, the next one that has the home takes out what is there.
CREATE TABLE unfinished_work (
  kind TEXT NOT NULL CHECK (kind IN ('study', 'run')),
  id INTEGER NOT NULL,
  work TEXT NOT NULL CHECK (work IN ('import', 'deletion')),
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

-- A number is given to another row once its row is gone: the mark goes in the same transaction.
CREATE TRIGGER unfinished_study_is_gone AFTER DELETE ON studies
BEGIN DELETE FROM unfinished_work WHERE kind = 'study' AND id = OLD.id; END;
CREATE TRIGGER unfinished_run_is_gone AFTER DELETE ON runs
BEGIN DELETE FROM unfinished_work WHERE kind = 'run' AND id = OLD.id; END;
