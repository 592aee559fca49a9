/**
 * `sophia trm ...`: the Thinking Reward Model's pipeline, one step each: collect -> annotate -> build -> train -> validate, and score. Every
 * step leaves its result in the home's database and can be asked for again; the files of the steps are in steps/.
 */

import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import { BACKENDS } from '../../../shared/kinds/backend.ts';
import { namesOf } from '../../../shared/kinds/kind.ts';
import type { TrmStepName } from '../../../shared/trm/pipeline-steps.ts';
import { whole } from '../common/numbers.ts';
import type { GlobalOptions } from '../common/verb.ts';
import { doneByEngine } from './steps/by-engine.ts';
import { askingOptions, stepCommand } from './steps/step-options.ts';

const backend = () => new Option('--backend <name>', 'tensor backend').choices(namesOf(BACKENDS)).default('auto');

/** Adds the sub-verbs. */
export function define(command: Command): void {
  stepCommand(command, 'collect').action(step('collect', async () => (await import('./steps/collect.ts')).collect));
  stepCommand(command, 'annotate').action(step('annotate', async () => (await import('./steps/annotate.ts')).annotate));
  stepCommand(command, 'build').action(step('build', async () => (await import('./steps/build.ts')).build));
  withBackend(stepCommand(command, 'train')).action(
    step('train', async () => (await import('./steps/train.ts')).train),
  );
  withBackend(stepCommand(command, 'validate')).action(
    step('validate', async () => (await import('./steps/validate.ts')).validate),
  );
  askingOptions(command.command('score <rater> <file>'))
    .description(
      'Score responses of a JSON lines file with "question" (an embedded id, or SET/ID of an imported set) and "response".',
    )
    .addOption(backend())
    .action(async (rater: string, file: string, _options, self: Command) =>
      (await import('./score.ts')).score(rater, file, self.optsWithGlobals()),
    );
  command
    .command('export <build> <file>')
    .description("Write a build's pairs as .jsonl or .parquet, with a card.")
    .action(async (name: string, file: string, _options, self: Command) =>
      (await import('./training-sets.ts')).exportSet(name, file, self.optsWithGlobals()),
    );
  command
    .command('import <file> <name>')
    .description('Import such a file as an annotated data set.')
    .action(async (file: string, name: string, _options, self: Command) =>
      (await import('./training-sets.ts')).importSet(file, name, self.optsWithGlobals()),
    );
  command
    .command('list')
    .description('List data sets, annotations, builds, trained TRMs and validations.')
    .action(async (_options, self: Command) => (await import('./list.ts')).list(self.optsWithGlobals()));
}

/** A step's action: done here, or by the engine that has the home. */
function step<Flags extends GlobalOptions>(
  name: TrmStepName,
  load: () => Promise<(operand: string, flags: Flags) => Promise<void>>,
) {
  return async (operand: string, _options: unknown, self: Command): Promise<void> => {
    if (!(await doneByEngine(name, operand, self))) await (await load())(operand, self.optsWithGlobals<Flags>());
  };
}

/** What computes says on what and with how many threads. */
function withBackend(command: Command): Command {
  const threads = new Option('--threads <n>', 'threads')
    .argParser(whole(1))
    .default(availableParallelism(), 'all cores');
  return command.addOption(threads).addOption(backend());
}
