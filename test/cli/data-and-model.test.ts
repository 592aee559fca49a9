import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { readModelInputs } from '../../src/main/cli/model/model-inputs.ts';
import { loadConfig } from '../../src/main/model/folder/model-folder.ts';
import { readSafetensors } from '../../src/main/model/io/safetensors.ts';

const root = join(import.meta.dirname, '../..');
const fixture = join(root, 'test/fixtures/qwen25vl-a');
const folder = mkdtempSync(join(tmpdir(), 'sophia-cli-'));
after(() => rmSync(folder, { recursive: true }));

function sophia(...args: string[]) {
  const main = join(root, 'src/main/cli/main.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, '--home', join(folder, 'home'), ...args], {
    encoding: 'utf8',
  });
  const errors = stderr.split('\n').filter((line) => line.startsWith('sophia: '));
  return { status, stdout, errors };
}

/** A copy of the fixture's checkpoint to be damaged. */
function copy(name: string): string {
  const to = join(folder, name);
  mkdirSync(to);
  for (const file of ['config.json', 'model.safetensors', 'preprocessor_config.json'])
    copyFileSync(join(fixture, file), join(to, file));
  return to;
}

test('data import keeps good records, tells of bad ones, and list shows the set', () => {
  const file = join(folder, 'demo.jsonl');
  writeFileSync(file, '{"question": "2+2?", "answer": "4"}\n{"question": "?"}\n');
  const imported = sophia('data', 'import', file);
  assert.equal(imported.status, 0, imported.errors.join());
  assert.match(imported.stdout, /"demo": 1 questions imported, 1 records skipped\.\n {2}line 2: has no answer/);
  const [set] = JSON.parse(sophia('--json', 'data', 'list').stdout);
  assert.equal(set.name, 'demo');
});

test('data preview draws a PNG file', () => {
  const out = join(folder, 'sheet.png');
  assert.equal(
    sophia('data', 'preview', '--category', 'chart', '--split', 'hard', '--count', '2', '--out', out).status,
    0,
  );
  assert.equal(readFileSync(out).toString('latin1', 1, 4), 'PNG');
});

test('model logits of token ids and an image file are those of transformers', () => {
  const expected = JSON.parse(readFileSync(join(fixture, 'expected.json'), 'utf8')).cases.image;
  const input = join(folder, 'input.json');
  const output = join(folder, 'output.safetensors');
  writeFileSync(input, JSON.stringify({ input_ids: expected.input_ids, images: [join(fixture, 'image0.png')] }));
  const { status, errors } = sophia('model', 'logits', fixture, input, output, '--backend', 'wasm');
  assert.equal(status, 0, errors.join());
  const got = readSafetensors(output).entries.get('logits')!.data();
  const wanted = readSafetensors(join(fixture, 'expected.safetensors')).entries.get('image.logits')!.data();
  assert.ok(wanted.every((x, i) => Math.abs(x - got[i]!) < 1e-4));
});

test('model info reads a checkpoint, and says in one line which weight does not fit', () => {
  const whole = sophia('--json', 'model', 'info', fixture);
  assert.equal(JSON.parse(whole.stdout).parameters.total, 220320);
  const wrong = copy('wrong');
  const config = JSON.parse(readFileSync(join(wrong, 'config.json'), 'utf8'));
  config.text_config.intermediate_size = 96;
  writeFileSync(join(wrong, 'config.json'), JSON.stringify(config));
  const refused = sophia('model', 'info', wrong);
  assert.equal(refused.status, 1);
  assert.equal(refused.errors.length, 1);
  assert.match(refused.errors[0]!, /gate_proj\.weight" has shape \[128, 64\], config\.json asks for \[96, 64\]/);
});

test('a cut or missing weight file is one clear line and exit code 1, a missing folder 2', () => {
  const cut = copy('cut');
  truncateSync(join(cut, 'model.safetensors'), 500_000);
  const truncated = sophia('model', 'info', cut);
  assert.equal(truncated.status, 1);
  assert.match(truncated.errors.join('\n'), /is truncated: \d+ of \d+ data bytes are missing/);
  rmSync(join(cut, 'model.safetensors'));
  const missing = sophia('model', 'info', cut);
  assert.equal(missing.status, 1);
  assert.match(missing.errors.join('\n'), /has no weights/);
  assert.equal(sophia('model', 'info', join(folder, 'nowhere')).status, 2);
});

test('bad inputs to model logits are usage errors that name the key', () => {
  const input = join(folder, 'bad.json');
  const cases: [object, RegExp][] = [
    [{}, /neither input_ids nor text/],
    [{ input_ids: [[1, 2], [1]] }, /rows of input_ids differ/],
    [{ input_ids: [[512]] }, /token 512 is beyond the vocabulary of 512/],
    [{ input_ids: 'x' }, /input_ids/],
    [{ input_ids: [[1]], pixel_values: [[1]], image_grid_thw: [[1, 2, 2]] }, /pixel_values must be 4 rows/],
    [{ input_ids: [[1]], images: ['none.png'] }, /none\.png does not exist/],
  ];
  for (const [content, message] of cases) {
    writeFileSync(input, JSON.stringify(content));
    assert.throws(() => readModelInputs(input, fixture, loadConfig(fixture)), { name: 'SophiaError', message });
  }
  const { status } = sophia('model', 'logits', fixture, join(folder, 'none.json'), join(folder, 'x.safetensors'));
  assert.equal(status, 2);
});

test('a study that names what is not there is refused before anything is stored', () => {
  for (const [setting, line] of [
    ['model.policy=tiny-vl-bas', /Model "tiny-vl-bas" not found/],
    ['evaluation.benchmarks=chart-tost', /Unknown benchmark "chart-tost". Did you mean "chart-test"\?/],
    ['data.source=mine', /There is no data set "mine"/],
  ] as const) {
    const { status, errors } = sophia('study', 'run', join(root, 'examples/quick.yaml'), '--set', setting);
    assert.equal(status, 2);
    assert.equal(errors.length, 1);
    assert.match(errors[0]!, line);
  }
  assert.deepEqual(JSON.parse(sophia('--json', 'study', 'list').stdout), []);
});

test('output that cannot be written is one line', { skip: !existsSync('/dev/full') }, () => {
  const full = openSync('/dev/full', 'w');
  const main = join(root, 'src/main/cli/main.ts');
  const { status, stderr } = spawnSync(process.execPath, [main, '--home', join(folder, 'home'), 'data', 'list'], {
    stdio: ['ignore', full, 'pipe'],
    encoding: 'utf8',
  });
  closeSync(full);
  assert.deepEqual({ status, stderr }, { status: 1, stderr: 'sophia: The output cannot be written (ENOSPC).\n' });
});
