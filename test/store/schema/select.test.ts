/** Rows of a SELECT: names, flags and JSON by the declared tables; what no table has does not compile. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import ts from 'typescript';
import { label, orNull } from '../../../src/main/store/schema/column.ts';
import { RESPONSE_PARTS } from '../../../src/main/store/schema/response-columns.ts';
import { computed, query, type Selected, type StoredRow, select } from '../../../src/main/store/schema/select.ts';
import { responseSchema } from '../../../src/shared/run/run-events.ts';
import { filesIn, parse, walk } from '../../setup/source-files.ts';
import { sampleStep, startedRun } from '../helpers.ts';

const RUN = select({ r: 'runs', s: 'studies' }, ['r.id', 's.name AS study', 'r.colour_index', 'r.pinned', 'r.tags'], {
  upper: computed(orNull(label()), 'upper(r.variant)'),
});

describe('a selection', () => {
  test('gives rows with names of this program, flags as booleans and JSON as its value', () => {
    const { store, runId } = startedRun();
    store.setRunTags(runId, ['a']);
    store.pinRun(runId, true);
    const runs = query(store.database, RUN, 'FROM runs r JOIN studies s ON s.id = r.study_id WHERE r.id = ?');
    const row: Selected<typeof RUN> | undefined = runs.get(runId);
    assert.deepEqual(row, {
      id: runId,
      study: 'sample',
      colourIndex: 0,
      pinned: true,
      tags: ['a'],
      upper: 'GRPO',
      damage: null,
    });
    assert.deepEqual(runs.all(runId), [row]);
    assert.equal(runs.get(999), undefined);
    // The types are those of the declaration.
    const pinned: boolean = row.pinned;
    const stored: StoredRow<'runs'>['pinned'] = 1;
    // @ts-expect-error: it is no text
    const text: string = row.colourIndex;
    assert.deepEqual([pinned, stored, text], [true, 1, 0]);
  });

  test('of a column that no table has is refused, by the compiler too', () => {
    // @ts-expect-error: runs have none of that name
    assert.throws(() => select({ r: 'runs' }, ['r.color']), /There is no column r.color/);
    // @ts-expect-error: r is no table here
    assert.throws(() => select({ s: 'studies' }, ['r.id']), TypeError);
  });
});

test('a response is declared once: its columns, what is written and what is read are the parts that a run says', () => {
  const { store, runId, attempt } = startedRun();
  const step = sampleStep(1);
  store.recordEvent(runId, attempt, step);
  const keys = Object.keys(responseSchema.unwrap().shape);
  assert.deepEqual(['questionId', ...RESPONSE_PARTS.map((part) => part.key)].sort(), [...keys].sort());
  const [row] = store.stepResponses(runId, 1);
  const said = step.responses[0]!;
  for (const key of keys as (keyof typeof said)[]) assert.deepEqual(row![key], said[key], key);
  assert.deepEqual(
    Object.keys(row!).filter((key) => !keys.includes(key)),
    ['id', 'runId', 'step', 'group'],
  );
});

test('no row is cast: what a statement gives has its type from the statement', () => {
  const casts: string[] = [];
  for (const file of filesIn(['src/main'], ['.ts']).filter((one) => one !== 'src/main/store/schema/select.ts'))
    walk(parse(file), (node) => {
      if (!ts.isAsExpression(node) || node.type.getText() === 'const') return;
      let inner: ts.Expression = node.expression;
      while (ts.isParenthesizedExpression(inner) || ts.isNonNullExpression(inner) || ts.isAsExpression(inner))
        inner = inner.expression;
      const callee =
        ts.isCallExpression(inner) && ts.isPropertyAccessExpression(inner.expression) ? inner.expression : null;
      if (callee !== null && ['all', 'get', 'iterate'].includes(callee.name.text))
        casts.push(`${file}: ${node.getText()}`);
    });
  assert.deepEqual(casts, []);
});
