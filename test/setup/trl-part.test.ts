/** The tests beside TRL run where its environment is there, are skipped in a line where it is not, and never fail for want of it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, test } from 'node:test';
import { settleTrlPart } from '../../scripts/test/trl-part.mjs';
import { trlEnvironment } from '../../src/main/trainers/trl/environment/environment-folder.ts';
import { pinnedPackages } from '../../src/main/trainers/trl/environment/pinned-packages.ts';
import { temporaryFolder } from '../store/helpers.ts';

const ROOT = join(import.meta.dirname, '../..');
const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

/** What is said, and what SOPHIA_TEST_TRL is then. */
function settled(more: NodeJS.ProcessEnv): [said: string | null, part: string | undefined] {
  const environment: NodeJS.ProcessEnv = { PATH: process.env.PATH, SOPHIA_TEST_TRL: 'cached', ...more };
  const said = settleTrlPart(environment);
  return [said, environment.SOPHIA_TEST_TRL];
}

/** A python that has packages of these versions. */
function standIn(file: string, versions: readonly string[]): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${versions.map((line) => `echo ${line.replace('==', ' ')}`).join('\n')}\n`);
  chmodSync(file, 0o755);
  return file;
}

const PINNED = pinnedPackages().filter((one) => /^(torch|transformers|trl|peft|accelerate)==/.test(one));
const windows = process.platform === 'win32' && 'the stand-in is a shell script';

test('an environment that is not in the cache, or broken there, is a line with what to type', { skip: windows }, () => {
  process.env.SOPHIA_CACHE = temporaryFolder();
  const [said, part] = settled({});
  assert.match(
    said!,
    /^skip .*: its environment is not in the cache \(.*trl.*\)\. To run it: SOPHIA_TEST_TRL=1 npm test/,
  );
  assert.equal(part, undefined);
  const { folder, python } = trlEnvironment();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'ready'), '');
  assert.match(settled({})[0]!, /is broken \(.*ENOENT/);
  standIn(python, []);
  writeFileSync(python, '#!/bin/sh\necho "ModuleNotFoundError: No module named torch" >&2; exit 1\n');
  assert.match(settled({})[0]!, /is broken \(ModuleNotFoundError: No module named torch\)/);
  standIn(python, PINNED);
  assert.deepEqual(settled({}), [null, '1']);
});

test('one of other versions is not tested with; what was asked for is left as it is', { skip: windows }, () => {
  const old = standIn(join(temporaryFolder(), 'python'), ['torch==1.0']);
  const [said, part] = settled({ SOPHIA_TRL_PYTHON: old });
  assert.match(said!, /has torch 1\.0, not 2\./);
  assert.equal(part, undefined);
  assert.deepEqual(settled({ SOPHIA_TEST_TRL: '1' }), [null, '1']);
  assert.deepEqual(settled({ SOPHIA_TEST_TRL: '0' }), [null, '0']);
});

test('the last line of all checks stays the count, whatever the cache has', { skip: windows }, () => {
  assert.match(readFileSync(join(ROOT, '.ci/run'), 'utf8'), /SOPHIA_TEST_TRL="\$\{SOPHIA_TEST_TRL:-cached\}"/);
  const { NODE_TEST_CONTEXT: _, ...here } = process.env; // a runner of its own
  const { stdout, status } = spawnSync(process.execPath, [join(ROOT, 'scripts/test.mjs'), 'shared/settings/trainers'], {
    encoding: 'utf8',
    env: { ...here, SOPHIA_TEST_TRL: 'cached', SOPHIA_CACHE: temporaryFolder(), SOPHIA_TRL_PYTHON: '' },
  });
  const lines = stdout.trim().split('\n');
  assert.equal(status, 0, stdout);
  assert.match(lines[0]!, /^skip trainer trl beside TRL itself: /);
  assert.match(lines.at(-1)!, /^\d+ passed, 0 failed/);
});
