/**
 * A step of the pipeline on a home that a running engine has: the engine does it, as if it were started from its page; what it says is
 * printed here, and Ctrl-C stops it.
 */

import type { Command } from 'commander';
import { SophiaError } from '../../../../shared/errors.ts';
import type { StepValues } from '../../../../shared/trm/pipeline-command.ts';
import { fieldsFor, type TrmStepName } from '../../../../shared/trm/pipeline-steps.ts';
import { present } from '../../../../shared/values/list.ts';
import { HOST_VARIABLE } from '../../../jobs/verbs/command-line.ts';
import { resolveHome } from '../../../store/open/home.ts';
import { answerOf, runningEngine } from '../../common/engine-client.ts';
import { followJob } from '../../common/follow-job.ts';
import type { GlobalOptions } from '../../common/verb.ts';

/** Does the step in the engine of the home; false where none has it, or where this process is the engine's own. */
export async function doneByEngine(step: TrmStepName, operand: string, command: Command): Promise<boolean> {
  const { home, json } = command.optsWithGlobals<GlobalOptions>();
  const engine = process.env[HOST_VARIABLE] === undefined ? runningEngine(resolveHome(home)) : null;
  if (engine === null) return false;
  if (json === true)
    throw new SophiaError('usage', 'The running engine of this home does this step, so --json is not available.');
  const { id, command: line } = await answerOf(
    engine.trm.start.mutate({ step, values: valuesOf(step, operand, command) as Record<string, string> }),
  );
  console.log(`The running engine of this home does this step: ${line}`);
  await followJob(id, { jobs: () => engine.trm.jobs.query(), stop: () => engine.trm.stop.mutate({ id }) });
  return true;
}

/** What was given on the command line; what was not stands at its default there too. */
function valuesOf(step: TrmStepName, operand: string, command: Command): StepValues {
  const { annotator } = command.opts<{ annotator?: string }>();
  const fields = fieldsFor(step, annotator);
  const given = command.options.filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli');
  const values = given.map(
    (option) =>
      [
        present(option.long, 'long name of an option').slice(2),
        command.getOptionValue(option.attributeName()),
      ] as const,
  );
  const [stranger] = values.find(([name]) => fields.every((field) => field.name !== name)) ?? [];
  if (stranger !== undefined)
    throw new SophiaError('usage', `The running engine of this home does this step and does not take --${stranger}.`);
  const operands = fields.filter((field) => field.positional).map((field) => [field.name, operand] as const);
  return Object.fromEntries([...operands, ...values]);
}
