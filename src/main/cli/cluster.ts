/** `sophia cluster add|list|check|remove`: the Ray clusters that studies of a home can run on. */
import { mkdirSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { SophiaError } from '../../shared/errors.ts';
import {
  type Cluster,
  clusterSchema,
  PACKAGES_FROM,
  type PackagesFrom,
  plainCluster,
} from '../../shared/settings/cluster.ts';
import type { HomeSettings } from '../../shared/settings/home-settings.ts';
import { firstOf } from '../../shared/values/list.ts';
import { resolveHome } from '../store/open/home.ts';
import { readHomeSettings, writeHomeSettings } from '../store/settings/home-settings.ts';
import { answerOf, runningEngine } from './common/engine-client.ts';
import { number } from './common/numbers.ts';
import { plain, printRows } from './common/print-rows.ts';
import type { GlobalOptions } from './common/verb.ts';

interface AddOptions extends GlobalOptions {
  address: string;
  storage: string;
  tokenEnv: string;
  gpus: number;
  cpus: number;
  memory: number;
  packages: PackagesFrom;
}

/** Adds the sub-verbs. */
export function define(command: Command): void {
  command
    .command('add <name>')
    .description('Add a cluster, or change the one of this name.')
    .requiredOption('--address <url>', 'its Ray dashboard, such as http://127.0.0.1:8265')
    .requiredOption('--storage <path>', 'a folder that all nodes can access, for events and checkpoints')
    .option('--token-env <name>', 'the variable that holds its token (never written down)', '')
    .option('--gpus <n>', 'GPUs of each run', number(0, 1024), 1)
    .option('--cpus <n>', 'CPUs of each run', number(0, 4096), 4)
    .option('--memory <gib>', 'memory reserved for each run, in GiB; 0 reserves none', number(0, 1e6), 0)
    .addOption(
      new Option('--packages <from>', 'who installs PyTorch and TRL: Ray by pip, or the cluster has them')
        .choices(PACKAGES_FROM)
        .default('pip'),
    )
    .action((name: string, _options, self: Command) => add(name, self.optsWithGlobals<AddOptions>()));
  command
    .command('list')
    .description('List the clusters of this home.')
    .action((_options, self: Command) => list(self.optsWithGlobals<GlobalOptions>()));
  command
    .command('check <name>')
    .description("Show a cluster's nodes and free resources, and what runs would lack there.")
    .action((name: string, _options, self: Command) => check(name, self.optsWithGlobals<GlobalOptions>()));
  command
    .command('remove <name>')
    .description('Forget a cluster; refused while runs are on it.')
    .action((name: string, _options, self: Command) => remove(name, self.optsWithGlobals<GlobalOptions>()));
}

/** The settings of a home: of its engine where one is running, else of its file. */
async function settingsOf(home: string): Promise<Pick<HomeSettings, 'clusters'>> {
  const engine = runningEngine(home);
  if (engine === null) return readHomeSettings(home).settings;
  const { clusters } = await answerOf(engine.settings.get.query());
  return { clusters: clusters.map(plainCluster) };
}

async function change(home: string, clusters: Cluster[]): Promise<void> {
  const engine = runningEngine(home);
  if (engine !== null) return answerOf(engine.settings.change.mutate({ clusters }));
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const { settings, problem } = readHomeSettings(home);
  if (problem !== null) throw new SophiaError('data', problem);
  const { openStore } = await import('../store/store.ts');
  const { refuseBusyClusters } = await import('../services/clusters.ts');
  const store = openStore(home); // an engine cannot begin meanwhile
  try {
    refuseBusyClusters(store, clusters);
    writeHomeSettings(home, { ...settings, clusters });
  } finally {
    store.close();
  }
}

async function add(name: string, options: AddOptions): Promise<void> {
  const home = resolveHome(options.home);
  const { address, tokenEnv: tokenVariable, gpus, cpus, memory: memoryGiB, packages } = options;
  const storage = options.storage.replace(/\/+$/, '');
  const checked = clusterSchema.safeParse({ name, address, tokenVariable, storage, gpus, cpus, memoryGiB, packages });
  if (!checked.success) {
    const { path, message } = firstOf(checked.error.issues, 'failed check');
    throw new SophiaError('usage', `Cluster ${name}: ${path.join('.')} ${message}.`);
  }
  const { clusters } = await settingsOf(home);
  await change(home, [...clusters.filter((cluster) => cluster.name !== name), checked.data]);
  console.log(
    options.json ? JSON.stringify(checked.data) : `Cluster ${name}: kept. Next: sophia cluster check ${name}`,
  );
}

async function list(options: GlobalOptions): Promise<void> {
  const { clusters } = await settingsOf(resolveHome(options.home));
  if (options.json) return console.log(JSON.stringify(clusters, null, 2));
  if (clusters.length === 0)
    return console.log('No clusters. Add one: sophia cluster add NAME --address URL --storage PATH');
  console.log(
    printRows(clusters, [
      { head: 'cluster', text: (one) => one.name },
      { head: 'address', text: (one) => plain(one.address) },
      { head: 'storage', text: (one) => plain(one.storage) },
      {
        head: 'each run',
        text: ({ gpus, cpus, memoryGiB }) => `${gpus} GPU, ${cpus} CPU${memoryGiB > 0 ? `, ${memoryGiB} GiB` : ''}`,
      },
      { head: 'token', text: (one) => one.tokenVariable || 'none' },
    ]),
  );
}

async function check(name: string, options: GlobalOptions): Promise<void> {
  const home = resolveHome(options.home);
  const engine = runningEngine(home);
  const found =
    engine === null ? await checkHere(home, name) : await answerOf(engine.settings.checkCluster.mutate({ name }));
  if (found.problems.length > 0) process.exitCode = 1;
  if (options.json) return console.log(JSON.stringify(found, null, 2));
  const of = (free: number | null, all: number | null) => (all === null ? 'not told' : `${free} of ${all} free`);
  console.log(`Ray ${plain(found.rayVersion)}, nodes: ${found.nodes}`);
  console.log(`GPUs: ${of(found.freeGpus, found.gpus)}; CPUs: ${of(found.freeCpus, found.cpus)}`);
  if (found.freeStorageGB !== null) console.log(`storage: ${found.freeStorageGB.toFixed(0)} GB free`);
  for (const warning of found.warnings) console.log(`warning: ${plain(warning)}`);
  for (const problem of found.problems) console.log(`problem: ${plain(problem)}`);
  if (found.problems.length === 0) console.log('Ready to train runs.');
}

async function checkHere(home: string, name: string) {
  const { checkCluster } = await import('../trainers/ray/check-cluster.ts');
  const { clusterNamed } = await import('../services/clusters.ts');
  const cluster = clusterNamed(readHomeSettings(home).settings, name);
  const token = process.env[cluster.tokenVariable]?.trim() || null;
  const { problems, ...report } = await checkCluster({ cluster, token }, home);
  return { ...report, problems: problems.map(({ message }) => message) };
}

async function remove(name: string, options: GlobalOptions): Promise<void> {
  const home = resolveHome(options.home);
  const { clusterNamed } = await import('../services/clusters.ts');
  const settings = await settingsOf(home);
  clusterNamed(settings, name);
  await change(
    home,
    settings.clusters.filter((cluster) => cluster.name !== name),
  );
  console.log(
    options.json ? JSON.stringify({ removed: name }) : `Cluster ${name}: forgotten. What it holds stays there.`,
  );
}
