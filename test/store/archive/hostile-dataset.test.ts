/** Data sets of archives: only one that is whole, its own, and used by a run comes in; no path of it leads out of its folder. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { importArchive } from '../../../src/main/store/archive/import-archive.ts';
import { archiveToFile } from '../../../src/main/store/archive/write-archive.ts';
import { listDatasets, openDataset, storeDataset } from '../../../src/main/tasks/import/dataset-folder.ts';
import { temporaryFolder, temporaryStore } from '../helpers.ts';
import { type Alteration, alteredArchive, archivedWithDataset, entriesOf } from './altered-archives.ts';

const sound = await archivedWithDataset();

/** Changes the data set's manifest in an archive. */
const manifestWith =
  (change: Record<string, unknown>, at = 'charts') =>
  (all: Record<string, string>): void => {
    const path = `datasets/${at}/manifest.json`;
    all[path] = JSON.stringify({ ...(JSON.parse(all[path]!) as object), ...change });
  };
/** Renames the data set's folder in an archive. */
const renamed = (to: string) => (all: Record<string, string>) => {
  for (const name of Object.keys(all).filter((one) => one.startsWith('datasets/charts/'))) {
    all[name.replace('datasets/charts/', `datasets/${to}/`)] = all[name]!;
    delete all[name];
  }
};
const hash = (text: string) => createHash('sha256').update(text).digest('hex');

const entries = await entriesOf(sound);
const questions = entries['datasets/charts/questions.jsonl']!;
const questionsHash = hash(questions);

/** Other questions, with every hash made to fit. */
function withQuestions(change: (question: Record<string, unknown>) => object): Alteration {
  const text = questions
    .trimEnd()
    .split('\n')
    .map((line) => `${JSON.stringify(change(JSON.parse(line) as Record<string, unknown>))}\n`)
    .join('');
  return {
    datasets: [{ name: 'charts', questionsHash: hash(text) }],
    entries: (all) => {
      all['datasets/charts/questions.jsonl'] = text;
      manifestWith({ questionsHash: hash(text) })(all);
    },
  };
}

/** The same set under a name that no run has. */
function unused(): Alteration {
  const text = questions.replaceAll('"charts/', '"evil/');
  return {
    datasets: [{ name: 'evil', questionsHash: hash(text) }],
    entries: (all) => {
      renamed('evil')(all);
      all['datasets/evil/questions.jsonl'] = text;
      manifestWith({ name: 'evil', questionsHash: hash(text) }, 'evil')(all);
    },
  };
}

const CASES: readonly [string, Alteration, RegExp][] = [
  [
    'whose pictures lie in /etc',
    { entries: manifestWith({ imageRoot: '/etc' }) },
    /pictures outside its folder \(\/etc\)/,
  ],
  ['whose pictures lie anywhere', { entries: manifestWith({ imageRoot: '/' }) }, /pictures outside its folder/],
  [
    'whose pictures lie beside it',
    { entries: manifestWith({ imageRoot: '../charts/images' }) },
    /pictures outside its folder/,
  ],
  ['that calls itself another', { entries: manifestWith({ name: '../../x' }) }, /calls itself "..\/..\/x"/],
  ['that is not in the manifest', { datasets: [] }, /data set "charts" is not in its manifest/],
  [
    'that is in the manifest only',
    {
      datasets: [
        { name: 'charts', questionsHash },
        { name: 'more', questionsHash },
      ],
    },
    /data set "more" is missing/,
  ],
  [
    'of another hash than the manifest says',
    { datasets: [{ name: 'charts', questionsHash: 'f'.repeat(64) }] },
    /not the one of its manifest/,
  ],
  ['that no run uses', unused(), /no run uses the data set "evil"/],
  [
    'named embedded',
    { datasets: [{ name: 'embedded', questionsHash }], entries: renamed('embedded') },
    /"embedded" cannot name a data set/,
  ],
  [
    'named with letters that no name has',
    { datasets: [{ name: 'a b', questionsHash }], entries: renamed('a b') },
    /cannot name a data set/,
  ],
  [
    'without a manifest',
    { entries: (all) => void delete all['datasets/charts/manifest.json'] },
    /has no manifest.json/,
  ],
  [
    'without its problems',
    { entries: (all) => void delete all['datasets/charts/problems.jsonl'] },
    /has no problems.jsonl/,
  ],
  [
    'with problems that cannot be read',
    { entries: (all) => void (all['datasets/charts/problems.jsonl'] = 'x\n') },
    /damaged problems.jsonl \(line 1\)/,
  ],
  ['with fewer questions than it says', { entries: manifestWith({ questions: 3 }) }, /has 2 questions, not 3/],
  [
    'with other questions than its hash says',
    { entries: (all) => void (all['datasets/charts/questions.jsonl'] = questions.replace('And now?', 'And then?')) },
    /other questions than its hash/,
  ],
  [
    'with questions of another set',
    withQuestions((one) => ({ ...one, id: 'chart/test/000001' })),
    /its id is not of this data set/,
  ],
  [
    'with a picture outside',
    withQuestions((one) => ({ ...one, image: { kind: 'file', path: '../../../../etc/passwd' } })),
    /leads outside its folder/,
  ],
  [
    'with a picture by its whole path',
    withQuestions((one) => ({ ...one, image: { kind: 'file', path: '/etc/passwd' } })),
    /absolute path/,
  ],
  ['with a scene', withQuestions((one) => ({ ...one, scene: { bars: [] } })), /line 1: scene/],
  [
    'with a picture that is not there',
    { entries: (all) => void delete all['datasets/charts/images/a.png'] },
    /lacks the picture "a.png"/,
  ],
  [
    'with another picture than its hash says',
    { entries: (all) => void (all['datasets/charts/images/a.png'] += 'x') },
    /holds another picture "a.png" than its hash says/,
  ],
  [
    'with other hashes of pictures than its manifest says',
    { entries: (all) => void (all['datasets/charts/images.sha256'] += '\n') },
    /images.sha256 was altered/,
  ],
  [
    'with a picture that is none',
    {
      entries: (all) => {
        all['datasets/charts/images/a.png'] = 'root:x:0:0';
        all['datasets/charts/images.sha256'] = `${hash('root:x:0:0')}  a.png\n`;
        manifestWith({ imagesHash: hash(all['datasets/charts/images.sha256']) })(all);
      },
    },
    /is not a PNG/,
  ],
  [
    'with a file that no question names',
    { entries: (all) => void (all['datasets/charts/images/more.png'] = 'x') },
    /holds "images\/more.png", which no question names/,
  ],
  [
    'with a file of another kind',
    { entries: (all) => void (all['datasets/charts/run.sh'] = 'x') },
    /holds "\/?run.sh", which no question names/,
  ],
];

