/** The options of a step's verb, made of the table that the page makes its form of (shared/trm/pipeline-steps.ts). */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { TRM_STEPS, type TrmStepName } from '../../../../shared/trm/pipeline-steps.ts';
import { ASKING, type StepField } from '../../../../shared/trm/step-fields.ts';
import { number, whole } from '../../common/numbers.ts';

/** Adds the verb of a step with its options; the caller gives it its action. */
export function stepCommand(parent: Command, step: TrmStepName): Command {
  const { help, fields }: { readonly help: string; readonly fields: readonly StepField[] } = TRM_STEPS[step];
  const operands = fields.filter((field) => field.positional).map((field) => ` <${field.name}>`);
  const command = parent.command(`${step}${operands.join('')}`).description(help);
  for (const field of fields.filter((field) => !field.positional)) command.addOption(optionOf(field));
  return command;
}

/** Adds how an endpoint is asked. */
export function askingOptions(command: Command): Command {
  for (const field of ASKING) command.addOption(optionOf(field));
  return command;
}

const PLACEHOLDER = {
  name: '<name>',
  text: '<text>',
  lines: '<text>',
  integer: '<n>',
  number: '<x>',
  choice: '<kind>',
  list: '<names>',
};

function optionOf(field: StepField): Option {
  const { name, help, kind, choices, default: value } = field;
  const option = new Option(kind === 'flag' ? `--${name}` : `--${name} ${PLACEHOLDER[kind]}`, help);
  if (value !== undefined) option.default(value);
  if (kind === 'choice') return option.choices([...(choices ?? [])]);
  const parser = parserOf(field);
  return parser === undefined ? option : option.argParser(parser);
}

function parserOf({ kind, min, max, choices, title }: StepField): ((text: string) => unknown) | undefined {
  if (kind === 'integer') return whole(min ?? 0, max);
  if (kind === 'number') return number(min ?? Number.NEGATIVE_INFINITY, max ?? Number.POSITIVE_INFINITY);
  if (kind !== 'list') return undefined;
  return (text) => {
    const names = text.split(',').map((name) => name.trim());
    const wrong = names.find((name) => choices?.includes(name) === false);
    if (wrong === undefined || choices === undefined) return names;
    throw new InvalidArgumentError(`${title}: "${wrong}" is not one of ${choices.join(', ')}.`);
  };
}
