/**
 * Where things lie in a home: one folder with the database, runs, backups. Deliberately absent: creating any of it.
 */
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { SophiaError } from '../../../shared/errors.ts';
import { RUNS } from '../../model/home/home-of-run.ts';

/** Absolute paths of everything the store keeps in a home. */
export interface HomePaths {
  readonly home: string;
  readonly database: string;
  readonly lock: string;
  readonly owner: string; // who holds the lock, for messages; left behind by a crash
  readonly backups: string;
  readonly runs: string;
}

/** The home to use: `given` (--home), else SOPHIA_HOME, else the platform's application-data folder. @throws SophiaError 'usage' where there is none */
export function resolveHome(given?: string, env: NodeJS.ProcessEnv = process.env): string {
  const named = given ?? env.SOPHIA_HOME;
  if (named !== undefined && named !== '') return resolve(named);
  if (process.platform === 'win32') return join(env.APPDATA ?? join(ownFolder(), 'AppData', 'Roaming'), 'Sophia Lab');
  if (process.platform === 'darwin') return join(ownFolder(), 'Library', 'Application Support', 'Sophia Lab');
  const { XDG_DATA_HOME: data } = env; // a relative one counts as none, by its own standard
  return join(data !== undefined && isAbsolute(data) ? data : join(ownFolder(), '.local', 'share'), 'sophia-lab');
}

/** The user's own folder. @throws SophiaError 'usage' for a user who has none (HOME is empty, a container's user without a name) */
function ownFolder(): string {
  let folder = '';
  try {
    folder = homedir();
  } catch {} // the system knows none
  if (isAbsolute(folder)) return folder;
  throw new SophiaError(
    'usage',
    'There is no place for the home: this user has no folder of their own (HOME is not set to one).',
    'Name the home with --home or SOPHIA_HOME.',
  );
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
