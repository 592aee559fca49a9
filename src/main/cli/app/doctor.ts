/**
 * `sophia doctor`: every part, its version, where it came from, the backend in use with its measured speed, and what to do
 * about what is missing. Exit code 0 when the app is usable (a missing TensorFlow, GPU, display or Electron does not stop it).
 */

import { execFileSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type Command, Option } from 'commander';
import { findElectron } from '../../../../scripts/setup/electron.mjs';
import { cacheFolder, root } from '../../../../scripts/setup/paths.mjs';
import { readStamp } from '../../../../scripts/setup/stamp.mjs';
import { BACKENDS, type BackendChoice } from '../../../shared/kinds/backend.ts';
import { namesOf } from '../../../shared/kinds/kind.ts';
import type { BackendInfo } from '../../tensor/backend.ts';
import type { GlobalOptions } from '../common/verb.ts';

/** One line of the report. */
interface Part {
  part: string;
  /** `missing` stops the app; `absent` costs something and the app still works. */
  state: 'ok' | 'absent' | 'missing';
  version: string | null;
  /** Where it came from, or where it is. */
  source: string | null;
  /** Why it is not there and what to do about it. */
  fix: string | null;
}

interface Report {
  usable: boolean;
  backend: (BackendInfo & { gflops: number }) | null;
  parts: Part[];
}

const require = createRequire(import.meta.url);
const AGAIN = 'then run: npm run setup';

/** Adds the verb. */
export function define(command: Command): void {
  command
    .addOption(new Option('--backend <name>', 'backend to measure').choices(namesOf(BACKENDS)).default('auto'))
    .option('--deep', 'look at the home instead: database, checkpoints, data sets against their recorded hashes')
    .action(async (_options, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions & { backend: BackendChoice; deep?: boolean }>();
      if (options.deep) return (await import('./deep.ts')).printDeep(options);
      const { backend, json } = options;
      const report = await examine(backend);
      console.log(json ? JSON.stringify(report, null, 2) : format(report));
      if (!report.usable) process.exitCode = 1;
    });
}

async function examine(choice: BackendChoice): Promise<Report> {
  const { gflops, useBackend } = await import('../../tensor/backend.ts');
  const info = await useBackend(choice);
  const backend = { ...info, gflops: Math.round(gflops() * 10) / 10 };
  const parts = [
    node(),
    tensorflow(),
    packaged('wasm backend', '@tensorflow/tfjs-backend-wasm'),
    gpu(backend),
    loads('SQLite', 'better-sqlite3', sqliteVersion),
    loads('canvas', '@napi-rs/canvas', () => packageVersion('@napi-rs/canvas')),
    await electron(),
    browser(),
    await families(),
    await trl(),
    cache(),
  ];
  return { usable: parts.every(({ state }) => state !== 'missing'), backend, parts };
}

function node(): Part {
  const inside = process.execPath.startsWith(path.join(root, 'node_modules'));
  const source = inside ? 'npm, package-lock.json' : process.execPath;
  return { part: 'Node', state: 'ok', version: process.versions.node, source, fix: null };
}

function tensorflow(): Part {
  const part = 'TensorFlow backend';
  const found = readStamp()?.tensorflow;
  if (found?.state === 'ready') return { part, state: 'ok', version: found.version, source: found.source, fix: null };
  const why = found?.why ?? 'set-up has not run';
  const fix = `${why}: training is about 20 times slower without it. Fix this, ${AGAIN}`;
  return { part, state: 'absent', version: null, source: null, fix };
}

function gpu(backend: BackendInfo): Part {
  const part = 'NVIDIA GPU';
  let seen: string | undefined;
  try {
    seen = execFileSync('nvidia-smi', ['-L'], { stdio: ['ignore', 'pipe', 'ignore'], timeout: 10_000 }).toString();
  } catch {
    return { part, state: 'absent', version: null, source: null, fix: 'none found by nvidia-smi; the CPU is used' };
  }
  const source = seen.trim().split('\n').join('; ');
  const fix =
    backend.device === 'gpu' ? null : `found, but ${backend.name} does not use it; run: npm run setup -- --again`;
  return { part, state: fix === null ? 'ok' : 'absent', version: null, source, fix };
}

