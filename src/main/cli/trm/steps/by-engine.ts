/**
 * A step of the pipeline on a home that a running engine has: the engine does it, as if it were started from its page; what it says is
 * printed here, and Ctrl-C stops it.
 */

import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import { SophiaError } from '../../../../shared/errors.ts';
import type { StepValues } from '../../../../shared/trm/pipeline-command.ts';
import { fieldsFor, type TrmStepName } from '../../../../shared/trm/pipeline-steps.ts';
import { present } from '../../../../shared/values/list.ts';
import { HOST_VARIABLE } from '../../../jobs/command-line.ts';
import { resolveHome } from '../../../store/open/home.ts';
import { answerOf, runningEngine } from '../../common/engine-client.ts';
import { onStopSignal } from '../../common/stop-signal.ts';
import type { GlobalOptions } from '../../common/verb.ts';

const POLL_MS = 300;

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
  const stop = onStopSignal(() => void engine.trm.stop.mutate({ id }).catch(() => {}));
  try {
    for (let printed = 0; ; await wait(POLL_MS)) {
      const job = (await answerOf(engine.trm.jobs.query())).find((job) => job.id === id);
      if (job === undefined) return true; // so many steps came after it that it was forgotten
      for (const said of job.lines.slice(printed)) console.log(said);
      printed = job.lines.length;
      if (job.state === 'finished') return true;
      if (job.state === 'failed') throw new SophiaError('data', job.problem ?? 'The step failed.');
      if (job.state === 'stopped') throw new SophiaError('interrupted', job.problem ?? 'Stopped.');
    }
  } finally {
    stop.end();
  }
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
