/**
 * A log of another program comes in in slices, whole or not at all: while it does, others write and see none of it; killed in the middle nothing of it
 * is left once the home is opened again, and what the study held before is as it was.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { importLog } from '../../../src/main/store/interop/import-log.ts';
import { openStore, type ReadStore } from '../../../src/main/store/store.ts';
import { settleUnfinished } from '../../../src/main/store/write/slices/remove.ts';
import { rowsOf, temporaryFile, temporaryFolder, temporaryStore } from '../helpers.ts';
import { countsOf, killedAtWork, NOTHING, settled } from './killed.ts';

const METRICS = 8;
const line = (step: number, factor = 1): string =>
  JSON.stringify({
    step,
    ...Object.fromEntries(Array.from({ length: METRICS }, (_, i) => [`m${i}`, factor * (step + i)])),
  });
const lines = (from: number, to: number, factor?: number): string =>
  Array.from({ length: to - from }, (_, i) => `${line(from + i, factor)}\n`).join('');

/** A long log of a run that was resumed once: two runs of rows, one of them a branch. */
const long = temporaryFile(lines(1, 6001) + lines(4001, 9001, 2), 'long.jsonl');
const POINTS = (9000 + 2000) * METRICS;

/** What pages show of it. */
function shownIn(store: ReadStore): string[] {
  const shown = {
    metrics: store.database.prepare("SELECT 1 FROM v_metrics WHERE variant = 'long' LIMIT 1").get() !== undefined,
    studies: store
      .listStudies({ archived: true })
      .some(({ id }) => store.study(id).plan.variants.some(({ name }) => name === 'long')),
    runs: [false, true].some((trashed) =>
      store.listRuns({ trashed, branches: true }).some(({ variant }) => variant === 'long'),
    ),
  };
  return Object.entries(shown).flatMap(([name, is]) => (is ? [name] : []));
}

describe('a log on its way in', () => {
  test('is shown nowhere until all of it is there; others write and are answered meanwhile', async () => {
    const store = temporaryStore();
    const work = importLog(store, long, 'trl');
    let isDone = false;
    void work.finally(() => (isDone = true));
    const seen = new Set<string>();
    let looks = 0;
    while (!isDone) {
      if (countsOf(store.database).unfinished_work! > 0) {
        looks++;
        for (const name of shownIn(store)) if (!isDone) seen.add(name);
      }
      store.database.prepare('UPDATE metric_names SET name = name WHERE id = 1').run(); // a write of others
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { runId, steps } = await work;
    assert.deepEqual([...seen], []);
    assert.ok(looks >= 5, `${looks} looks at the unfinished log`);
    assert.equal(steps, 9000);
    assert.deepEqual(shownIn(store), ['metrics', 'studies', 'runs']);
    assert.equal(store.run(runId).branches.length, 1);
    const { metrics, unfinished_work } = countsOf(store.database);
    assert.deepEqual({ metrics, unfinished_work }, { metrics: POINTS, unfinished_work: 0 });
    assert.deepEqual(store.study(store.findStudy('imported')).trashedAt, null);
  });

  for (const isNew of [true, false])
    test(`and killed in the middle is gone after the next start, ${isNew ? 'with the study that was made for it' : 'and the study is as before'}`, async () => {
      const home = temporaryFolder();
      const store = openStore(home);
      let had: unknown = null;
      if (!isNew) await importLog(store, temporaryFile(lines(1, 20), 'short.jsonl'), 'trl');
      const counts = countsOf(store.database);
      if (!isNew) had = [store.study(1), rowsOf(store, 1)];
      store.close();
      const left = await killedAtWork(
        home,
        ['log', home, long],
        (rows) => rows.unfinished_work! > 0 && rows.metrics! > 2000,
      );
      assert.ok(left.metrics! < POINTS && left.unfinished_work === (isNew ? 3 : 2), JSON.stringify(left));
      const reader = openStore(home, { readonly: true });
      assert.deepEqual(shownIn(reader), []);
      reader.close();
      assert.deepEqual(await settled(home), isNew ? NOTHING : counts);
      const again = openStore(home);
      if (!isNew) assert.deepEqual([again.study(1), rowsOf(again, 1)], had);
      const { runId } = await importLog(again, long, 'trl');
      assert.equal(again.metricSeries([runId], 'm0')[0]!.total, 9000);
      again.close();
    });

  test('for which the disk has no room is shown nowhere, and goes once there is room', async () => {
    const store = temporaryStore();
    const pages = store.database.pragma('page_count', { simple: true }) as number;
    store.database.pragma(`max_page_count = ${pages + 60}`);
    await assert.rejects(importLog(store, long, 'trl'), /^SophiaError: The disk of .* is full/);
    assert.deepEqual(shownIn(store), []);
    store.database.pragma('max_page_count = 1000000');
    await settleUnfinished(store);
    assert.deepEqual(countsOf(store.database), NOTHING);
  });
});
