/** TRL's Python environment: made once, whole or not at all, and what is missing is told in a line. A stand-in takes Python's place. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { Engine } from '../../../src/main/engine/engine.ts';
import { trlEnvironment } from '../../../src/main/trainers/trl/environment/environment-folder.ts';
import { pythonProblem } from '../../../src/main/trainers/trl/environment/find-python.ts';
import { pinnedExtra, pinnedPackages } from '../../../src/main/trainers/trl/environment/pinned-packages.ts';
import { setupAhead, setupProblems } from '../../../src/main/trainers/trl/environment/setup-problems.ts';
import { parseStudy } from '../../../src/shared/study/study.ts';
import { plainStudy } from './plain/plain-python.ts';

let folder: string;
const log = () => (existsSync(join(folder, 'log')) ? readFileSync(join(folder, 'log'), 'utf8').trim().split('\n') : []);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sophia-trl-python-'));
});
const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A python3 that says its version, makes an environment of copies of itself, and writes down what it was asked. `pip`: what installing does. */
function standIn(version: string, pip = 'echo "Collecting torch"; echo "Collecting trl"'): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  const file = join(bin, 'python3');
  writeFileSync(
    file,
    `#!/bin/sh
echo "$*" | cut -c1-40 >> ${join(folder, 'log')}
case "$*" in
  *version_info*) echo ${version} ;;
  "-m venv "*) mkdir -p "$3/bin"; cp "$0" "$3/bin/python" ;;
  "-m pip "*) ${pip} ;;
esac
`,
  );
  chmodSync(file, 0o755);
  return bin;
}

/** Prepares the environment in a process with the stand-in first in its PATH: its events, and Python's path or the error. */
function prepare(
  bin: string,
  extras: readonly string[] = [],
): { events: { kind: string; message?: string }[]; python?: string; error?: string } {
  const module = join(import.meta.dirname, '../../../src/main/trainers/trl/environment/python-environment.ts');
  const script = `const { preparedPython } = await import(${JSON.stringify(module)});
    const events = [];
    try {
      const work = preparedPython(0, new AbortController().signal, ${JSON.stringify(extras)});
      for (;;) {
        const { done, value } = await work.next();
        if (done) { console.log(JSON.stringify({ events, python: value })); break; }
        events.push(value);
      }
    } catch (error) { console.log(JSON.stringify({ events, error: error.message })); }`;
  const env = { PATH: `${bin}:/usr/bin:/bin`, SOPHIA_CACHE: join(folder, 'cache'), HOME: folder };
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
  assert.notEqual(stdout, '', stderr);
  return JSON.parse(stdout);
}

