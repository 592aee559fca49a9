/** `sophia run export RUN` and `sophia run import FILE|DIR`: metrics to and from other programs, and runs of a packed study. */

import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { SophiaError } from '../../../shared/errors.ts';
import { namesOf } from '../../../shared/kinds/kind.ts';
import {
  EXPORT_FORMATS,
  type ExportFormat,
  exportName,
  isFileFormat,
  LOG_FORMATS,
  type LogFormat,
  SERVER_FORMATS,
  type ServerFormat,
} from '../../../shared/run/log-formats.ts';
import { exportRun } from '../../store/interop/export-run.ts';
import { importLog, type LogPlace } from '../../store/interop/import-log.ts';
import { sendToMlflow } from '../../store/interop/mlflow.ts';
import { resolveHome } from '../../store/open/home.ts';
import { openStore, type ReadStore } from '../../store/store.ts';
import { answerOf, runningEngine } from '../common/engine-client.ts';
import { whole } from '../common/numbers.ts';
import { plain } from '../common/print-rows.ts';
import type { GlobalOptions } from '../common/verb.ts';

interface ExportOptions extends GlobalOptions {
  readonly format: ExportFormat;
  readonly out?: string;
  readonly url?: string;
}

interface ImportOptions extends GlobalOptions, LogPlace {
  readonly format?: LogFormat;
}

/** Adds the sub-verbs. */
export function defineRunInterop(command: Command): void {
  command
    .command('export <run>')
    .description("write a run's metrics for another program")
    .addOption(new Option('--format <format>', 'format').choices(namesOf(EXPORT_FORMATS)).makeOptionMandatory())
    .option('--out <path>', 'file; for tensorboard the log folder (default: from the run name)')
    .option('--url <url>', 'the MLflow server, such as http://127.0.0.1:5000')
    .action((run: string, _options, self: Command) => exportOne(run, self.optsWithGlobals<ExportOptions>()));
  command
    .command('import <file>')
    .description(
      "import another program's metric log as a run to compare with; or the folder of a packed study, while it is trained and after",
    )
    .addOption(new Option('--format <format>', 'format of the log').choices(namesOf(LOG_FORMATS)))
    .option('--study <name>', 'study to put it into (default: imported)')
    .option('--variant <name>', 'its variant (default: the file name)')
    .option('--seed <n>', 'its seed', whole(0, 2 ** 32 - 1), 0)
    .action((file: string, _options, self: Command) => importPath(file, self.optsWithGlobals<ImportOptions>()));
}

async function exportOne(reference: string, options: ExportOptions): Promise<void> {
  const { format, url, json } = options;
  const store = openStore(resolveHome(options.home), { readonly: true });
  try {
    const id = store.findRun(reference);
    const { name } = store.run(id);
    if (!isFileFormat(format)) {
      const { lines, data } = await SENDERS[format](store, id, addressOf(format, url));
      return console.log(
        json ? JSON.stringify({ run: name, ...data }) : [`${plain(name)}: ${lines[0]}`, ...lines.slice(1)].join('\n'),
      );
    }
    const file = exportRun(store, id, format, options.out ?? exportName(format, name));
    console.log(json ? JSON.stringify({ run: name, file }) : file);
  } finally {
    store.close();
  }
}

/** What was sent, in lines to print and as data. */
interface Sent {
  readonly lines: readonly string[];
  readonly data: object;
}

/** What sends a run to each kind of server. */
const SENDERS = {
  mlflow: async (store, id, url) => {
    const sent = await sendToMlflow(store, id, url);
    const values = `${sent.metrics} values, ${sent.params} settings`;
    const renamed = Object.entries(sent.renamed).map(
      ([from, to]) => `  ${plain(from)} is called ${to} there (MLflow's names)`,
    );
    return { lines: [`run ${sent.runId} of experiment ${sent.experimentId}, ${values}.`, ...renamed], data: sent };
  },
} as const satisfies Record<ServerFormat, (store: ReadStore, id: number, url: string) => Promise<Sent>>;

function addressOf(format: ServerFormat, url: string | undefined): string {
  if (url !== undefined) return url;
  const { title } = SERVER_FORMATS[format];
  throw new SophiaError('usage', `No ${title} server given.`, 'Give --url http://127.0.0.1:5000.');
}

async function importPath(path: string, options: ImportOptions): Promise<void> {
  const { format } = options;
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return importFolder(path, options);
  if (format !== undefined) return importOne(path, format, options);
  throw new SophiaError(
    'usage',
    `${path}: the format of the log is not given.`,
    `Add --format ${namesOf(LOG_FORMATS).join('|')}.`,
  );
}

async function importFolder(folder: string, options: ImportOptions): Promise<void> {
  const home = resolveHome(options.home);
  const engine = runningEngine(home);
  const brought =
    engine === null
      ? await importHere(home, folder)
      : await answerOf(engine.runs.importPack.mutate({ folder: resolve(folder) }));
  if (brought.runs.some(({ problem }) => problem !== null)) process.exitCode = 1;
  if (options.json) return void console.log(JSON.stringify(brought, null, 2));
  console.log(`Study ${plain(brought.study)}:`);
  for (const { run, variant, seed, state, step, events, problem } of brought.runs) {
    console.log(`  ${plain(run)} (${variant} seed ${seed}): ${state} at step ${step}, ${events} new events`);
    if (problem !== null) console.error(`  ${plain(problem)}`);
  }
}

async function importHere(home: string, folder: string) {
  const { importPack } = await import('../../services/studies/import-pack.ts');
  const store = openStore(home);
  try {
    return importPack(store, folder);
  } finally {
    store.close();
  }
}

async function importOne(file: string, format: LogFormat, options: ImportOptions): Promise<void> {
  const store = openStore(resolveHome(options.home));
  try {
    const { study, variant, seed, json } = options;
    const made = await importLog(store, file, format, { study, variant, seed });
    if (json) return void console.log(JSON.stringify(made, null, 2));
    console.log(
      `${plain(made.run)}: study ${made.study}, variant ${made.variant}, seed ${made.seed}, ${made.metrics.length} metrics to step ${made.steps}.`,
    );
    for (const problem of made.problems) console.error(`${file}: ${plain(problem)}`);
  } finally {
    store.close();
  }
}
