/**
 * The peer's environment: Hugging Face TRL on torch in a virtual environment of its own, kept in the user's cache folder. Made on first use
 * from PyPI, whose torch brings the CUDA libraries along: about 6 GB on Linux. SOPHIA_BENCH_PYTHON names the Python of an environment made
 * elsewhere. Benches go on without the peer where none can be had. Alone: `node bench/training/peers/setup.ts`.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../../../scripts/setup/paths.mjs';

const PACKAGES = ['torch', 'torchvision', 'transformers', 'trl', 'peft', 'accelerate', 'datasets', 'pillow'];
const MODULES = ['torch', 'torchvision', 'transformers', 'trl', 'peft', 'accelerate', 'datasets', 'PIL'];

/** The peer's Python, or why there is none. */
export type Peer = { readonly python: string } | { readonly missing: string };

/** Finds or makes the environment; `say` gets a line before anything that takes time. */
export function setUpPeer(say: (line: string) => void): Peer {
  const given = process.env.SOPHIA_BENCH_PYTHON;
  if (given !== undefined)
    return works(given)
      ? { python: given }
      : { missing: `SOPHIA_BENCH_PYTHON=${given} lacks one of ${MODULES.join(', ')}` };
  const folder = join(cacheFolder(), 'bench-peers');
  const python = pythonOf(folder);
  if (existsSync(folder))
    return works(python) ? { python } : { missing: `${folder} is broken; remove it to make it again` };
  const system = ['python3', 'python'].find((name) => spawnSync(name, ['--version']).status === 0);
  if (system === undefined) return { missing: 'Python 3 was not found' };
  say(`Making the peer's Python environment in ${folder} (about 6 GB, some minutes) ...`);
  // Made beside its place and renamed at the end, so that a broken-off set-up is never taken for a whole one.
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  const made = spawnSync(system, ['-m', 'venv', unfinished], { encoding: 'utf8' });
  if (made.status !== 0) return { missing: `python -m venv failed: ${lastLine(made.stderr + made.stdout)}` };
  const installed = spawnSync(pythonOf(unfinished), ['-m', 'pip', 'install', '--quiet', ...PACKAGES], {
    encoding: 'utf8',
  });
  if (installed.status !== 0) return { missing: `pip install failed: ${lastLine(installed.stderr)}` };
  renameSync(unfinished, folder); // python finds its packages relative to its own binary; only pip's scripts would notice
  return works(python) ? { python } : { missing: `${folder} cannot import ${MODULES.join(', ')}` };
}

function pythonOf(folder: string): string {
  return process.platform === 'win32' ? join(folder, 'Scripts/python.exe') : join(folder, 'bin/python');
}

function works(python: string): boolean {
  const find = `import importlib.util as u, sys; sys.exit(any(u.find_spec(m) is None for m in ${JSON.stringify(MODULES)}))`;
  try {
    execFileSync(python, ['-c', find], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
}

if (import.meta.main) {
  const peer = setUpPeer((line) => console.log(line));
  console.log('python' in peer ? peer.python : `No peer: ${peer.missing}.`);
  process.exitCode = 'python' in peer ? 0 : 1;
}
