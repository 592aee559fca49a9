/**
 * What a cluster is and whether runs would find there what they need, asked by a small job: Ray's version, nodes, what is free, the storage as each
 * node sees it, models, packages. Every problem is one line with its fix.
 */
import { z } from 'zod';
import { SophiaError } from '../../../shared/errors.ts';
import { thinkingKind } from '../../../shared/kinds/thinking.ts';
import { LOOPBACK } from '../../../shared/settings/base-url.ts';
import type { Cluster, ClusterReport } from '../../../shared/settings/cluster.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { modelFolder } from '../../model/folder/find-model.ts';
import { isNewEnough, OLDEST_PYTHON } from '../trl/environment/find-python.ts';
import { extrasOf } from '../trl/extras.ts';
import { modelAt, type PackedModel } from '../trl/pack/write-package.ts';
import { type ClusterAccess, JobsApi } from './jobs-api.ts';
import { homeName } from './ray-job.ts';
import { inFolder, modelPlaces, packCode } from './ray-package.ts';
import { runSmallJob } from './small-job.ts';

const resources = z.record(z.string(), z.number()).nullable();
const probeSchema = z.object({
  python: z.array(z.int()),
  missing: z.array(z.string()),
  models: z.record(z.string(), z.object({ folder: z.string().nullable(), problem: z.string().nullable() })),
  storage: z.string().nullable(),
  freeGB: z.number().nullable(),
  nodes: z.array(z.object({ host: z.string(), seesStorage: z.boolean().nullable() })),
  resources,
  available: resources,
  largest: resources, // what the node has that has most of each
});

/** Ray's first version that lets nothing of a browser's through, and needs no token for that. */
const GUARDED = [2, 54];
const POLL_MS = 500;

/** The models that settings name, as packages name them. */
function modelsOf(settings: readonly Settings[], home: string): PackedModel[] {
  const folders = new Set(
    settings.flatMap(({ model, reward }) => {
      const { modelSetting } = thinkingKind(reward);
      return [model.policy, ...(modelSetting === null ? [] : [model[modelSetting]])].map((name) =>
        modelFolder(name, home),
      );
    }),
  );
  const models: PackedModel[] = [];
  for (const folder of folders) models.push(modelAt(folder, models));
  return models;
}

/** Asks a cluster, and whether these runs would find there what they need. @throws SophiaError where it cannot be asked at all */
export async function checkCluster(
  access: ClusterAccess,
  home: string,
  runs: readonly Settings[] = [],
): Promise<ClusterReport> {
  const { cluster } = access;
  const api = new JobsApi(() => access);
  const rayVersion = await api.version();
  const wanted = modelsOf(runs, home).map(({ name, variable, folder, fingerprint }) => {
    return { name, variable, fingerprint, places: modelPlaces(cluster, { name, folder }) };
  });
  const { answer } = await inFolder(async (folder) =>
    runSmallJob(api, {
      id: `sophia-${homeName(home)}`,
      package: await packCode(folder),
      args: [
        ...['probe', '--storage', cluster.storage, '--models', JSON.stringify(wanted)],
        ...['--modules', JSON.stringify(extrasOf(runs).map(({ module }) => module))],
      ],
      pollMs: POLL_MS,
    }),
  );
  const probe = probeSchema.safeParse(answer);
  if (!probe.success)
    throw new SophiaError('environment', `Cluster ${cluster.name}: a job of the program gave no answer.`, 'Try again.');
  const workers = Math.max(1, ...runs.map(({ training }) => training.workers));
  return report(access, rayVersion, probe.data, workers);
}

