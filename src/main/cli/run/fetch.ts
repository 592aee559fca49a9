/** `sophia run fetch RUN`: a checkpoint of a run on a cluster becomes a model of this home. */
import type { Command } from 'commander';
import { SophiaError } from '../../../shared/errors.ts';
import { resolveHome } from '../../store/open/home.ts';
import { readHomeSettings } from '../../store/settings/home-settings.ts';
import { openStore, type ReadStore } from '../../store/store.ts';
import { answerOf, runningEngine } from '../common/engine-client.ts';
import { whole } from '../common/numbers.ts';
import { plain } from '../common/print-rows.ts';
import type { GlobalOptions } from '../common/verb.ts';

interface Options extends GlobalOptions {
  readonly step?: number;
  readonly name?: string;
}

/** Adds the sub-verb. */
export function defineRunFetch(command: Command): void {
  command
    .command('fetch')
    .description('Copy a checkpoint of a run on a cluster into the models of this home.')
    .argument('<run>', 'name or number')
    .option('--step <step>', 'the checkpoint of this step (default: the newest)', whole(0, 1e9))
    .option('--name <name>', 'the name of the model (default: of run and step)')
    .action((run: string, _options, self: Command) => fetchOne(run, self.optsWithGlobals<Options>()));
}

async function fetchOne(reference: string, options: Options): Promise<void> {
  const home = resolveHome(options.home);
  const engine = runningEngine(home);
  const store = openStore(home, { readonly: true });
  try {
    const run = store.findRun(reference);
    const step = options.step ?? store.checkpoints(run)[0]?.step;
    if (step === undefined)
      throw new SophiaError('usage', `Run ${store.run(run).name} has no checkpoint.`, 'Wait for its first.');
    const name = options.name ?? `${store.run(run).name}-step-${step}`;
    const made =
      engine === null
        ? await fetchHere(home, store, { run, step, name })
        : await answerOf(engine.runs.fetchCheckpoint.mutate({ id: run, step, name }));
    const { folder } = made;
    console.log(options.json ? JSON.stringify({ name, folder }) : `Model ${plain(name)}: ${plain(folder)}`);
  } finally {
    store.close();
  }
}

async function fetchHere(
  home: string,
  store: ReadStore,
  which: { readonly run: number; readonly step: number; readonly name: string },
) {
  const { fetchAsModel } = await import('../../services/runs/fetch-checkpoint.ts');
  const { clusterNamed } = await import('../../services/clusters.ts');
  const { fetchCheckpoint } = await import('../../trainers/ray/fetch-checkpoint.ts');
  const { settings } = readHomeSettings(home);
  const accessTo = (name: string) => {
    const cluster = clusterNamed(settings, name);
    return { cluster, token: process.env[cluster.tokenVariable]?.trim() || null };
  };
  return fetchAsModel(store, (uri, into) => fetchCheckpoint(accessTo, { home, uri, into }), which);
}