describe("TRL's Python environment", { skip: process.platform === 'win32' && 'the stand-in is a shell script' }, () => {
  test('is told with its size before it is made, is made once, and is found again', () => {
    const bin = standIn('3 12');
    const { events, python } = prepare(bin);
    assert.match(events[0]!.message!, /^Setting up TRL, once: about 6 GB of packages into .*torch==/);
    assert.ok(python!.startsWith(join(folder, 'cache', 'trl')));
    assert.ok(existsSync(python!));
    const asked = log().length;
    assert.deepEqual(prepare(bin), { events: [], python });
    assert.equal(log().length, asked, 'nothing was run again');
  });

  test('gets what a setting needs beside the rest once, when a run asks for it, and keeps what it has if that fails', () => {
    const bin = standIn('3 12');
    const { python } = prepare(bin);
    const name = pinnedExtra('four-bit');
    const { events } = prepare(bin, [name]);
    assert.match(events[0]!.message!, /^Adding to TRL's environment in .*, once: bitsandbytes==/);
    const asked = log().length;
    assert.deepEqual(prepare(bin, [name]), { events: [], python });
    assert.equal(log().length, asked, 'nothing was run again');
    writeFileSync(python!, '#!/bin/sh\necho "ERROR: No matching distribution found" >&2; exit 1\n');
    assert.match(prepare(bin, [name, 'other==1']).error!, /could not be set up .*No matching distribution found/);
    assert.deepEqual(prepare(bin, [name]), { events: [], python });
  });

  test('that could not be installed leaves nothing, says why, and is made the next time', () => {
    const full = 'echo "ERROR: Could not install packages: No space left on device" >&2; exit 1';
    const { error } = prepare(standIn('3 12', full));
    assert.match(error!, /could not be set up \(-m pip install\): ERROR: .*No space left on device\. Free some space/);
    assert.deepEqual(
      readdirSync(join(folder, 'cache', 'trl')).filter((name) => !name.endsWith('.lock')),
      [],
    );
    assert.ok(prepare(standIn('3 12')).python);
  });

  test('half made by a process that was killed is made anew', () => {
    const bin = standIn('3 12');
    const { python } = prepare(bin);
    rmSync(join(python!, '../../ready'));
    writeFileSync(join(python!, '../../half'), '');
    prepare(bin);
    assert.ok(!existsSync(join(python!, '../../half')));
  });

  test('needs a Python that is new enough, and says which is there', () => {
    const [old] = pythonProblem({ PATH: standIn('3 8') });
    assert.equal(
      old!.message,
      'Trainer trl needs Python 3.11 or newer; python3 is 3.8. Install it, or name the Python of an environment that has TRL in SOPHIA_TRL_PYTHON.',
    );
    assert.deepEqual(pythonProblem({ PATH: `${standIn('3 11')}:/usr/bin:/bin` }), []);
    assert.equal(pythonProblem({ PATH: standIn('3 10') }).length, 1, 'torch, transformers and trl need 3.11');
    const [own] = pythonProblem({ PATH: '/usr/bin:/bin', SOPHIA_TRL_PYTHON: '/nowhere/python' });
    assert.match(own!.message, /^SOPHIA_TRL_PYTHON is \/nowhere\/python, which does not run\./);
  });

  test('is looked at before anything is queued: the disk, the folder, venv, the package index', () => {
    process.env.SOPHIA_CACHE = join(folder, 'cache');
    const look = (bin: string, more: object = {}) =>
      setupProblems([], { environment: { PATH: `${bin}:/usr/bin:/bin` }, ...more }).map(({ message }) => message);
    const bin = standIn('3 12');
    assert.deepEqual(look(bin, { asksIndex: true }), []);
    assert.match(
      look(bin, { freeBytes: () => 3.21e9 })[0]!,
      /^Setting up TRL needs 10 GB free in .*\/cache\/trl; 3\.2 GB are\. Free some space, or set SOPHIA_CACHE/,
    );
    assert.ok(!existsSync(join(folder, 'cache')), 'looking makes nothing');
    mkdirSync(trlEnvironment().folder, { recursive: true }); // half an environment makes way
    writeFileSync(join(trlEnvironment().folder, 'half'), '');
    truncateSync(join(trlEnvironment().folder, 'half'), 8e9);
    assert.deepEqual(look(bin, { freeBytes: () => 3.21e9 }), []);
    rmSync(join(folder, 'cache'), { recursive: true });
    writeFileSync(join(folder, 'cache'), 'no folder');
    assert.match(look(bin)[0]!, /^Trainer trl sets up its environment in .*, and .* is no folder\. Set SOPHIA_CACHE/);
    rmSync(join(folder, 'cache'));
    const none = 'echo "ERROR: No matching distribution found for peft" >&2; exit 1';
    assert.match(
      look(standIn('3 12', `case "$*" in *--dry-run*) ${none} ;; esac`), { asksIndex: true })[0]!,
      /pip does not get peft==[\d.]+: ERROR: No matching distribution found for peft\. See to the network/,
    );
    const noVenv = standIn('3 12');
    writeFileSync(join(noVenv, 'python3'), '#!/bin/sh\ncase "$*" in *version_info*) echo 3 12 ;; *) exit 1 ;; esac\n');
    assert.match(look(noVenv)[0]!, /which lacks venv or ensurepip\. Install them .*apt install python3-venv/);
  });

  test('that is ready needs nothing else; one whose Python is gone is told', () => {
    process.env.SOPHIA_CACHE = join(folder, 'cache');
    const bin = standIn('3 12');
    const environment = { PATH: `${bin}:/usr/bin:/bin` };
    assert.match(setupAhead([], environment)!, /^The first run sets up TRL, once: about 6 GB of packages into /);
    const { python } = prepare(bin);
    const nowhere = { environment: { PATH: '/nowhere' }, freeBytes: () => 0 };
    assert.deepEqual(setupProblems([], { environment: { PATH: '/bin' }, freeBytes: () => 0 }), []);
    assert.equal(setupAhead([], environment), null);
    const extra = pinnedExtra('four-bit');
    assert.match(setupProblems([extra], { environment, freeBytes: () => 0 })[0]!.message, /needs 2 GB free/);
    assert.match(
      setupAhead([extra], environment)!,
      /^The first run adds bitsandbytes==\S+ to TRL's environment, once\./,
    );
    rmSync(python!);
    assert.match(setupProblems([], nowhere)[0]!.message, /does not run any more: .*\. Remove that folder/);
  });

  test('that cannot be had refuses a study: nothing is added', () => {
    process.env.SOPHIA_CACHE = join(folder, 'cache');
    const path = process.env.PATH;
    const bin = standIn('3 12');
    writeFileSync(join(bin, 'python3'), '#!/bin/sh\ncase "$*" in *version_info*) echo 3 12 ;; *) exit 1 ;; esac\n');
    const engine = new Engine({ home: join(folder, 'home') });
    try {
      process.env.PATH = `${bin}:/usr/bin:/bin`;
      delete process.env.SOPHIA_TRL_PYTHON;
      const study = plainStudy();
      assert.throws(() => engine.startStudy(parseStudy(study, 'test'), study), /lacks venv or ensurepip/);
      assert.equal(engine.store.listStudies().length, 0);
    } finally {
      process.env.PATH = path;
      void engine.close();
    }
  });

  test('pins what is trained with', () => {
    const pinned = pinnedPackages();
    for (const name of ['torch', 'transformers', 'trl', 'accelerate', 'peft'])
      assert.ok(
        pinned.some((entry) => new RegExp(`^${name}==\\d`).test(entry)),
        name,
      );
  });
});