function report(
  access: ClusterAccess,
  rayVersion: string,
  probe: z.output<typeof probeSchema>,
  workers: number,
): ClusterReport {
  const { cluster } = access;
  const of = (all: z.output<typeof resources>, name: string) => (all === null ? null : (all[name] ?? 0));
  const found = {
    gpus: of(probe.resources, 'GPU'),
    freeGpus: of(probe.available, 'GPU'),
    cpus: of(probe.resources, 'CPU'),
    freeCpus: of(probe.available, 'CPU'),
  };
  return {
    rayVersion,
    nodes: probe.nodes.length,
    ...found,
    freeStorageGB: probe.freeGB,
    warnings: openness(access, rayVersion),
    problems: [...storageProblems(cluster, probe), ...partProblems(cluster, workers, probe, found)],
  };
}

function storageProblems({ name, storage }: Cluster, probe: z.output<typeof probeSchema>): SophiaError[] {
  if (probe.storage !== null)
    return [
      new SophiaError(
        'environment',
        `Cluster ${name}: the storage ${storage} ${probe.storage}.`,
        'Name a folder with --storage that its jobs may write to.',
      ),
    ];
  return probe.nodes
    .filter(({ seesStorage }) => seesStorage !== true)
    .map(({ host, seesStorage }) => {
      const what =
        seesStorage === null ? 'did not answer within a minute' : `does not see what another wrote to ${storage}`;
      return new SophiaError(
        'environment',
        `Cluster ${name}: node ${host} ${what}.`,
        'Name a folder with --storage that all nodes share.',
      );
    });
}

function partProblems(
  cluster: Cluster,
  workers: number,
  { python, missing, models, largest }: z.output<typeof probeSchema>,
  found: Pick<ClusterReport, 'gpus' | 'cpus'>,
): SophiaError[] {
  const { name, packages } = cluster;
  const problems: [text: string, fix: string][] = [];
  if (!isNewEnough(python))
    problems.push([`its Python is ${python.join('.')}; runs need ${OLDEST_PYTHON} or newer`, 'Update it there.']);
  for (const [what, word] of [
    ['gpus', 'GPU'],
    ['cpus', 'CPU'],
  ] as const) {
    const [has, most, each] = [found[what], largest?.[word], cluster[what]];
    const fix = `Change that by \`sophia cluster add … --${what}\`.`;
    if (has !== null && has < each * workers)
      problems.push([`it has ${has} ${word}s and a run asks for ${each * workers}`, fix]);
    else if (most !== undefined && most < each)
      problems.push([
        `its largest node has ${most} ${word}s and ${workers > 1 ? 'a worker' : 'a run'} asks for ${each}`,
        fix,
      ]);
  }
  if (packages === 'cluster' && missing.length > 0)
    problems.push([`its Python lacks ${missing.join(', ')}`, 'Install them there, or let Ray do it: --packages pip.']);
  for (const { problem } of Object.values(models))
    if (problem !== null)
      problems.push([
        `it cannot see a model: ${problem.replace(/; copy it.*$/, '').replace(/\.$/, '')}`,
        'Copy its folder to STORAGE/models/ there.',
      ]);
  return problems.map(([text, fix]) => new SophiaError('environment', `Cluster ${name}: ${text}.`, fix));
}

/** Whoever reaches the head of a cluster without a token can run anything there. */
function openness({ cluster, token }: ClusterAccess, rayVersion: string): string[] {
  const { hostname } = new URL(cluster.address);
  const isHere = LOOPBACK.has(hostname);
  const [major = 0, minor = 0] = rayVersion.split('.').map(Number);
  const isOld = major < GUARDED[0]! || (major === GUARDED[0] && minor < GUARDED[1]!);
  return [
    ...(token === null && !isHere
      ? [`It wants no token: whoever reaches ${hostname} can run programs on it. Set RAY_AUTH_MODE=token there.`]
      : []),
    ...(isOld ? [`Ray ${rayVersion} lets web pages send it jobs; ${GUARDED.join('.')} and newer do not.`] : []),
    ...(token !== null && !isHere && cluster.address.startsWith('http:')
      ? ['Its token goes there unencrypted: use https, or a tunnel.']
      : []),
  ];
}
