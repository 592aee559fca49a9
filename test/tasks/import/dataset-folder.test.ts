import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { loadConfig, loadImageEncoder } from '../../../src/main/model/folder/model-folder.ts';
import { listDatasets, openDataset, storeDataset } from '../../../src/main/tasks/import/dataset-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'sophia-datasets-'));
after(() => rmSync(folder, { recursive: true }));
const picture = join(import.meta.dirname, '../../fixtures/images/plain.png');
copyFileSync(picture, join(folder, 'one.png'));
const record = {
  problem_id: 7,
  problem: 'How many?',
  data_type: 'image',
  problem_type: 'numerical',
  solution: '<answer>5</answer>',
  path: './one.png',
};

test('a stored data set opens with its questions and pictures', async () => {
  const home = mkdtempSync(join(folder, 'home-'));
  const file = join(folder, 'set.json');
  writeFileSync(file, JSON.stringify([record, { ...record, problem_id: 8, path: 'none.png' }]));
  const { manifest } = await storeDataset(home, file, { format: 'sophia', name: 'clevr' });
  assert.equal(manifest.questions, 1);
  assert.equal(manifest.problems, 1);
  assert.deepEqual(listDatasets(home), [manifest]);
  const { questions, loadImage } = openDataset(home, 'clevr');
  assert.equal(questions[0]!.id, 'clevr/7');
  assert.equal(loadImage(questions[0]!).width, 63);
  const model = join(import.meta.dirname, '../../fixtures/qwen25vl-a');
  const { grid } = loadImageEncoder(model, loadConfig(model)).encode(loadImage(questions[0]!));
  assert.equal(grid.key, '1,4,6'); // 84x56 in patches of 14
  assert.match(readFileSync(join(home, 'datasets/clevr/problems.jsonl'), 'utf8'), /none\.png/);
  assert.throws(() => openDataset(home, 'other'), /There are: clevr/);
  assert.throws(() => openDataset(home, '../clevr'), /no data set/);
  await assert.rejects(storeDataset(home, file, { format: 'sophia', name: '../x' }), /cannot name a data set/);
});

test('images inside a Parquet file are kept with the data set', async () => {
  const home = mkdtempSync(join(folder, 'home-'));
  const file = join(folder, 'set.parquet');
  const image = new Uint8Array(readFileSync(picture));
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: 'problem', data: ['<image>How many?', 'And here?', 'Broken?'], type: 'STRING' },
      { name: 'answer', data: ['3', '4', '5'], type: 'STRING' },
      { name: 'image', data: [image, image, new Uint8Array([1, 2, 3])], type: 'BYTE_ARRAY' },
    ],
  });
  writeFileSync(file, Buffer.from(buffer));
  const { manifest, result } = await storeDataset(home, file, { format: 'parquet', name: 'geo' });
  assert.equal(manifest.questions, 2);
  assert.deepEqual(
    result.problems.map((problem) => problem.line),
    [3],
  );
  assert.equal(readdirSync(join(home, 'datasets/geo/images')).length, 1);
  const { questions, loadImage } = openDataset(home, 'geo');
  assert.equal(loadImage(questions[1]!).height, 41);
  assert.deepEqual(readdirSync(join(home, 'datasets')), ['geo']);
});

test('a data set whose questions or pictures were altered after its import is refused by the name of the file', async () => {
  const home = mkdtempSync(join(folder, 'home-'));
  const file = join(folder, 'whole.json');
  writeFileSync(file, JSON.stringify([record]));
  for (const keepImages of [true, false]) {
    const { manifest } = await storeDataset(home, file, { format: 'sophia', name: 'clevr', keepImages });
    const at = join(home, 'datasets/clevr');
    const altered = (path: string, change: (text: string) => string) => {
      const before = readFileSync(path, 'latin1');
      writeFileSync(path, change(before), 'latin1');
      return () => writeFileSync(path, before, 'latin1');
    };
    const look = () => {
      const { questions, loadImage } = openDataset(home, 'clevr');
      loadImage(questions[0]!);
    };
    look();
    const mend = altered(join(at, 'questions.jsonl'), (text) => text.replace('How many?', 'How much?'));
    assert.throws(look, /questions\.jsonl was altered .* import the data set again/);
    mend();
    const [image] = keepImages ? readdirSync(join(at, 'images')) : ['one.png'];
    const picture = join(manifest.imageRoot ?? join(at, 'images'), image!);
    const mendPicture = altered(picture, (bytes) => `${bytes}x`);
    assert.throws(look, new RegExp(`${image} was altered since its data set was imported`));
    mendPicture();
    const mendHashes = altered(join(at, 'images.sha256'), (text) => text.replace(/^./, '0'));
    assert.throws(look, /images\.sha256 was altered|was altered since/);
    mendHashes();
    rmSync(join(at, 'images.sha256'));
    assert.throws(look, /images\.sha256 is missing/);
  }
});
