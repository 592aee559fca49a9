/** A home that this user may only read: what reads works and writes nothing, what writes says so in one line that tells the way out. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import Database from 'better-sqlite3';
import { openStore } from '../../../src/main/store/store.ts';
import { root } from '../../setup/source-files.ts';
import { sampleStep, startedRun, temporaryFolder } from '../helpers.ts';

const folder = temporaryFolder();
chmodSync(folder, 0o755);
const home = join(folder, 'home');
const scratch = join(folder, 'scratch');
mkdirSync(scratch);
chmodSync(scratch, 0o777);
const { store, runId, attempt } = startedRun(openStore(home));
for (let step = 1; step <= 3; step++) store.recordEvent(runId, attempt, sampleStep(step));
const study = store.listStudies()[0]!.name;
const unclosed = join(folder, 'unclosed'); // as a loss of power leaves it: the newest rows in the log alone
cpSync(home, unclosed, { recursive: true, filter: (path) => !path.endsWith('-shm') });
const held = join(folder, 'held');
store.close();

function seal(path: string): void {
  for (const name of readdirSync(path, { recursive: true }) as string[]) {
    const below = join(path, name);
    chmodSync(below, statSync(below).isDirectory() ? 0o555 : 0o444);
  }
  chmodSync(path, 0o555);
}
after(() => {
  for (const path of [home, unclosed, held]) if (existsSync(path)) chmodSync(path, 0o755);
});

/** The command line as a user without the right to write there. */
function sophia(
  at: string,
  ...args: string[]
): { readonly code: number | null; readonly out: string; readonly err: string } {
  const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const main = join(root, 'src/main/cli/main.ts');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', main, ...args, '--home', at],
    { ...nobody, cwd: scratch, encoding: 'utf8', env: { ...process.env, HOME: scratch, TMPDIR: scratch } },
  );
  return { code: status, out: stdout, err: stderr };
}

const skip = process.platform === 'win32' ? 'folders there have no such rights' : false;

describe('a home that may only be read', { skip }, () => {
  seal(home);
  seal(unclosed);
  const before = readdirSync(home, { recursive: true });

  for (const [what, at] of [
    ['that was closed', home],
    ['that was not closed', unclosed],
  ] as const)
    test(`${what} is read, with its newest rows`, () => {
      const listed = sophia(at, 'run', 'list', '--json');
      assert.equal(listed.err, '');
      const run = (JSON.parse(listed.out) as { step: number; state: string }[]).find(({ step }) => step > 0);
      assert.deepEqual([run?.step, run?.state], [3, 'interrupted']);
      assert.equal(sophia(at, 'doctor', '--deep').code, 0);
      const archive = sophia(at, 'study', 'archive', study, '--out', join(scratch, 'study.zip'));
      assert.deepEqual([archive.code, archive.err], [0, '']);
    });

  test('nothing was written there, and no copy is left', () => {
    assert.deepEqual(readdirSync(home, { recursive: true }), before);
    assert.deepEqual(
      readdirSync(scratch).filter((name) => name.startsWith('sophia-read')),
      [],
    );
  });

  for (const args of [['serve'], ['study', 'run', join(root, 'examples/quick.yaml')]])
    test(`${args.slice(0, 2).join(' ')} is refused by one line that names the ways out`, () => {
      const { code, err } = sophia(home, ...args);
      assert.equal(code, 1);
      assert.match(
        err,
        /^sophia: The home \S+\/home may only be read here, and an engine writes to it\. Make it writable, or copy the home to a folder of your own and give that with --home\. To read it alone: [^\n]+\n$/,
      );
    });

  test('one of an older version is not brought up to date, and says how it can be read', () => {
    const older = join(folder, 'older');
    cpSync(home, older, { recursive: true });
    chmodSync(older, 0o755);
    chmodSync(join(older, 'sophia.db'), 0o644);
    const db = new Database(join(older, 'sophia.db'));
    db.pragma(`user_version = ${(db.pragma('user_version', { simple: true }) as number) - 1}`);
    db.close();
    seal(older);
    const { code, err } = sophia(older, 'run', 'list');
    chmodSync(older, 0o755);
    assert.equal(code, 1);
    assert.match(
      err,
      /^sophia: The database \S+ is of an older version, and may only be read here\. Copy the home [^\n]+\n$/,
    );
  });

  test('a home that another user may not even read is no missing one', { skip: process.getuid?.() !== 0 }, () => {
    const own = join(folder, 'own');
    cpSync(home, own, { recursive: true });
    chmodSync(own, 0o700);
    const { code, err } = sophia(own, 'study', 'list');
    assert.equal(code, 1);
    assert.match(err, /^sophia: You may not read the home \S+\/own\. A home is made for its owner alone: [^\n]+\n$/);
  });

  test('one that an engine of its owner has is read beside that engine', { skip: process.getuid?.() !== 0 }, () => {
    const engine = startedRun(openStore(held));
    engine.store.recordEvent(engine.runId, engine.attempt, sampleStep(1));
    chmodSync(held, 0o755);
    const listed = sophia(held, 'run', 'list', '--json');
    assert.equal(listed.err, '');
    const run = (JSON.parse(listed.out) as { step: number; state: string }[]).find(({ step }) => step > 0);
    assert.deepEqual([run?.step, run?.state], [1, 'running']);
    engine.store.close();
  });
});
