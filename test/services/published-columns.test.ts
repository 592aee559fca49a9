/** Published figures stand beside results of the same benchmark only. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { publishedColumns } from '../../src/main/services/studies/published-columns.ts';
import { storeDataset } from '../../src/main/tasks/import/dataset-folder.ts';

const home = mkdtempSync(join(tmpdir(), 'sophia-beside-'));
after(() => rmSync(home, { recursive: true }));

test('only splits of data sets that were imported as one of the paper’s benchmarks, in its unit, have published figures', async () => {
  const image = readFileSync(join(import.meta.dirname, '../fixtures/images/plain.png')).toString('base64');
  const file = join(home, 'rows.jsonl');
  const question = { question: 'Which animal?', A: 'a cat', B: 'a dog', answer: 'A', image };
  for (const [name, benchmark] of [
    ['stars', 'mmstar'],
    ['mine', undefined],
    ['eyes', 'mme'],
    ['read', 'ocrbench'],
  ] as const) {
    const row = {
      ...question,
      index: 1,
      category: 'general',
      question_id: 'x.png',
      ...(benchmark === 'mme' && { answer: 'yes' }),
    };
    writeFileSync(file, JSON.stringify(row));
    await storeDataset(home, file, { format: 'jsonl', name, ...(benchmark !== undefined && { benchmark }) });
  }
  const columns = [
    'stars/test',
    'mine/test',
    'eyes/test',
    'read/test',
    'gone/test',
    'math-test',
    '../x',
    'test-average',
  ];
  assert.deepEqual(publishedColumns(home, columns), [{ column: 'stars/test', benchmark: 'mmstar' }]);
});
