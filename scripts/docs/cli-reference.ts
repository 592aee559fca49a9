/**
 * The reference part of docs/cli.md, made from the command line's own definitions: every verb with its arguments and options, as
 * Commander has them. `npm run cli-docs` writes it into the file; test/documents/cli.test.ts holds that the file is up to date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Argument, Command, type Option } from 'commander';
import { verbs } from '../../src/main/cli/verbs.ts';

/** The file, and the lines between which the reference stands in it. */
export const CLI_DOCS = join(import.meta.dirname, '../../docs/cli.md');
const BEGIN = '<!-- The rest of this file is written by `npm run cli-docs`. -->';

/** Every verb of the command line as Markdown: a heading per verb, a list of its options. */
export async function cliReference(): Promise<string> {
  const sections: string[] = [];
  for (const [name, verb] of Object.entries(verbs)) {
    const command = new Command(name).summary(verb.summary);
    (await verb.load()).define(command, {});
    sections.push(`## ${name}\n\n${sentence(verb.summary)}\n`);
    if (command.commands.length === 0) sections.push(describe(command, `bin/sophia ${name}`));
    for (const sub of command.commands)
      sections.push(
        `### ${name} ${sub.name()}\n\n${sentence(sub.description())}\n`,
        describe(sub, `bin/sophia ${name} ${sub.name()}`),
      );
  }
  return `${sections.join('\n').trimEnd()}\n`;
}

/** The file's text with the given reference in it. */
export function withReference(text: string, reference: string): string {
  const at = text.indexOf(BEGIN);
  if (at < 0) throw new Error(`${CLI_DOCS} has no line ${BEGIN}`);
  return `${text.slice(0, at)}${BEGIN}\n\n${reference}`;
}

function describe(command: Command, call: string): string {
  const operands = command.registeredArguments;
  const lines = [
    ...operands
      .filter((operand) => operand.description !== '')
      .map((one) => `- \`${operand(one)}\`: ${one.description}${choices(one)}`),
    ...command.options
      .filter((option) => !option.hidden)
      .map((option) => `- \`${option.flags}\`: ${option.description}${choices(option)}${usual(option)}`),
  ];
  const usage = [call, ...operands.map(operand), ...(command.options.length > 0 ? ['[options]'] : [])].join(' ');
  return `    ${usage}\n${lines.length === 0 ? '' : `\n${lines.map(wrapped).join('\n')}\n`}`;
}

const operand = (argument: Argument) => (argument.required ? `<${argument.name()}>` : `[${argument.name()}]`);
const choices = ({ argChoices }: Argument | Option) =>
  argChoices === undefined ? '' : `. One of ${argChoices.map((choice) => `\`${choice}\``).join(', ')}`;

function usual({ defaultValue, defaultValueDescription }: Option): string {
  if (
    defaultValue === undefined ||
    defaultValue === false ||
    (Array.isArray(defaultValue) && defaultValue.length === 0)
  )
    return '';
  return `. Default: ${defaultValueDescription ?? `\`${defaultValue}\``}`;
}

function sentence(text: string): string {
  const capital = `${text[0]!.toUpperCase()}${text.slice(1)}`;
  return wrapped(capital.endsWith('.') ? capital : `${capital}.`);
}

/** A line of a list or a sentence, broken at 120 columns. */
function wrapped(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line.length + word.length >= 120) lines.push(`${text.startsWith('- ') ? '  ' : ''}${word}`);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join('\n');
}

// Run through scripts/run.mjs, this file is imported and not the main module, but it is still the one named.
if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(CLI_DOCS, withReference(readFileSync(CLI_DOCS, 'utf8'), await cliReference()));
