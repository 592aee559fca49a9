/** Archives: their bytes, which the hashes guard, and their content with every hash made to fit again. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { whatIfRun } from '../../../src/main/services/runs/what-if.ts';
import { importArchive } from '../../../src/main/store/archive/import-archive.ts';
import { archiveToFile } from '../../../src/main/store/archive/write-archive.ts';
import { exportRun } from '../../../src/main/store/interop/export-run.ts';
import { openStore, type Store } from '../../../src/main/store/store.ts';
import { openDataset, storeDataset } from '../../../src/main/tasks/import/dataset-folder.ts';
import { parseStudy } from '../../../src/shared/study/study.ts';
import { hashOf } from '../../../src/shared/values/hash.ts';
import { entriesOf, zipTo } from '../../store/archive/altered-archives.ts';
import { environment, rowsOf, sampleEvaluation, sampleQuestion, sampleStep } from '../../store/helpers.ts';
import type { Files } from '../mutation.ts';
import { type Prepared, type Subject, workFolder } from '../subject.ts';

const PICTURE = join(import.meta.dirname, '../../fixtures/images/plain.png');

/** A study with a data set of its own, a checkpoint and rows of every kind, in a file. */
async function goodArchive(folder: string): Promise<string> {
  const store = openStore(join(folder, 'from'));
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'data/a.png'), readFileSync(PICTURE));
  writeFileSync(
    join(folder, 'data/set.jsonl'),
    '{"id":1,"question":"How many?","answer":"7","image":"a.png"}\n{"id":2,"question":"And now?","answer":"8"}\n',
  );
  await storeDataset(store.paths.home, join(folder, 'data/set.jsonl'), { name: 'charts', format: 'jsonl' });
  const yaml = 'name: own\nvariants: [grpo, full]\nsettings: {data: {source: charts}, training: {totalSteps: 3}}';
  const { studyId } = store.addStudy(parseStudy(yaml, 'own.yaml'));
  const [run] = store.listRuns({ studyId });
  const { attempt } = store.startRun(run!.id);
  store.recordEvent(run!.id, attempt, { kind: 'started', step: 0, environment });
  store.recordEvent(run!.id, attempt, { kind: 'questions', step: 0, questions: [sampleQuestion('chart/train/2')] });
  for (const step of [1, 2]) store.recordEvent(run!.id, attempt, sampleStep(step));
  store.recordEvent(run!.id, attempt, sampleEvaluation(2, 'chart-test', 4));
  const checkpoint = join(store.paths.runs, String(run!.id), 'checkpoints/step-000002');
  mkdirSync(checkpoint, { recursive: true });
  writeFileSync(join(checkpoint, 'trainer.json'), '{"step":2}');
  store.recordEvent(run!.id, attempt, {
    ...{ kind: 'checkpoint', step: 2, uri: 'checkpoints/step-000002', hash: 'h', bytes: 10 },
  });
  const file = join(folder, 'good.zip');
  await archiveToFile(store, studyId, file, { program: 'test' });
  store.close();
  return file;
}

/** Everything that lists, pages, tables, exports and the next archive read of a home. */
async function readAll(store: Store, folder: string): Promise<void> {
  for (const study of store.listStudies({ archived: true })) {
    store.study(study.id);
    store.studyMatrix(study.id);
    await archiveToFile(store, study.id, join(folder, 'again.zip'), { program: 'test' });
  }
  for (const { id } of store.listRuns({ branches: true })) {
    const run = store.run(id);
    store.events(id);
    store.metricSeries([id], 'reward', { maxPoints: 100 });
    store.stepStretches(id);
    for (const step of store.responseSteps(id)) store.stepResponses(id, step);
    if (run.step === 0) continue;
    whatIfRun(store, id, {});
    for (const format of ['jsonl', 'parquet', 'tensorboard'] as const)
      exportRun(store, id, format, join(folder, `out-${id}.${format}`));
    const { source = 'embedded' } = run.settings.data ?? {};
    if (source === 'embedded') continue;
    const { questions, loadImage } = openDataset(store.paths.home, source);
    for (const question of questions) if (question.image !== null) loadImage(question);
  }
}

