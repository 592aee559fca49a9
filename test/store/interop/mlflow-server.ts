/**
 * A real MLflow server for tests: `mlflow server` from PyPI with a database and artifacts in a temporary folder. Its virtual environment (about 850 MB)
 * lies in the user's cache folder and is made on first use; SOPHIA_MLFLOW_PYTHON names the Python of one made elsewhere.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../../../scripts/setup/paths.mjs';
import { answers, freePort } from '../../setup/real-server.ts';

const PACKAGE = 'mlflow>=3,<4';

/** The Python of the environment, or why it cannot be had. */
export type Mlflow = { readonly python: string } | { readonly missing: string };

/** Finds or makes the environment. */
export function setUpMlflow(): Mlflow {
  const given = process.env.SOPHIA_MLFLOW_PYTHON;
  if (given !== undefined)
    return works(given) ? { python: given } : { missing: `SOPHIA_MLFLOW_PYTHON=${given} lacks mlflow` };
  const folder = join(cacheFolder(), 'mlflow-server');
  const python = pythonOf(folder);
  if (existsSync(folder))
    return works(python) ? { python } : { missing: `${folder} is broken; remove it to make it again` };
  const system = ['python3', 'python'].find((name) => spawnSync(name, ['--version']).status === 0);
  if (system === undefined) return { missing: 'Python 3 was not found' };
  console.log(`Making MLflow's Python environment in ${folder} (about 850 MB, some minutes) ...`);
  // Made beside its place and renamed at the end, so that a broken-off set-up is never taken for a whole one.
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const steps = [
    [system, '-m', 'venv', unfinished],
    [pythonOf(unfinished), '-m', 'pip', 'install', '--quiet', PACKAGE],
  ];
  for (const [program, ...args] of steps) {
    const { status, stderr, stdout } = spawnSync(program!, args, { encoding: 'utf8' });
    if (status !== 0)
      return { missing: `${args.slice(0, 3).join(' ')} failed: ${`${stdout}${stderr}`.trim().split('\n').at(-1)}` };
  }
  renameSync(unfinished, folder);
  return works(python) ? { python } : { missing: `${folder} cannot import mlflow` };
}

/** A running server. */
export interface MlflowServer {
  readonly url: string;
  readonly version: string;
  end(): Promise<void>;
}

/** Starts a server and waits until it answers; rejects with its last words where it ends before. */
export async function serveMlflow(python: string): Promise<MlflowServer> {
  const folder = mkdtempSync(join(tmpdir(), 'sophia-mlflow-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = ['--host', '127.0.0.1', '--port', String(port), '--workers', '1'];
  const places = [
    '--backend-store-uri',
    `sqlite:///${join(folder, 'mlflow.db')}`,
    '--artifacts-destination',
    join(folder, 'artifacts'),
  ];
  // A group of its own: the server is a program that starts others.
  const child = spawn(python, ['-m', 'mlflow', 'server', ...args, ...places], { cwd: folder, detached: true });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  const end = async () => {
    if (child.exitCode === null) {
      const gone = once(child, 'exit');
      process.kill(-child.pid!, 'SIGKILL');
      await gone;
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    await answers('mlflow server', `${url}/health`, child, () => said);
    return { url, version: await (await fetch(`${url}/version`)).text(), end };
  } catch (error) {
    await end();
    throw error;
  }
}

function pythonOf(folder: string): string {
  return process.platform === 'win32' ? join(folder, 'Scripts/python.exe') : join(folder, 'bin/python');
}

function works(python: string): boolean {
  const find = "import importlib.util as u, sys; sys.exit(u.find_spec('mlflow') is None)";
  return spawnSync(python, ['-c', find]).status === 0;
}
