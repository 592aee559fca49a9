/** `sophia run list|show`: looks at runs. */
import type { Command } from 'commander';
import type { RunRow } from '../../store/rows.ts';
import type { ReadStore } from '../../store/store.ts';
import { clock, moment, plain, printRows } from '../common/print-rows.ts';
import type { GlobalOptions } from '../common/verb.ts';

/** Adds the sub-verbs. */
export function defineRunList(command: Command): void {
  command
    .command('list')
    .description('list runs, newest first')
    .option('--study <study>', 'only runs of this study')
    .option('--trash', 'show the trash instead')
    .option('--branches', 'also show branches cut off by a resume')
    .action((_options: unknown, self: Command) => list(self.optsWithGlobals<ListOptions>()));
  command
    .command('show <run>')
    .description('show a run: state, settings, last metrics, evaluations, checkpoints')
    .action((run: string, _options: unknown, self: Command) => show(run, self.optsWithGlobals<GlobalOptions>()));
}

interface ListOptions extends GlobalOptions {
  readonly study?: string;
  readonly trash?: boolean;
  readonly branches?: boolean;
}

async function reading<T>(options: GlobalOptions, body: (store: ReadStore) => T): Promise<T> {
  const { resolveHome } = await import('../../store/open/home.ts');
  const { openStore } = await import('../../store/store.ts');
  const store = openStore(resolveHome(options.home), { readonly: true });
  try {
    return body(store);
  } finally {
    store.close();
  }
}

async function list(options: ListOptions): Promise<void> {
  const rows = await reading(options, (store) =>
    store.listRuns({
      ...(options.study === undefined ? {} : { studyId: store.findStudy(options.study) }),
      ...(options.trash === undefined ? {} : { trashed: options.trash }),
      ...(options.branches === undefined ? {} : { branches: options.branches }),
    }),
  );
  if (options.json === true) return void console.log(JSON.stringify(rows, null, 2));
  if (rows.length === 0) return void console.log('No runs.');
  console.log(
    printRows(rows, [
      { head: 'run', text: (run) => run.name },
      { head: 'study', text: (run) => run.study },
      { head: 'variant', text: (run) => run.variant },
      { head: 'seed', text: (run) => run.seed, right: true },
      { head: 'state', text: (run) => run.state },
      { head: 'step', text: (run) => `${run.step}/${run.totalSteps}`, right: true },
      { head: 'started', text: (run) => moment(run.startedAt) },
    ]),
  );
}

async function show(reference: string, options: GlobalOptions): Promise<void> {
  const { run, metrics, evaluations, checkpoints } = await reading(options, (store) => {
    const id = store.findRun(reference);
    const found = store.run(id);
    const last = store.stepTable(id, found.step, found.step)[0]?.metrics ?? {};
    return { run: found, metrics: last, evaluations: store.evaluations([id]), checkpoints: store.checkpoints(id) };
  });
  if (options.json === true)
    return void console.log(JSON.stringify({ ...run, metrics, evaluations, checkpoints }, null, 2));
  console.log(`${plain(run.name)}: ${run.study}, ${run.variant}, seed ${run.seed}`);
  console.log(
    `${stateLine(run)}\nconfiguration ${run.configHash.slice(0, 16)}, attempts ${run.attempts.length}, started ${moment(run.startedAt) ?? 'never'}`,
  );
  for (const branch of run.branches)
    console.log(`branch ${plain(branch.name)}: steps ${branch.cutStep + 1} to ${branch.step}, cut off by a resume`);
  for (const [name, value] of Object.entries(metrics))
    console.log(`  ${name.padEnd(32)} ${value === null ? '-' : Number(value.toPrecision(6))}`);
  const last = evaluations.filter((row) => row.step === Math.max(...evaluations.map((evaluation) => evaluation.step)));
  const [newest] = last;
  if (newest !== undefined)
    console.log(
      printRows(last, [
        { head: `evaluated at step ${newest.step}`, text: (row) => row.benchmark },
        { head: 'mode', text: (row) => row.mode },
        { head: 'accuracy %', text: (row) => shareText(row.exactAccuracy), right: true },
        { head: 'R^o >= 0.5 %', text: (row) => shareText(row.accuracy), right: true },
        { head: 'outcome', text: (row) => row.meanOutcome?.toFixed(3) ?? null, right: true },
        { head: 'questions', text: (row) => row.questions, right: true },
      ]),
    );
  for (const point of checkpoints) console.log(`checkpoint of step ${point.step}: ${plain(point.uri)}`);
}

const shareText = (share: number | null) => (share === null ? null : (share * 100).toFixed(1));

function stateLine(run: RunRow): string {
  const took = clock(run.seconds);
  const why = run.reason === null ? '' : `: ${plain(run.reason)}`;
  return `${run.state} at step ${run.step} of ${run.totalSteps}${took === null ? '' : `, took ${took}`}${why}`;
}
