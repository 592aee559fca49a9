/** `sophia study list|show`: looks at studies. */
import type { Command } from 'commander';
import { contrastText, studyContrasts } from '../../../shared/study/contrasts.ts';
import { number } from '../common/numbers.ts';
import { clock, moment, plain, printRows } from '../common/print-rows.ts';
import type { GlobalOptions } from '../common/verb.ts';

interface ListOptions extends GlobalOptions {
  readonly archived?: boolean;
  readonly trash?: boolean;
}

interface ShowOptions extends GlobalOptions {
  readonly yaml?: boolean;
  readonly effect: number;
}

/** Adds the sub-verbs. */
export function defineStudyList(command: Command): void {
  command
    .command('list')
    .description('list studies, newest first')
    .option('--archived', 'also show archived studies')
    .option('--trash', 'show the trash instead')
    .action((_options: unknown, self: Command) => list(self.optsWithGlobals<ListOptions>()));
  command
    .command('show <study>')
    .description('show a study: its runs by variant and seed, and its verdict')
    .option('--yaml', 'print its study file instead')
    .option('--effect <points>', 'difference that missing seeds are counted for, in points', number(0.01, 100), 2)
    .action((study: string, _options: unknown, self: Command) => show(study, self.optsWithGlobals<ShowOptions>()));
}

async function open(options: GlobalOptions) {
  const { resolveHome } = await import('../../store/open/home.ts');
  const { openStore } = await import('../../store/store.ts');
  return openStore(resolveHome(options.home), { readonly: true });
}

async function list(options: ListOptions): Promise<void> {
  const store = await open(options);
  try {
    const rows = store.listStudies({ archived: options.archived ?? false, trashed: options.trash ?? false });
    if (options.json === true) return void console.log(JSON.stringify(rows, null, 2));
    if (rows.length === 0) return void console.log('No studies.');
    console.log(
      printRows(rows, [
        { head: 'study', text: (study) => study.name },
        { head: 'runs', text: (study) => study.runs, right: true },
        {
          head: 'states',
          text: (study) =>
            Object.entries(study.states)
              .map(([state, count]) => `${count} ${state}`)
              .join(', '),
        },
        { head: 'steps', text: (study) => `${study.stepsDone}/${study.stepsPlanned}`, right: true },
        { head: 'made', text: (study) => moment(study.createdAt) },
        { head: 'hash', text: (study) => study.hash.slice(0, 12) },
      ]),
    );
  } finally {
    store.close();
  }
}

async function show(reference: string, options: ShowOptions): Promise<void> {
  const { studyVerdict } = await import('../../store/verdict/verdict.ts');
  const { printVerdict } = await import('./print-verdict.ts');
  const store = await open(options);
  try {
    const { study, cells } = store.studyMatrix(store.findStudy(reference));
    if (options.yaml === true)
      return void process.stdout.write(study.yaml.endsWith('\n') ? study.yaml : `${study.yaml}\n`);
    const verdict = studyVerdict(store, study.id, { effect: options.effect / 100 });
    if (options.json === true) return void console.log(JSON.stringify({ study, runs: cells, verdict }, null, 2));
    console.log(
      `${study.name} (hash ${study.hash.slice(0, 16)})${study.description === '' ? '' : `: ${plain(study.description)}`}`,
    );
    const told = studyContrasts(study.plan).map(contrastText);
    if (told.length > 0)
      console.log(`${study.plan.contrasts === undefined ? 'contrasts' : 'declared contrasts'}: ${told.join(', ')}`);
    const shown = (value: number | null | undefined) => (value == null ? null : value.toFixed(3));
    console.log(
      printRows(cells, [
        { head: 'variant', text: (run) => run.variant },
        { head: 'seed', text: (run) => run.seed, right: true },
        { head: 'run', text: (run) => run.name },
        { head: 'state', text: (run) => run.state },
        { head: 'step', text: (run) => `${run.step}/${run.totalSteps}`, right: true },
        { head: 'left', text: (run) => clock(run.secondsLeft), right: true },
        { head: 'outcome', text: (run) => shown(run.metrics['rewards/outcome/mean']), right: true },
        { head: 'gamma', text: (run) => shown(run.metrics['trust/gamma/mean']), right: true },
      ]),
    );
    printVerdict(verdict);
  } finally {
    store.close();
  }
}
