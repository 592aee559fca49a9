/** What the environment may hold that a program does not expect: no folder of one's own, a proxy, a full or missing folder for temporary files. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { resolveHome } from '../../src/main/store/open/home.ts';
import { withScratchFolder } from '../../src/main/tensor/scratch-folder.ts';
import { SophiaError } from '../../src/shared/errors.ts';
import { root } from '../setup/source-files.ts';
import { testEngine } from '../setup/with-engine.ts';
import { temporaryFolder } from '../store/helpers.ts';

const from = (file: string) => JSON.stringify(join(root, 'src/main', file));

function ask(source: string, env: NodeJS.ProcessEnv, who: { uid?: number; gid?: number } = {}) {
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '-e', source];
  const { stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8', cwd: '/', ...who });
  return `${stdout}${stderr}`;
}

const PRINT_HOME = `import { resolveHome } from ${from('store/open/home.ts')};
try { console.log(resolveHome()); } catch (error) { console.log(error.name, error.message); }`;

test('a user without a folder of their own is told to name the home', { skip: process.platform !== 'linux' }, () => {
  const { HOME: _home, XDG_DATA_HOME: _data, SOPHIA_HOME: _sophia, ...env } = process.env;
  const none = /^SophiaError There is no place for the home: .* Name the home with --home or SOPHIA_HOME\.$/m;
  assert.match(ask(PRINT_HOME, { ...env, HOME: '' }), none, 'else it is made wherever one happens to be');
  assert.match(ask(PRINT_HOME, { ...env, HOME: 'relative' }), none);
  if (process.getuid?.() === 0) assert.match(ask(PRINT_HOME, env, { uid: 54321, gid: 54321 }), none);
  assert.equal(ask(PRINT_HOME, { ...env, HOME: '', SOPHIA_HOME: '/named' }), '/named\n');
});

test('a relative XDG_DATA_HOME counts as none', { skip: process.platform !== 'linux' }, () => {
  assert.doesNotMatch(resolveHome(undefined, { XDG_DATA_HOME: 'data' }), /\/data\//);
  assert.equal(resolveHome(undefined, { XDG_DATA_HOME: '/data' }), '/data/sophia-lab');
});

test('a proxy of the environment is neither asked for the engine of this machine nor given its token', async () => {
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    response.writeHead(502).end();
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const engine = await testEngine();
  const source = `import { runCommandLine } from ${from('cli/command-line.ts')};
    await runCommandLine(['--version']);
    const { runningEngine } = await import(${from('cli/common/engine-client.ts')});
    console.log((await runningEngine(${JSON.stringify(engine.home)}).engine.status.query()).pid);`;
  const { NO_PROXY: _upper, no_proxy: _lower, ...env } = process.env;
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '-e', source],
    {
      env: { ...env, HTTP_PROXY: address, http_proxy: address, NODE_USE_ENV_PROXY: '1', NO_PROXY: 'somewhere.example' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await once(child, 'close');
  proxy.close();
  await engine.end();
  assert.deepEqual(asked, []);
  assert.match(said, new RegExp(`\\n${process.pid}\\n$`));
});

test('a folder for temporary files that cannot be used is told by its name', () => {
  const before = process.env.TMPDIR;
  process.env.TMPDIR = join(temporaryFolder(), 'gone');
  try {
    assert.throws(
      () => withScratchFolder('sophia-test-', () => {}),
      (error) =>
        error instanceof SophiaError &&
        error.code === 'environment' &&
        /^The folder for temporary files, \S+\/gone, does not exist\. .*TMPDIR\.$/.test(error.message),
    );
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
  const full = Object.assign(new Error('no room'), { code: 'ENOSPC' });
  assert.throws(
    () =>
      withScratchFolder('sophia-test-', () => {
        throw full;
      }),
    (error) => error instanceof SophiaError && /, is full\. /.test(error.message) && error.cause === full,
  );
});

test('a program that was updated while it ran says so, as parts of it are loaded late', () => {
  const source = `import { runCommandLine } from ${from('cli/command-line.ts')};
    const unfit = await import('data:text/javascript,import { gone } from "node:fs"').catch((error) => error);
    const trainers = () => { throw unfit; };
    await runCommandLine(['study', 'run', ${JSON.stringify(join(root, 'examples/quick.yaml'))}, '--home', ${JSON.stringify(join(temporaryFolder(), 'home'))}], { trainers });`;
  assert.match(
    ask(source, process.env),
    /^sophia: The program's files do not fit together \(The requested module 'node:fs' does not provide an export named 'gone'\): they were changed while it ran\. [^\n]* Start it again[^\n]*\n$/,
  );
});
