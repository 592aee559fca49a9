/** Finds the Python that TRL's environment is made with, or the user's own environment that has TRL already (SOPHIA_TRL_PYTHON). */
import { spawnSync } from 'node:child_process';
import { SophiaError } from '../../../../shared/errors.ts';

/** The oldest Python that the pinned packages run on. */
const OLDEST = [3, 11] as const;
/** The same in words. */
export const OLDEST_PYTHON = OLDEST.join('.');
/** The variable that names the Python of an environment with TRL. */
export const OWN_PYTHON = 'SOPHIA_TRL_PYTHON';

const NAMES = process.platform === 'win32' ? ['python', 'py'] : ['python3', 'python'];

/** The first Python of the PATH that is new enough. @throws SophiaError 'environment' with what to install */
export function basePython(environment: NodeJS.ProcessEnv = process.env): string {
  const found = NAMES.map((name) => ({ name, version: pythonVersion(name, environment) }));
  const fit = found.find(({ version }) => version !== null && isNewEnough(version));
  if (fit !== undefined) return fit.name;
  const old = found.find(({ version }) => version !== null);
  const seen = old?.version ? `${old.name} is ${old.version.join('.')}` : `there is no ${NAMES[0]}`;
  throw new SophiaError(
    'environment',
    `Trainer trl needs Python ${OLDEST_PYTHON} or newer; ${seen}.`,
    `Install it, or name the Python of an environment that has TRL in ${OWN_PYTHON}.`,
  );
}

/** What keeps TRL from running here at all, before anything is queued. */
export function pythonProblem(environment: NodeJS.ProcessEnv = process.env): SophiaError[] {
  const own = environment[OWN_PYTHON];
  try {
    if (own === undefined || own === '') basePython(environment);
    else if (pythonVersion(own, environment) === null) {
      throw new SophiaError(
        'environment',
        `${OWN_PYTHON} is ${own}, which does not run.`,
        'Name the python of an environment that has TRL, or unset it.',
      );
    }
    return [];
  } catch (error) {
    if (error instanceof SophiaError) return [error];
    throw error;
  }
}

/** The version of a Python as [major, minor]; null where it does not run. */
export function pythonVersion(python: string, environment: NodeJS.ProcessEnv): number[] | null {
  const asked = spawnSync(python, ['-c', 'import sys; print(*sys.version_info[:2])'], {
    env: environment,
    encoding: 'utf8',
    timeout: 20_000,
  });
  if (asked.status !== 0) return null;
  return asked.stdout.trim().split(' ').map(Number);
}

/** Whether the pinned packages run on a Python of this version. */
export function isNewEnough([major = 0, minor = 0]: readonly number[]): boolean {
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}
