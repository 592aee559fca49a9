import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, beforeEach, describe, it } from 'node:test';
import { root } from '../setup/source-files.ts';

const work = mkdtempSync(path.join(os.tmpdir(), 'sophia-set-up-'));
const clone = path.join(work, 'clone');
const tools = path.join(work, 'tools');

/** Declares packages that lie in the clone itself: npm installs them without a network. */
function declarePackages(...names: string[]): void {
  const dependencies = Object.fromEntries(names.map((name) => [name, `file:./${name}`]));
  const packages: Record<string, object> = { '': { name: 'clone', dependencies } };
  for (const name of names) {
    mkdirSync(path.join(clone, name), { recursive: true });
    writeFileSync(path.join(clone, name, 'package.json'), JSON.stringify({ name, version: '1.0.0' }));
    packages[name] = { version: '1.0.0' };
    packages[`node_modules/${name}`] = { resolved: name, link: true };
  }
  writeFileSync(path.join(clone, 'package.json'), JSON.stringify({ name: 'clone', type: 'module', dependencies }));
  writeFileSync(path.join(clone, 'package-lock.json'), JSON.stringify({ name: 'clone', lockfileVersion: 3, packages }));
}

/** A machine with Node and npm and nothing else: no Python, no compiler. */
function makeTools(): void {
  mkdirSync(tools);
  for (const tool of ['node', 'npm', 'sh', 'env']) {
    const found = (process.env.PATH ?? '').split(path.delimiter).find((folder) => existsSync(path.join(folder, tool)));
    if (tool === 'node') symlinkSync(process.execPath, path.join(tools, tool));
    else if (found) symlinkSync(path.join(found, tool), path.join(tools, tool));
  }
}

function setUp(env: NodeJS.ProcessEnv = {}): Promise<{ code: number | null; text: string }> {
  return new Promise((resolve) => {
    const script = "import('./scripts/setup.mjs').then(({ setUp }) => setUp())";
    const child = spawn(process.execPath, ['-e', script], {
      cwd: clone,
      env: { PATH: tools, HOME: work, SOPHIA_CACHE: path.join(work, 'cache'), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    child.stdout.on('data', (data) => (text += data));
    child.stderr.on('data', (data) => (text += data));
    child.on('close', (code) => resolve({ code, text }));
  });
}

function stamp(): { tensorflow: { state: string; why: string } } {
  return JSON.parse(readFileSync(path.join(clone, 'node_modules/.sophia-setup.json'), 'utf8'));
}

describe('set-up of a clone without packages, Python or compiler', { skip: process.platform === 'win32' }, () => {
  makeTools();
  beforeEach(() => {
    rmSync(clone, { recursive: true, force: true });
    mkdirSync(clone);
    cpSync(path.join(root, 'scripts'), path.join(clone, 'scripts'), { recursive: true });
    declarePackages('a');
  });
  after(() => rmSync(work, { recursive: true, force: true }));

  it('says in one line what is missing and what it costs, and goes on', async () => {
    const { code, text } = await setUp();
    assert.equal(code, 0, text);
    assert.match(
      text,
      /^set-up: TensorFlow backend \.\.\. absent: .*python3 with pip.* missing; the wasm backend is used.*$/m,
    );
    assert.equal(stamp().tensorflow.state, 'absent');
  });

  it('does and says nothing the second time', async () => {
    await setUp();
    const { code, text } = await setUp();
    assert.deepEqual({ code, text }, { code: 0, text: '' });
  });

  it('leaves TensorFlow out when told to, and comes back to it when no longer told', async () => {
    await setUp({ SOPHIA_SKIP_TENSORFLOW: '1' });
    assert.equal(stamp().tensorflow.state, 'skipped');
    const { text } = await setUp();
    assert.match(text, /TensorFlow backend/);
  });

  it('starts the packages over after a killed set-up, taking over its lock', async () => {
    await setUp();
    mkdirSync(path.join(clone, '.cache'), { recursive: true });
    writeFileSync(path.join(clone, '.cache/npm-running'), '');
    writeFileSync(path.join(clone, '.cache/setup.lock'), `999999999 ${os.hostname()}`);
    const { code, text } = await setUp();
    assert.equal(code, 0, text);
    assert.match(text, /npm packages \.\.\. installed/);
    assert.ok(!existsSync(path.join(clone, '.cache/npm-running')));
    assert.ok(!existsSync(path.join(clone, '.cache/setup.lock')));
  });

  it('lets one of several at once do the work', async () => {
    const runs = await Promise.all([setUp(), setUp(), setUp()]);
    assert.deepEqual(
      runs.map(({ code }) => code),
      [0, 0, 0],
    );
    const all = runs.map(({ text }) => text).join('');
    assert.equal(all.match(/npm packages/g)?.length, 1, all);
  });

  it('installs again when package-lock.json has changed, without emptying node_modules', async () => {
    await setUp();
    const kept = path.join(clone, 'node_modules/.kept');
    writeFileSync(kept, '');
    declarePackages('a', 'b');
    const { code, text } = await setUp();
    assert.equal(code, 0, text);
    assert.ok(existsSync(path.join(clone, 'node_modules/b/package.json')));
    assert.ok(existsSync(kept));
  });
});
