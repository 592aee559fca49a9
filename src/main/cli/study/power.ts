/** `sophia study power`: how many seeds and questions a difference needs, from the variance of a study that has run. */
import { existsSync, readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { SophiaError } from '../../../shared/errors.ts';
import { EVALUATION_MODES, type EvaluationMode } from '../../../shared/kinds/evaluation-mode.ts';
import { namesOf } from '../../../shared/kinds/kind.ts';
import { parseStudy, planRuns } from '../../../shared/study/study.ts';
import type { ReadStore } from '../../store/store.ts';
import type { PowerPlan } from '../../store/table/power.ts';
import { number } from '../common/numbers.ts';
import { printRows } from '../common/print-rows.ts';
import type { GlobalOptions } from '../common/verb.ts';

interface PowerOptions extends GlobalOptions {
  readonly effect: number;
  readonly mode?: EvaluationMode;
}

/** Adds the sub-verb. */
export function defineStudyPower(command: Command): void {
  command
    .command('power <study-or-file>')
    .description(
      'seeds and questions that a difference needs, by the variance of this study or, for a file, of an earlier one',
    )
    .requiredOption('--effect <points>', 'difference to find, in points of accuracy', number(0.01, 100))
    .addOption(
      new Option('--mode <mode>', "decoding of the evaluations (default: as the study's world has it)").choices(
        namesOf(EVALUATION_MODES),
      ),
    )
    .action((reference: string, _options: unknown, self: Command) =>
      power(reference, self.optsWithGlobals<PowerOptions>()),
    );
}

async function power(reference: string, options: PowerOptions): Promise<void> {
  const { resolveHome } = await import('../../store/open/home.ts');
  const { openStore } = await import('../../store/store.ts');
  const { tablePower, MORE_QUESTIONS } = await import('../../store/table/power.ts');
  const { studyTable } = await import('../../store/table/table.ts');
  const store = openStore(resolveHome(options.home), { readonly: true });
  try {
    const file = existsSync(reference) ? readPlan(reference) : null;
    const tried =
      file === null ? [store.findStudy(reference)] : store.listStudies({ archived: true }).map(({ id }) => id);
    for (const id of tried) {
      const table = studyTable(store, id, { mode: options.mode });
      const rows = tablePower(table, options.effect / 100, file ?? {});
      if (rows.length === 0) continue;
      if (options.json === true)
        return void console.log(JSON.stringify({ variance: nameOf(store, id), rows }, null, 2));
      const points = (share: number | null) => (share === null ? '—' : (100 * share).toFixed(1));
      console.log(
        printRows(rows, [
          { head: 'average', text: (row) => row.column },
          { head: 'seeds', text: (row) => row.seeds, right: true },
          { head: 'questions', text: (row) => row.questions, right: true },
          { head: 'found with 80 % power', text: (row) => `${points(row.detectable)} points`, right: true },
          { head: `seeds for ${options.effect} points`, text: (row) => row.seedsFor ?? '> 1,000', right: true },
          {
            head: `with ${MORE_QUESTIONS} x the questions`,
            text: (row) => row.seedsWithMoreQuestions ?? '> 1,000',
            right: true,
          },
          { head: 'sd between runs', text: (row) => points(Math.sqrt(row.components.seed)), right: true },
          { head: 'sd between questions', text: (row) => points(Math.sqrt(row.components.question)), right: true },
        ]),
      );
      console.log(`Variance of study ${nameOf(store, id)}: differences to its baseline, averaged over its variants.`);
      return;
    }
    throw new SophiaError(
      'usage',
      file === null
        ? `Study ${reference} has no variant with two finished seeds beside its baseline: there is no variance to tell from.`
        : 'No study of this home has two finished seeds of two variants: there is no variance to tell from.',
      'Run one with at least two seeds first.',
    );
  } finally {
    store.close();
  }
}

function nameOf(store: ReadStore, id: number): string {
  return store.study(id).name;
}

/** Seeds and questions that a study file plans. */
function readPlan(file: string): PowerPlan {
  const study = parseStudy(readFileSync(file, 'utf8'), file);
  const [first] = planRuns(study);
  return { seeds: study.seeds.length, questions: first?.settings.evaluation.questions };
}
