-- A run may be trained by something that outlives the engine: an attempt keeps who trains it, by what name that finds it again, and the last
-- event that was committed; an event keeps its number within the attempt, so that the same one twice is one row. Null: said by the engine.
ALTER TABLE run_attempts ADD COLUMN trainer TEXT NOT NULL DEFAULT 'native';
ALTER TABLE run_attempts ADD COLUMN reference TEXT; -- null: it ends with the engine
ALTER TABLE run_attempts ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;
ALTER TABLE events ADD COLUMN sequence INTEGER;
CREATE UNIQUE INDEX events_by_sequence ON events (run_id, attempt, sequence) WHERE sequence IS NOT NULL;

-- Checkpoints are named by URI: relative to their run's folder where they lie in it, so that a home can be moved, else whole (file:, or another
-- scheme). Before they were paths: whole ones with either kind of slash, or (of an imported archive) relative ones.
ALTER TABLE checkpoints RENAME COLUMN path TO uri;
CREATE TEMP TABLE renamed (run_id INTEGER, step INTEGER, event INTEGER, uri TEXT, tail INTEGER);
INSERT INTO renamed SELECT run_id, step, NULL, uri, 0 FROM checkpoints;
INSERT INTO renamed SELECT run_id, step, seq, json_extract(data, '$.path'), 0 FROM events
  WHERE kind = 'checkpoint' AND json_valid(data) AND json_type(data, '$.path') = 'text';
CREATE INDEX temp.renamed_by_place ON renamed (run_id, step, event);
CREATE INDEX temp.renamed_by_event ON renamed (event);
UPDATE renamed SET uri = replace(replace(replace(replace(uri, '\', '/'), '%', '%25'), '?', '%3F'), '#', '%23');
UPDATE renamed SET tail = instr(uri, '/runs/' || run_id || '/checkpoints/');
UPDATE renamed SET uri = CASE
  WHEN tail > 0 THEN substr(uri, tail + length('/runs/' || run_id || '/'))
  WHEN uri GLOB '/*' THEN 'file://' || uri
  WHEN uri GLOB '[A-Za-z]:/*' THEN 'file:///' || uri
  ELSE uri END;
UPDATE checkpoints SET uri =
  (SELECT n.uri FROM renamed n WHERE n.run_id = checkpoints.run_id AND n.step = checkpoints.step AND n.event IS NULL);
UPDATE events SET data =
  (SELECT json_set(json_remove(events.data, '$.path'), '$.uri', n.uri) FROM renamed n WHERE n.event = events.seq)
  WHERE seq IN (SELECT event FROM renamed);
DROP TABLE renamed;
