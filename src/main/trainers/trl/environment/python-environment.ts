/**
 * TRL's Python environment: made on first use in the user's cache folder, for the versions that trainers/trl/pyproject.toml pins. Whole or not at
 * all, one set-up at a time, told before it begins. Deliberately absent: which Python makes it (find-python.ts).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { withLock } from '../../../../../scripts/setup/lock.mjs';
import { SophiaError } from '../../../../shared/errors.ts';
import type { RunEvent } from '../../../../shared/run/run-events.ts';
import { ADDED, added, environmentSize, missingPackages, STAMP, trlEnvironment } from './environment-folder.ts';
import { basePython, OWN_PYTHON } from './find-python.ts';
import { pinnedPackages } from './pinned-packages.ts';
import { roomProblem } from './setup-problems.ts';

/** About how many packages pip names while it installs. */
const PACKAGES = 90;

/**
 * The Python that has TRL: the user's own, or the environment of the cache, made now where it is not there; progress comes as events. `extras` are
 * added to the cache's where it lacks them, never to the user's.
 */
export async function* preparedPython(
  step: number,
  signal: AbortSignal,
  extras: readonly string[] = [],
): AsyncGenerator<RunEvent, string> {
  const own = process.env[OWN_PYTHON];
  if (own !== undefined && own !== '') return own;
  const { folder, python, isReady } = trlEnvironment();
  const missing = missingPackages(extras);
  if (isReady && missing.length === 0) return python;
  const told = (message: string): RunEvent => ({
    kind: 'alert',
    step,
    level: 'info',
    name: 'trainer/trl-setup',
    message,
  });
  if (isReady) {
    yield told(`Adding to TRL's environment in ${folder}, once: ${missing.join(', ')}.`);
    await withLock(`${folder}.lock`, () => add(folder, python, missing, signal));
    return python;
  }
  const base = basePython();
  const room = roomProblem(folder);
  if (room !== null) throw room;
  const all = [...pinnedPackages(), ...missing];
  yield told(`Setting up TRL, once: ${environmentSize} of packages into ${folder} (${all.join(', ')}).`);
  yield { kind: 'phase', step, phase: 'loading', done: 0, total: PACKAGES };
  const progress = { named: 0 };
  const work = withLock(`${folder}.lock`, async () => {
    await make(base, folder, python, signal, progress);
    await add(folder, python, missing, signal);
  });
  let last = 0;
  for (let isDone = false; !isDone; ) {
    isDone = await Promise.race([work.then(() => true), later(PROGRESS_MS)]);
    if (progress.named === last) continue;
    last = progress.named;
    yield { kind: 'phase', step, phase: 'loading', done: Math.min(last, PACKAGES), total: PACKAGES };
  }
  return python;
}

const PROGRESS_MS = 1000;
const later = (ms: number): Promise<false> => new Promise((resolve) => setTimeout(resolve, ms, false));

/** Makes the environment, unless whoever had the lock before did. */
async function make(
  base: string,
  folder: string,
  python: string,
  signal: AbortSignal,
  progress: { named: number },
): Promise<void> {
  if (existsSync(join(folder, STAMP))) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  try {
    await run(base, ['-m', 'venv', folder], signal, () => {});
    await install(folder, python, pinnedPackages(), signal, (line) => {
      if (/^Collecting /.test(line)) progress.named++;
    });
    await run(python, ['-c', 'import torch, transformers, trl'], signal, () => {});
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  writeFileSync(join(folder, STAMP), `${pinnedPackages().join('\n')}\n`);
}

const INSTALL = ['-m', 'pip', 'install', '--no-cache-dir', '--disable-pip-version-check', '--progress-bar', 'off'];

/** Installs packages. What is downloaded lies beside them: /tmp may be a small disk. */
async function install(
  folder: string,
  python: string,
  packages: readonly string[],
  signal: AbortSignal,
  onLine: (line: string) => void = () => {},
): Promise<void> {
  const downloads = join(folder, 'downloads');
  mkdirSync(downloads, { recursive: true });
  try {
    await run(python, [...INSTALL, ...packages], signal, onLine, { ...process.env, TMPDIR: downloads });
  } finally {
    rmSync(downloads, { recursive: true, force: true });
  }
}

/** Adds packages to an environment that is ready, beside the pinned ones as they are, unless whoever had the lock before did. */
async function add(folder: string, python: string, extras: readonly string[], signal: AbortSignal): Promise<void> {
  const before = added(folder);
  const missing = extras.filter((name) => !before.includes(name));
  if (missing.length === 0) return;
  await install(folder, python, [...pinnedPackages(), ...missing], signal);
  writeFileSync(join(folder, ADDED), `${[...before, ...missing].join('\n')}\n`);
}

/** Runs a command of the set-up; rejects with the last thing that it said. What it writes goes on to the run's log. */
async function run(
  command: string,
  args: readonly string[],
  signal: AbortSignal,
  onLine: (line: string) => void,
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const child: ChildProcess = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], signal, env });
  let last = '';
  const hear = (line: string) => {
    if (line.trim() !== '') last = line.trim();
    onLine(line);
    console.error(line);
  };
  for (const stream of [child.stdout, child.stderr])
    if (stream !== null) createInterface({ input: stream }).on('line', hear);
  const [code, why] = await new Promise<[number | null, string]>((resolve) => {
    child.on('error', (error) => resolve([null, error.message]));
    child.on('close', (status) => resolve([status, '']));
  });
  signal.throwIfAborted();
  if (code === 0) return;
  throw new SophiaError(
    'environment',
    `TRL's Python environment could not be set up (${args.slice(0, 3).join(' ')}): ${(why || last).slice(0, 300)}.`,
    /No space left/i.test(last) ? 'Free some space, then resume.' : 'Mend this, then resume; nothing was left behind.',
  );
}
