/** The queries of migrations 0003 and 0004 find their rows by an index. */
import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { migrate, readMigrations } from '../../../src/main/store/open/migrate.ts';
import { databaseAt, plan } from '../read/query-plan.ts';

describe('migration 0003 (data of the TRM)', () => {
  const db = databaseAt(3);
  const expected: readonly [string, string, RegExp][] = [
    [
      'pairs of a data set in order',
      'SELECT * FROM trm_pairs WHERE dataset_id = @d AND position > @p ORDER BY position LIMIT 9',
      /USING INDEX trm_pairs_by_place \(dataset_id=\? AND position>\?\)/,
    ],
    [
      'the answers of a pair',
      'SELECT * FROM trm_scores WHERE annotation_id = @a AND asking = @k AND pair_id = @p',
      /USING PRIMARY KEY \(annotation_id=\? AND asking=\? AND pair_id=\?\)/,
    ],
    [
      'the training set of a build in order',
      "SELECT pair_id FROM trm_build_pairs WHERE build_id = @b AND fate = 'sampled' ORDER BY position",
      /USING COVERING INDEX trm_build_pairs_by_fate \(build_id=\? AND fate=\?\)/,
    ],
    ['builds of an annotation', 'SELECT id FROM trm_builds WHERE annotation_id = @a', /USING COVERING INDEX/],
    ['the flow of a build', 'SELECT * FROM trm_build_flow WHERE build_id = @b ORDER BY position', /USING PRIMARY KEY/],
  ];
  for (const [what, sql, pattern] of expected) {
    it(`finds ${what} by an index, without sorting`, () => {
      const found = plan(db, sql);
      assert.match(found, pattern);
      assert.doesNotMatch(found, /TEMP B-TREE|SCAN/);
    });
  }
});

describe('migration 0004 (models and validations of the TRM)', () => {
  const db = databaseAt(4);
  const expected: readonly [string, string, RegExp][] = [
    [
      'figures of a validation',
      'SELECT * FROM trm_validation_figures WHERE validation_id = @v AND split = @s ORDER BY rater, versus, measure, part',
      /USING PRIMARY KEY \(validation_id=\? AND split=\?\)/,
    ],
    [
      'a calibration curve',
      'SELECT * FROM trm_calibration WHERE validation_id = @v AND split = @s AND rater = @r ORDER BY bin',
      /USING PRIMARY KEY/,
    ],
    [
      'judged responses in order',
      'SELECT * FROM trm_validated_responses WHERE validation_id = @v AND split = @s AND position > @p ORDER BY position LIMIT 9',
      /USING INDEX trm_validated_by_place/,
    ],
    ['the losses of a model', 'SELECT * FROM trm_losses WHERE model_id = @m ORDER BY step', /USING PRIMARY KEY/],
  ];
  for (const [what, sql, pattern] of expected) {
    it(`finds ${what} by an index, without sorting`, () => {
      const found = plan(db, sql);
      assert.match(found, pattern);
      assert.doesNotMatch(found, /TEMP B-TREE|SCAN/);
    });
  }
});

test('migration 0009 names the folder of a trained TRM relative to its home', () => {
  const db = databaseAt(8);
  db.exec(`INSERT INTO trm_models (name, kind, base, folder, settings, state, step, total_steps, seconds, created_at, updated_at)
    VALUES ('mine', 'holistic', 'tiny-vl-base', '/home/me/lab/models/mine', '{}', 'finished', 1, 1, 1, 1, 1)`);
  migrate(db, readMigrations().slice(0, 9));
  assert.equal(db.prepare('SELECT folder FROM trm_models').pluck().get(), 'models/mine');
});
