/** `sophia run export RUN` and `sophia run import FILE`: metrics to and from other programs. */
import { type Command, Option } from 'commander';
import { SophiaError } from '../../../shared/errors.ts';
import { FILE_FORMATS, type FileFormat, LOG_FORMATS, type LogFormat } from '../../../shared/run/log-formats.ts';
import { exportRun } from '../../store/interop/export-run.ts';
import { importLog, type LogPlace } from '../../store/interop/import-log.ts';
import { sendToMlflow } from '../../store/interop/mlflow.ts';
import { resolveHome } from '../../store/open/home.ts';
import { openStore } from '../../store/store.ts';
import { whole } from '../common/numbers.ts';
import { plain } from '../common/print-rows.ts';
import type { GlobalOptions } from '../common/verb.ts';

interface ExportOptions extends GlobalOptions {
  readonly format: FileFormat | 'mlflow';
  readonly out?: string;
  readonly url?: string;
}

interface ImportOptions extends GlobalOptions, LogPlace {
  readonly format: LogFormat;
}

/** Adds the sub-verbs. */
export function defineRunInterop(command: Command): void {
  command
    .command('export <run>')
    .description("write a run's metrics for another program")
    .addOption(new Option('--format <format>', 'format').choices([...FILE_FORMATS, 'mlflow']).makeOptionMandatory())
    .option('--out <path>', 'file; for tensorboard the log folder (default: from the run name)')
    .option('--url <url>', 'the MLflow server, such as http://127.0.0.1:5000')
    .action((run: string, _options, self: Command) => exportOne(run, self.optsWithGlobals<ExportOptions>()));
  command
    .command('import <file>')
    .description("import another program's metric log as a run to compare with")
    .addOption(new Option('--format <format>', 'format of the log').choices(LOG_FORMATS).makeOptionMandatory())
    .option('--study <name>', 'study to put it into (default: imported)')
    .option('--variant <name>', 'its variant (default: the file name)')
    .option('--seed <n>', 'its seed', whole(0, 2 ** 32 - 1), 0)
    .action((file: string, _options, self: Command) => importOne(file, self.optsWithGlobals<ImportOptions>()));
}

async function exportOne(reference: string, options: ExportOptions): Promise<void> {
  const { format, url, json } = options;
  if (format === 'mlflow' && url === undefined)
    throw new SophiaError('usage', 'No MLflow server given.', 'Give --url http://127.0.0.1:5000.');
  const store = openStore(resolveHome(options.home), { readonly: true });
  try {
    const id = store.findRun(reference);
    const { name } = store.run(id);
    if (format === 'mlflow') {
      const sent = await sendToMlflow(store, id, url!);
      return console.log(
        json
          ? JSON.stringify({ run: name, ...sent })
          : [
              `${plain(name)}: run ${sent.runId} of experiment ${sent.experimentId}, ${sent.metrics} values, ${sent.params} settings.`,
              ...Object.entries(sent.renamed).map(
                ([from, to]) => `  ${plain(from)} is called ${to} there (MLflow's names)`,
              ),
            ].join('\n'),
      );
    }
    const out = options.out ?? (format === 'tensorboard' ? 'tensorboard' : `${name}.${format}`);
    const file = exportRun(store, id, format, out);
    console.log(json ? JSON.stringify({ run: name, file }) : file);
  } finally {
    store.close();
  }
}

function importOne(file: string, options: ImportOptions): void {
  const store = openStore(resolveHome(options.home));
  try {
    const { format, study, variant, seed, json } = options;
    const made = importLog(store, file, format, {
      ...(study !== undefined && { study }),
      ...(variant !== undefined && { variant }),
      ...(seed !== undefined && { seed }),
    });
    if (json) return void console.log(JSON.stringify(made, null, 2));
    console.log(
      `${plain(made.run)}: study ${made.study}, variant ${made.variant}, seed ${made.seed}, ${made.metrics.length} metrics to step ${made.steps}.`,
    );
    for (const problem of made.problems) console.error(`${file}: ${plain(problem)}`);
  } finally {
    store.close();
  }
}
