/**
 * `sophia validate`: every check of the instrument with its threshold, what was measured, pass or fail. What needs no training comes first; the
 * long checks are studies of the home. Exit code 1 where a check fails.
 */
import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import { SophiaError } from '../../../shared/errors.ts';
import { type CheckName, VALIDATED_WORLDS } from '../../../shared/validation/checks.ts';
import {
  type CheckLine,
  checkLines,
  type ValidationReport,
  validationLine,
} from '../../../shared/validation/report.ts';
import type { WorldName } from '../../../shared/worlds/worlds.ts';
import type { EngineParts } from '../../engine/engine-options.ts';
import type { SumWorld } from '../../tasks/worlds/sums/generate.ts';
import { whole } from '../common/numbers.ts';
import { onStopSignal } from '../common/stop-signal.ts';
import type { GlobalOptions } from '../common/verb.ts';
import { type PlannedStudy, trainStudies } from './train-studies.ts';

interface Options extends GlobalOptions {
  world?: SumWorld;
  quick?: boolean;
  questions: number;
  parallel: number;
}

/** Adds the verb. */
export function define(command: Command, parts: EngineParts): void {
  command
    .addOption(new Option('--world <world>', 'only this world (default: each)').choices(VALIDATED_WORLDS))
    .option('--quick', 'only what needs no training: exact invariances, base models, TRMs (minutes)')
    .option('--questions <n>', 'questions of each form in the quick checks', whole(10, 10_000), 200)
    .addOption(
      new Option('--parallel <k>', 'runs at a time where no engine is running')
        .argParser(whole(1, 256))
        .default(availableParallelism(), 'one per core'),
    )
    .action((_options, self: Command) => validate(self.optsWithGlobals<Options>(), parts));
}

async function validate(options: Options, parts: EngineParts): Promise<void> {
  const { resolveHome } = await import('../../store/open/home.ts');
  const { useBackend } = await import('../../tensor/backend.ts');
  const { validateQuickly, judgeWorldStudy, failWithoutModels, worldModels } = await import(
    '../../validation/validate-world.ts'
  );
  const { planNames, planYaml, studyName } = await import('../../validation/study-plans.ts');
  const { codeVersion } = await import('../../trainers/native/code-version.ts');
  const { quick = false, json = false, questions, parallel } = options;
  const home = resolveHome(options.home);
  const worlds = (options.world === undefined ? VALIDATED_WORLDS : [options.world]) as readonly SumWorld[];
  const reports = new Map<WorldName, ValidationReport>();
  const contextOf = (world: SumWorld, isStopped?: () => boolean) => ({
    home,
    code: codeVersion(),
    questions,
    onEntry: (check: CheckName, report: ValidationReport) => {
      reports.set(world, report);
      if (!json) console.log(lineText(checkLines(world, report).find((line) => line.check === check)));
    },
    ...(isStopped !== undefined && { isStopped }),
  });

  const signal = onStopSignal(() => {});
  try {
    await useBackend('auto', { threads: availableParallelism() });
    for (const world of worlds) {
      if (!json) console.log(`World ${world}`);
      await validateQuickly(
        world,
        contextOf(world, () => signal.asked),
      );
    }
  } finally {
    signal.end();
  }
  if (signal.asked) throw new SophiaError('interrupted', 'Stopped.', 'The same command continues from there.');
  if (!quick) {
    const studies = worlds.flatMap((world) =>
      planNames(world).map((plan) => ({
        world,
        plan,
        name: studyName(world, plan),
        yaml: planYaml(world, plan, worldModels(world)),
      })),
    );
    const possible = studies.filter(({ world, plan }) => !failWithoutModels(world, plan, contextOf(world)));
    await trainStudies<PlannedStudy & (typeof studies)[number]>({
      home,
      parts,
      parallel,
      studies: possible,
      onDone: (store, { world, plan }, studyId) => judgeWorldStudy(store, world, plan, studyId, contextOf(world)),
    });
  }
  const lines = worlds.flatMap((world) => checkLines(world, reports.get(world) ?? null, quick));
  if (json) {
    const told = worlds.map((world) => ({
      world,
      summary: validationLine(world, reports.get(world) ?? null),
      models: reports.get(world)?.models ?? {},
      checks: checkLines(world, reports.get(world) ?? null, quick),
    }));
    console.log(JSON.stringify({ quick, worlds: told }, null, 2));
  } else for (const world of worlds) console.log(validationLine(world, reports.get(world) ?? null));
  if (lines.some(({ passed }) => passed !== true)) process.exitCode = 1;
}

/** "pass  cue-copied  at least 98 %: 99.0 %  (1.2 s)". */
function lineText(line: CheckLine | undefined): string {
  if (line === undefined) return '';
  const { check, passed, title, threshold, measured, seconds } = line;
  return `  ${passed === true ? 'pass' : 'FAIL'}  ${check.padEnd(18)} ${title}: ${measured} (${threshold}; ${(seconds ?? 0).toFixed(1)} s)`;
}