function packaged(part: string, name: string): Part {
  return { part, state: 'ok', version: packageVersion(name), source: `npm ${name}`, fix: null };
}

/** A part with native code: it counts only when it loads. */
function loads(part: string, name: string, version: () => string): Part {
  try {
    return { part, state: 'ok', version: version(), source: `npm ${name}`, fix: null };
  } catch (error) {
    const fix = `does not load (${(error as Error).message.split('\n')[0]}). Delete node_modules, ${AGAIN}`;
    return { part, state: 'missing', version: null, source: `npm ${name}`, fix };
  }
}

function sqliteVersion(): string {
  const Database = require('better-sqlite3');
  const database = new Database(':memory:');
  const version = database.prepare('select sqlite_version()').pluck().get();
  database.close();
  return version;
}

async function electron(): Promise<Part> {
  const found = await findElectron({ install: false });
  const version = packageVersion('electron');
  if (found.path) return { part: 'Electron', state: 'ok', version, source: found.path, fix: null };
  const fix = `${found.why}; npm start opens the page in the browser`;
  return { part: 'Electron', state: 'absent', version: null, source: null, fix };
}

function browser(): Part {
  const command = { darwin: 'open', win32: 'explorer.exe' }[process.platform as string] ?? 'xdg-open';
  const folder = (process.env.PATH ?? '').split(path.delimiter).find((name) => isExecutable(path.join(name, command)));
  const shared = { part: 'browser opener', version: null };
  if (folder !== undefined) return { ...shared, state: 'ok', source: path.join(folder, command), fix: null };
  return {
    ...shared,
    state: 'absent',
    source: null,
    fix: `${command} is not installed; npm start prints the URL to open`,
  };
}

function cache(): Part {
  return { part: 'cache folder', state: 'ok', version: null, source: cacheFolder(), fix: null };
}

async function families(): Promise<Part> {
  const { familyTitles } = await import('../../model/families/registry.ts');
  return { part: 'model families', state: 'ok', version: null, source: familyTitles().join(', '), fix: null };
}

async function trl(): Promise<Part> {
  const part = 'TRL (trainer trl)';
  const { OWN_PYTHON } = await import('../../trainers/trl/environment/find-python.ts');
  const { setupProblems } = await import('../../trainers/trl/environment/setup-problems.ts');
  const { pinnedPackages } = await import('../../trainers/trl/environment/pinned-packages.ts');
  const { environmentSize, trlEnvironment } = await import('../../trainers/trl/environment/environment-folder.ts');
  const [problem] = setupProblems([]);
  const none = { part, state: 'absent', version: null, source: null } as const;
  if (problem !== undefined) return { ...none, fix: problem.message };
  const version = pinnedPackages().find((name) => name.startsWith('trl==')) ?? null;
  const own = process.env[OWN_PYTHON];
  if (own) return { part, state: 'ok', version: null, source: `${own} (${OWN_PYTHON})`, fix: null };
  const { folder, isReady } = trlEnvironment();
  if (isReady) return { part, state: 'ok', version, source: folder, fix: null };
  return { ...none, fix: `set up by the first run with trainer: trl (${environmentSize} into ${folder})` };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function packageVersion(name: string): string {
  return JSON.parse(readFileSync(path.join(root, 'node_modules', name, 'package.json'), 'utf8')).version;
}

function format({ backend, parts, usable }: Report): string {
  const width = Math.max(...parts.map(({ part }) => part.length));
  const lines = parts.map(({ part, state, version, source, fix }) =>
    [part.padEnd(width), state.padEnd(7), [version, source, fix].filter((text) => text !== null).join('  ')].join('  '),
  );
  if (backend !== null) {
    const { name, version, device, threads, gflops, reason } = backend;
    const speed = `${gflops} GFLOP/s in a 1024 x 1024 matrix product, ${threads} thread${threads === 1 ? '' : 's'}`;
    lines.push('', `backend in use: ${name} ${version} on the ${device}: ${speed} (${reason})`);
  }
  lines.push(usable ? 'Sophia Lab is ready to use.' : 'Sophia Lab cannot run yet: see the parts marked missing.');
  return lines.join('\n');
}
