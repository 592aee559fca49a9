/**
 * What some settings ask of the place where a run is to be trained, looked for before anything is queued: a GPU, packages beyond the pinned ones.
 * Deliberately absent: what a cluster's nodes have (ray/check-cluster.ts asks them), and settings that contradict each other (settings-table.ts).
 */
import { spawnSync } from 'node:child_process';
import { SophiaError } from '../../../shared/errors.ts';
import type { Cluster } from '../../../shared/settings/cluster.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { OWN_PYTHON } from './environment/find-python.ts';
import { type Extra, extrasOf, gpuSettings } from './extras.ts';

/** Why settings of a run cannot be had on this machine (`cluster` null) or on a cluster. */
export function placeProblems(
  settings: Settings,
  cluster: Cluster | null,
  environment: NodeJS.ProcessEnv = process.env,
): SophiaError[] {
  const gpu = cluster === null ? gpuHere(settings, environment) : gpuThere(settings, cluster);
  const packages = extrasOf([settings]).flatMap((extra) =>
    cluster === null ? missingHere(extra, environment) : missingThere(extra, cluster),
  );
  return [...gpu, ...packages];
}

function gpuHere(settings: Settings, environment: NodeJS.ProcessEnv): SophiaError[] {
  const wanting = gpuSettings(settings);
  if (wanting.length === 0 || SIGHT.some(([command, ...args]) => runs(command, args, environment))) return [];
  return [
    new SophiaError(
      'environment',
      `${wanting.join(' and ')} needs a GPU, and this machine has none that nvidia-smi or rocm-smi knows.`,
      'Use `study run --on CLUSTER` with GPUs, or leave it out.',
    ),
  ];
}

/** Commands that end well where there is a GPU that PyTorch computes on. */
const SIGHT = [
  ['nvidia-smi', '-L'],
  ['rocm-smi', '--showid'],
] as const;

function gpuThere(settings: Settings, { name, gpus }: Cluster): SophiaError[] {
  const wanting = gpuSettings(settings);
  if (wanting.length === 0 || gpus > 0) return [];
  return [
    new SophiaError(
      'usage',
      `${wanting.join(' and ')} needs a GPU, and runs on cluster ${name} ask for none.`,
      `Add it again with \`sophia cluster add ${name} … --gpus 1\`, or leave the setting out.`,
    ),
  ];
}

function missingHere(extra: Extra, environment: NodeJS.ProcessEnv): SophiaError[] {
  const { module, setting, package: name } = extra;
  const own = environment[OWN_PYTHON];
  if (own === undefined || own === '')
    return name === null ? [ownOnly(extra, `Name the Python of one in ${OWN_PYTHON}.`)] : [];
  if (
    runs(
      own,
      ['-c', `import importlib.util as u, sys; sys.exit(u.find_spec(${JSON.stringify(module)}) is None)`],
      environment,
    )
  )
    return [];
  return [
    new SophiaError(
      'environment',
      `${setting} needs the package ${module}, which ${own} (${OWN_PYTHON}) lacks.`,
      `Install it: ${own} -m pip install ${name ?? module}`,
    ),
  ];
}

function missingThere(extra: Extra, { name, packages }: Cluster): SophiaError[] {
  if (packages === 'cluster' || extra.package !== null) return [];
  return [
    ownOnly(extra, `Install both there and add the cluster with \`sophia cluster add ${name} … --packages cluster\`.`),
  ];
}

const ownOnly = ({ module, setting }: Extra, fix: string): SophiaError =>
  new SophiaError(
    'environment',
    `${setting} needs ${module}, which does not go with the versions that this program installs: it takes an environment of your own.`,
    fix,
  );

const runs = (command: string, args: readonly string[], environment: NodeJS.ProcessEnv): boolean =>
  spawnSync(command, args, { env: environment, stdio: 'ignore', timeout: 20_000 }).status === 0;
