/**
 * Where things lie in a home: one folder with the database, runs, backups. Deliberately absent: creating any of it.
 */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { SophiaError } from '../../../shared/errors.ts';
import { RUNS } from '../../model/io/home-of-run.ts';

/** Absolute paths of everything the store keeps in a home. */
export interface HomePaths {
  readonly home: string;
  readonly database: string;
  readonly lock: string;
  readonly owner: string; // who holds the lock, for messages; left behind by a crash
  readonly backups: string;
  readonly runs: string;
}

/** The home to use: `given` (--home), else SOPHIA_HOME, else the platform's application-data folder. */
export function resolveHome(given?: string, env: NodeJS.ProcessEnv = process.env): string {
  const named = given ?? env.SOPHIA_HOME;
  if (named !== undefined && named !== '') return resolve(named);
  if (process.platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Sophia Lab');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Sophia Lab');
  return join(env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'sophia-lab');
}

/** The paths inside a home. */
export function homePaths(home: string): HomePaths {
  const at = resolve(home);
  return {
    home: at,
    database: join(at, 'sophia.db'),
    lock: join(at, 'engine.lock'),
    owner: join(at, 'engine.pid'),
    backups: join(at, 'backups'),
    runs: join(at, RUNS),
  };
}

/** Folder of a run's files. @throws SophiaError 'internal' for what is not a run number. */
export function runFolder(paths: Pick<HomePaths, 'runs'>, runId: number): string {
  if (!Number.isSafeInteger(runId) || runId < 1) throw new SophiaError('internal', `${runId} is not a run number.`);
  return join(paths.runs, String(runId));
}