/** A home to import into: the same one as long as everything is refused. */
function homes(parent: string) {
  let store: Store | undefined;
  let count = 0;
  const outside = () =>
    readdirSync(parent)
      .filter((name) => !/^home-\d+$/.test(name))
      .sort()
      .join();
  const before = outside();
  return {
    parent,
    fresh(): Store {
      store ??= openStore(join(parent, `home-${++count}`));
      return store;
    },
    used(): void {
      store?.close();
      rmSync(join(parent, `home-${count}`), { recursive: true, force: true });
      store = undefined;
    },
    /** A refusal left nothing: no row, no folder, nothing beside the home. */
    isAsItWas(): void {
      assert.equal(outside(), before, 'a file outside the home');
      const names = readdirSync(store!.paths.home).filter(
        (name) => !name.startsWith('sophia.db') && !name.startsWith('engine.'),
      );
      assert.deepEqual(names, [], 'files of a refused archive');
      assert.equal(store!.listStudies({ archived: true }).length, 0, 'rows of a refused archive');
    },
    isInside(): void {
      assert.equal(outside(), before, 'a file outside the home');
    },
    end(): void {
      store?.close();
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

type Homes = ReturnType<typeof homes>;

async function imported(
  homes: Homes,
  archive: string,
  content: (store: Store) => string | null | Promise<string | null>,
) {
  const store = homes.fresh();
  let isIn = false;
  try {
    await importArchive(store, archive);
    isIn = true;
    const found = await content(store);
    homes.isInside();
    return found;
  } finally {
    if (isIn) homes.used();
    else homes.isAsItWas();
  }
}

/** The bytes of an archive as they are. */
export const archiveBytes: Subject = {
  name: 'archive',
  weight: 3,
  async prepare(): Promise<Prepared> {
    const work = workFolder();
    const good = readFileSync(await goodArchive(work));
    const kept = homes(workFolder());
    const file = join(work, 'changed.zip');
    const content = (store: Store) => hashOf(store.listRuns().map(({ id }) => rowsOf(store, id)));
    return {
      good: { '': good },
      async take(files) {
        writeFileSync(file, files['']!);
        return imported(kept, file, content);
      },
      end() {
        kept.end();
        rmSync(work, { recursive: true, force: true });
      },
    };
  },
};

/** Its entries, with a manifest that fits them: what somebody sends who knows how archives are made. */
export const archiveContent: Subject = {
  name: 'archive whose hashes fit',
  weight: 4,
  async prepare(): Promise<Prepared> {
    const work = workFolder();
    const entries = await entriesOf(await goodArchive(work));
    const kept = homes(workFolder());
    const out = join(work, 'out');
    const file = join(work, 'changed.zip');
    const good = Object.fromEntries(
      Object.entries(entries).map(([name, text]) => [
        name,
        Buffer.from(text, name.endsWith('.png') ? 'latin1' : 'utf8'),
      ]),
    );
    return {
      good,
      async take(files) {
        mkdirSync(out, { recursive: true });
        await zipTo(file, withFittingHashes(files));
        try {
          return await imported(kept, file, async (store) => {
            await readAll(store, out);
            return null;
          });
        } finally {
          rmSync(out, { recursive: true, force: true });
        }
      },
      end() {
        kept.end();
        rmSync(work, { recursive: true, force: true });
      },
    };
  },
};

/** Entries with the manifest's hashes, and those of data sets, made anew; a manifest that is no JSON any more stays as it is. */
function withFittingHashes(files: Files): Record<string, Buffer> {
  const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  const all: Record<string, Buffer> = { ...files };
  const set = asObject(all['datasets/charts/manifest.json']);
  const questions = all['datasets/charts/questions.jsonl'];
  if (set !== undefined && questions !== undefined && typeof set.questionsHash === 'string')
    all['datasets/charts/manifest.json'] = Buffer.from(JSON.stringify({ ...set, questionsHash: sha256(questions) }));
  const manifest = asObject(all['manifest.json']);
  if (manifest === undefined) return all;
  if (Array.isArray(manifest.files))
    manifest.files = Object.entries(all)
      .filter(([name]) => name !== 'manifest.json')
      .map(([path, bytes]) => ({ path, bytes: bytes.length, sha256: sha256(bytes) }));
  if (Array.isArray(manifest.datasets) && questions !== undefined)
    manifest.datasets = [{ name: 'charts', questionsHash: sha256(questions) }];
  return { ...all, 'manifest.json': Buffer.from(JSON.stringify(manifest)) };
}

function asObject(bytes: Buffer | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(String(bytes));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