describe('a data set of an archive', () => {
  for (const [what, alteration, wanted] of CASES)
    test(`is refused: one ${what}`, async () => {
      const store = temporaryStore();
      const before = readdirSync(store.paths.home).sort();
      await assert.rejects(importArchive(store, await alteredArchive(sound, alteration)), wanted);
      assert.deepEqual(store.listStudies(), []);
      assert.deepEqual(listDatasets(store.paths.home), []);
      assert.deepEqual(readdirSync(store.paths.home).sort(), before);
    });

  test('comes in with its picture, and goes out again into the next archive', async () => {
    const store = temporaryStore();
    const { studyId } = await importArchive(store, sound);
    const set = openDataset(store.paths.home, 'charts');
    assert.equal(set.manifest.imageRoot, null);
    assert.ok(set.loadImage(set.questions[0]!).width > 0);
    const again = join(temporaryFolder(), 'again.zip');
    await archiveToFile(store, studyId, again, { program: 'test' });
    const packed = await entriesOf(again);
    assert.deepEqual(
      Object.keys(packed)
        .filter((name) => name.startsWith('datasets/'))
        .sort(),
      Object.keys(entries)
        .filter((name) => name.startsWith('datasets/'))
        .sort(),
    );
  });

  test('is the one that is here already, or refused where another has its name', async () => {
    const store = temporaryStore();
    await importArchive(store, sound);
    store.deleteStudy(store.listStudies()[0]!.id);
    await importArchive(store, sound);
    store.deleteStudy(store.listStudies()[0]!.id);
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'set.jsonl'), '{"id": 1, "question": "Else?", "answer": "9"}\n');
    for (const name of ['charts', 'Charts']) {
      const home = temporaryStore();
      await storeDataset(home.paths.home, join(folder, 'set.jsonl'), { name, format: 'jsonl' });
      await assert.rejects(importArchive(home, sound), new RegExp(`has another data set named "${name}"`));
      assert.deepEqual(home.listStudies(), []);
    }
  });

  test('that a home has under a name of its folder is listed and opened by the folder, whatever its manifest says', () => {
    const { home } = temporaryStore().paths;
    const folder = join(home, 'datasets', 'mine');
    mkdirSync(folder, { recursive: true });
    const manifest = { ...(JSON.parse(entries['datasets/charts/manifest.json']!) as object), name: '../../elsewhere' };
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
    writeFileSync(join(folder, 'questions.jsonl'), questions);
    writeFileSync(join(folder, 'images.sha256'), entries['datasets/charts/images.sha256']!);
    assert.deepEqual(
      listDatasets(home).map((dataset) => dataset.name),
      ['mine'],
    );
    assert.equal(openDataset(home, 'mine').questions.length, 2);
    for (const name of ['..', '.', '../mine', '../../elsewhere', 'embedded', ''])
      assert.throws(() => openDataset(home, name), /There is no data set/, name);
    assert.ok(!existsSync(join(home, 'elsewhere')));
  });
});
