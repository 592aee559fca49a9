/**
 * What would keep TRL's environment from being made or used here, looked for before a run is queued: room on the disk, a folder that can be written,
 * Python's own parts, the package index. Deliberately absent: making it (python-environment.ts).
 */
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SophiaError } from '../../../../shared/errors.ts';
import { freeBytes as freeOf, isWritable } from '../../../model/io/local-path.ts';
import { environmentSize, missingPackages, trlEnvironment } from './environment-folder.ts';
import { basePython, OWN_PYTHON, pythonProblem, pythonVersion } from './find-python.ts';
import { pinnedPackages } from './pinned-packages.ts';

/** What must be free on the disk for a new environment, and for packages that are added to one, in GB. */
const NEW_GB = 10;
const MORE_GB = 2;
/** How long the package index may take to answer. */
const INDEX_SECONDS = 10;
/** A small one of the pinned packages: its description alone is asked for. */
const ASKED_FOR = /^peft==/;

/** What can be given in place of this machine's own. */
export interface SetupLook {
  readonly environment?: NodeJS.ProcessEnv;
  /** Bytes that are free where a folder lies. */
  readonly freeBytes?: (folder: string) => number;
  /** Whether the package index is asked for, which takes a second and more. */
  readonly asksIndex?: boolean;
}

/** Why runs that need these packages beside the pinned ones cannot have their environment here: the first reason, with its fix. */
export function setupProblems(
  extras: readonly string[],
  { environment = process.env, freeBytes = freeOf, asksIndex = false }: SetupLook = {},
): SophiaError[] {
  if (environment[OWN_PYTHON]) return pythonProblem(environment);
  const { folder, python, isReady } = trlEnvironment();
  const missing = missingPackages(extras);
  if (isReady) {
    if (pythonVersion(python, environment) === null)
      return problem(
        `TRL's environment in ${folder} does not run any more: the Python that it was made with may be gone.`,
        'Remove that folder; the next run makes it anew.',
      );
    if (missing.length === 0) return [];
  }
  const [noPython] = isReady ? [] : pythonProblem(environment);
  if (noPython !== undefined) return [noPython];
  const command = isReady ? python : basePython(environment);
  const parts = isReady || runs(command, ['-c', 'import ensurepip, venv'], environment);
  if (!parts)
    return problem(
      `Trainer trl makes an environment with ${command}, which lacks venv or ensurepip.`,
      `Install them (on Debian and Ubuntu: apt install python3-venv), or name an environment that has TRL in ${OWN_PYTHON}.`,
    );
  const room = roomProblem(folder, isReady ? MORE_GB : NEW_GB, freeBytes);
  if (room !== null) return [room];
  return asksIndex ? indexProblem(command, environment) : [];
}

/** What the first of such runs does before it trains, in words; null: nothing. */
export function setupAhead(extras: readonly string[], environment: NodeJS.ProcessEnv = process.env): string | null {
  if (environment[OWN_PYTHON]) return null;
  const { folder, isReady } = trlEnvironment();
  const missing = missingPackages(extras);
  if (!isReady) return `The first run sets up TRL, once: ${environmentSize} of packages into ${folder}.`;
  return missing.length === 0 ? null : `The first run adds ${missing.join(', ')} to TRL's environment, once.`;
}

/** What is wrong with the disk for a folder that is to be made; null where nothing is. What an earlier try has left there makes way. */
export function roomProblem(
  folder: string,
  neededGb = NEW_GB,
  freeBytes: (folder: string) => number = freeOf,
): SophiaError | null {
  const there = existing(folder);
  const fault = statSync(there).isDirectory() ? (isWritable(there) ? null : 'cannot be written') : 'is no folder';
  if (fault !== null)
    return new SophiaError(
      'environment',
      `Trainer trl sets up its environment in ${folder}, and ${there} ${fault}.`,
      'Set SOPHIA_CACHE to a folder of yours.',
    );
  const left = neededGb === NEW_GB ? sizeOf(folder) : 0;
  const free = (freeBytes(there) + left) / 1e9;
  if (free >= neededGb) return null;
  return new SophiaError(
    'environment',
    `Setting up TRL needs ${neededGb} GB free in ${dirname(folder)}; ${free.toFixed(1)} GB are.`,
    'Free some space, or set SOPHIA_CACHE to a folder of a larger disk.',
  );
}

/** Whether pip finds a pinned package, by the user's own configuration of it; nothing is said where this Python has no pip yet. */
function indexProblem(python: string, environment: NodeJS.ProcessEnv): SophiaError[] {
  if (!runs(python, ['-m', 'pip', '--version'], environment)) return [];
  const name = pinnedPackages().find((one) => ASKED_FOR.test(one)) ?? 'peft';
  const asked = spawnSync(
    python,
    [
      ...['-m', 'pip', 'install', '--dry-run', '--no-deps', '--ignore-installed', '--quiet', '--no-input'],
      ...['--disable-pip-version-check', '--retries', '0', '--timeout', `${INDEX_SECONDS}`, name],
    ],
    { env: environment, encoding: 'utf8', timeout: 3 * INDEX_SECONDS * 1000 },
  );
  if (asked.status === 0) return [];
  const said = (asked.stderr ?? '').trim().split('\n').at(-1)?.trim().replace(/\.$/, '') || 'it did not answer in time';
  return problem(
    `Setting up TRL downloads packages, and pip does not get ${name}: ${said.slice(0, 200)}.`,
    `See to the network (or PIP_INDEX_URL, PIP_PROXY), or name an environment that has TRL in ${OWN_PYTHON}.`,
  );
}

const problem = (text: string, fix: string): SophiaError[] => [new SophiaError('environment', text, fix)];

const runs = (command: string, args: readonly string[], environment: NodeJS.ProcessEnv): boolean =>
  spawnSync(command, args, { env: environment, stdio: 'ignore', timeout: 20_000 }).status === 0;

function existing(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existing(dirname(folder));
}

function sizeOf(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).reduce((sum, name) => {
    const found = lstatSync(join(folder, name), { throwIfNoEntry: false });
    return sum + (found?.isFile() ? found.size : 0);
  }, 0);
}
