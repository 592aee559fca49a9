import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { verbs } from '../../src/main/cli/verbs.ts';
import { root } from '../setup/source-files.ts';

/** Runs bin/sophia as a user does. */
function sophia(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = { ...process.env, SOPHIA_SKIP_TENSORFLOW: '1' };
  return new Promise((resolve) => {
    execFile(process.execPath, [path.join(root, 'bin/sophia'), ...args], { env }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}

test('the help lists every verb with its line', async () => {
  const { code, out } = await sophia('--help');
  assert.equal(code, 0);
  for (const [name, { summary }] of Object.entries(verbs)) {
    assert.match(out, new RegExp(`^  ${name}\\b`, 'm'));
    assert.ok(out.replace(/\s+/g, ' ').includes(summary), `${name}: ${summary}`);
  }
});

test('every verb explains itself', async () => {
  for (const name of Object.keys(verbs)) {
    const { code, out, err } = await sophia(name, '--help');
    assert.equal(code, 0, err);
    assert.match(out, new RegExp(`^Usage: sophia ${name}\\b`));
  }
});

test('an unknown verb is bad usage and gets the nearest name', async () => {
  assert.deepEqual(await sophia('docter'), {
    code: 2,
    out: '',
    err: 'sophia: There is no verb "docter". Did you mean "doctor"?\n',
  });
});

test('an unknown option is bad usage in one line', async () => {
  const { code, err } = await sophia('doctor', '--jsn');
  assert.equal(code, 2);
  assert.equal(err, "sophia: unknown option '--jsn' (Did you mean --json?)\n");
});

test('doctor reports every part as JSON and says why the backend is in use', async () => {
  const { code, out, err } = await sophia('doctor', '--json');
  assert.equal(code, 0, err);
  const { usable, backend, parts } = JSON.parse(out);
  assert.equal(usable, true);
  assert.equal(backend.name, 'wasm');
  assert.match(backend.reason, /SOPHIA_SKIP_TENSORFLOW/);
  assert.ok(backend.gflops > 0);
  const names = parts.map(({ part }: { part: string }) => part);
  for (const name of ['Node', 'TensorFlow backend', 'wasm backend', 'SQLite', 'Electron'])
    assert.ok(names.includes(name));
});

test('doctor refuses a backend there is not', async () => {
  const { code, err } = await sophia('doctor', '--backend', 'webgpu');
  assert.equal(code, 2);
  assert.match(err, /backend.*webgpu.*auto, tensorflow, wasm/i);
});

test('study register puts a file on record once, and writes the JSON to commit', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sophia-cli-'));
  const file = path.join(folder, 'reg.yaml');
  const out = path.join(folder, 'reg.json');
  writeFileSync(file, 'name: reg\nseeds: [0, 1]\ncontrasts: [full - grpo]\nthresholds: {full - grpo: 3 points}\n');
  try {
    const first = await sophia('study', 'register', file, '--out', out, '--home', folder);
    assert.equal(first.code, 0, first.err);
    assert.match(
      first.out,
      /^reg is registered, on \d{4}-.* UTC, hash [0-9a-f]{64}\ncontrasts: full - grpo\nthreshold: full - grpo: 3 points\n/,
    );
    const record = JSON.parse(readFileSync(out, 'utf8')) as { hash: string; plan: { seeds: number[] } };
    assert.ok(first.out.includes(record.hash));
    assert.deepEqual(record.plan.seeds, [0, 1]);
    const again = await sophia('study', 'register', file, '--home', folder);
    assert.match(again.out, /^reg is registered already, since /);
    writeFileSync(file, 'name: reg\ncontrasts: [full - nobody]\n');
    const wrong = await sophia('study', 'register', file, '--home', folder);
    assert.equal(wrong.code, 2);
    assert.match(wrong.err, /contrasts: the study has no variant "nobody"/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
