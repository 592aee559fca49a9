/** Filters of runs: what they let through, what names mean, and where an error is. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SophiaError } from '../../../src/shared/errors.ts';
import {
  accuracyColumns,
  type CellValue,
  metricColumns,
  RUN_COLUMNS,
  settingColumns,
} from '../../../src/shared/run-table/column.ts';
import { boundFilter } from '../../../src/shared/run-table/filter/apply.ts';
import { findColumn } from '../../../src/shared/run-table/filter/find-column.ts';
import { quoted } from '../../../src/shared/run-table/filter/words.ts';
import { wholeFilter } from '../../../src/shared/run-table/view.ts';

const COLUMNS = [
  ...RUN_COLUMNS,
  ...accuracyColumns('test', 'Accuracy on the test split'),
  ...accuracyColumns('hard', 'Accuracy on the hard split'),
  ...settingColumns(['reward.trust', 'reward.alpha', 'training.learningRate']),
  ...['kl', 'rewards/outcome/mean', 'trust/gamma/mean', 'thinking/hacking_index', 'own metric, odd'].flatMap(
    metricColumns,
  ),
];

const RUNS: Record<string, CellValue>[] = [
  {
    seed: 1,
    'reward.trust': 'exp',
    'accuracy/test': 0.6,
    'reward.alpha': 0.3,
    tags: ['good', 'kept'],
    state: 'finished',
  },
  { seed: 2, 'reward.trust': 'none', 'accuracy/test': 0.5, 'reward.alpha': 0.3, tags: [], state: 'finished' },
  { seed: 3, 'reward.trust': 'gate', 'accuracy/test': null, 'reward.alpha': 1, tags: ['Good'], state: 'running' },
];

const let_ = (filter: string): CellValue[] => {
  const { lets } = boundFilter(filter, COLUMNS);
  return RUNS.filter((values) => lets({ values })).map(({ seed }) => seed ?? null);
};

const failure = (filter: string): SophiaError => {
  try {
    boundFilter(filter, COLUMNS);
  } catch (error) {
    return error as SophiaError;
  }
  throw new Error(`"${filter}" was taken`);
};

describe('what a filter lets through', () => {
  const cases: readonly [string, CellValue[]][] = [
    ['', [1, 2, 3]],
    ['   ', [1, 2, 3]],
    ['gamma = on and accuracy > 0.5 and seed in (1,2)', [1]],
    ['trust = off', [2]],
    ['trust != off', [1, 3]],
    ['trust = gate', [3]],
    ['TRUST = Gate or SEED = 2', [2, 3]],
    ['accuracy >= 50%', [1, 2]],
    ['accuracy > 50%', [1]],
    ['accuracy is missing', [3]],
    ['accuracy is not missing', [1, 2]],
    ['accuracy < 0.6', [2]],
    ['not accuracy < 0.6', [1]], // what is missing is neither below nor not below
    ['not (accuracy < 0.6) or seed = 3', [1, 3]],
    ['accuracy != 0.6', [2]],
    ['alpha in (0.3, 2)', [1, 2]],
    ['alpha not in (0.3, 2)', [3]],
    ['tags = good', [1, 3]],
    ['tags != good', [2]],
    ['tags ~ ept', [1]],
    ['state ~ "FIN"', [1, 2]],
    ['seed = 1 or seed = 2 and state = running', [1]], // "and" binds closer
    ['(seed = 1 or seed = 3) and state = running', [3]],
    ['not not seed = 1', [1]],
    ['seed>=2', [2, 3]],
    ['seed > -1', [1, 2, 3]],
    ['alpha < 1e0', [1, 2]],
    ['"reward.alpha" == 1', [3]],
    ['state = "finished" and not trust = off', [1]],
  ];
  for (const [filter, seeds] of cases)
    test(filter === '' ? '(nothing)' : filter, () => assert.deepEqual(let_(filter), seeds));

  test('only the columns that it names are asked for', () => {
    assert.deepEqual(boundFilter('alpha > 0 and (accuracy > 0 or alpha < 2)', COLUMNS).columns, [
      'reward.alpha',
      'accuracy/test',
    ]);
  });
});

describe('names of columns', () => {
  const id = (name: string) => findColumn(COLUMNS, name).id;
  test('an id in any case, a symbol, a setting without its group, a metric without its own', () => {
    assert.equal(id('reward.alpha'), 'reward.alpha');
    assert.equal(id('KL'), 'kl');
    assert.equal(id('kl:last'), 'kl:last');
    assert.equal(id('gamma'), 'reward.trust');
    assert.equal(id('beta'), 'loss.beta');
    assert.equal(id('hacking_index'), 'thinking/hacking_index');
    assert.equal(id('accuracy'), 'accuracy/test');
    assert.equal(id('accuracy:best'), 'accuracy/test:best');
    assert.equal(id('own metric, odd'), 'own metric, odd');
  });
  test('of two settings of one name the one that runs differ in; else both are told', () => {
    assert.equal(id('learningRate'), 'training.learningRate');
    assert.throws(
      () => id('warmupSteps'),
      /"warmupSteps" may be training.warmupSteps or sft.warmupSteps. Name it in full./,
    );
  });
  test('an unknown one gets the nearest', () => {
    assert.throws(() => id('acuracy/test'), /There is no column "acuracy\/test". Did you mean "accuracy\/test"\?/);
  });
});

describe('what is wrong is told with its place', () => {
  const cases: readonly [string, string][] = [
    ['seed >', 'character 7: a value after ">" is expected'],
    ['seed', 'character 5: a comparison is expected after "seed"'],
    ['seed > 1 state = running', 'character 10: "state" where "and", "or" or the end is expected'],
    ['(seed > 1', 'character 10: ")" is expected'],
    ['seed in 1', 'character 9: "(" is expected'],
    ['seed in (1, )', 'character 13: a value is expected'],
    ['seed not 3', 'character 10: "in" is expected after "not"'],
    ['seed is 3', 'character 9: "missing" is expected'],
    ['and seed = 1', 'character 1: the name of a column is expected'],
    ['seed = "1', 'character 8: the quote " is not closed'],
    ['seed ! 1', 'character 6: "!" means nothing here'],
    ['seed = 1 and sead = 2', 'character 14: There is no column "sead". Did you mean "seed"?'],
    ['seed = one', 'character 8: seed is a number, "one" is not'],
    ['trust > on', 'character 9: "on" has no order: use = or !='],
    ['alpha = on', 'character 9: reward.alpha is a number, "on" is not'],
  ];
  for (const [filter, reason] of cases)
    test(filter, () => {
      const { code, field, message } = failure(filter);
      assert.equal(code, 'usage');
      assert.deepEqual(field, { path: 'filter', reason });
      assert.ok(message.startsWith(`Filter, ${reason}`), message);
    });
  test('brackets within brackets have an end', () => {
    assert.match(failure(`${'('.repeat(5000)}seed = 1${')'.repeat(5000)}`).message, /more than 50 brackets/);
  });
});

test('brushes are terms of the same filter, whatever the name of their column', () => {
  const brushes = [
    { column: 'own metric, odd', low: 0.1, high: null },
    { column: 'kl', low: -1e-7, high: 2 },
  ];
  const whole = wholeFilter({ filter: 'seed = 1 or seed = 2', brushes });
  assert.equal(whole, '(seed = 1 or seed = 2) and "own metric, odd" >= 0.1 and "kl" >= -1e-7 and "kl" <= 2');
  const { lets } = boundFilter(whole, COLUMNS);
  assert.ok(lets({ values: { seed: 2, 'own metric, odd': 1, kl: 0 } }));
  assert.ok(!lets({ values: { seed: 2, 'own metric, odd': 1, kl: 3 } }));
  assert.equal(wholeFilter({ filter: 'seed = 1', brushes: [] }), 'seed = 1');
  assert.equal(wholeFilter({ filter: ' ', brushes: [] }), '');
  assert.equal(findColumn(metricColumns('a "b\\c'), 'a "b\\c').id, 'a "b\\c');
  assert.equal(boundFilter(`${quoted('a "b\\c')} > 1`, metricColumns('a "b\\c')).columns[0], 'a "b\\c');
});
