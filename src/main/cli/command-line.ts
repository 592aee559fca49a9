/**
 * The command line: finds the verb, loads its file, and turns every failure into one clear line and an exit code
 * (0 ok, 1 failed, 2 bad usage, 130 interrupted). Stack traces only with --debug.
 */

import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { exitCodeOf, nearestName, SophiaError } from '../../shared/errors.ts';
import { entryAt } from '../../shared/values/list.ts';
import type { EngineParts } from '../engine/engine-options.ts';
import { askLoopbackDirectly } from '../model/remote/loopback.ts';
import { askingForKeys } from './common/ask-for-keys.ts';
import { verbs } from './verbs.ts';

/** What writing to a closed pipe or terminal gives. */
const READER_GONE: ReadonlySet<string> = new Set(['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED', 'ECONNRESET']);

/**
 * Runs a verb to its end and sets this process's exit code. `args`: what was typed after `sophia`; `parts`: what engines are put together
 * from that the verb starts.
 */
export async function runCommandLine(args: string[], parts: EngineParts = {}): Promise<void> {
  // A reader that has seen enough (`sophia table ... | head`), or a terminal that was closed, ends no work: what is said is lost.
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (READER_GONE.has(error.code ?? '')) return;
    console.error(`sophia: The output cannot be written (${error.code ?? error.message}).`);
    process.exit(1);
  });
  askLoopbackDirectly();
  try {
    await askingForKeys(args, () => runVerb(args, parts));
  } catch (error) {
    process.exitCode = report(error, args.includes('--debug'));
  }
}

async function runVerb(args: string[], parts: EngineParts): Promise<void> {
  const program = new Command('sophia')
    .description('Trust-GRPO training, thinking-reward models and the ablation table that compares them.')
    .version(version(), '-v, --version')
    .option(
      '--home <dir>',
      'folder of database, runs and models (default: SOPHIA_HOME, else the application-data folder)',
    )
    .option('--json', 'print the result as JSON')
    .option('--debug', 'show stack traces')
    .showSuggestionAfterError()
    .configureOutput({ outputError: () => {} })
    .exitOverride();
  const wanted = verbOf(args, program);
  for (const [name, verb] of Object.entries(verbs)) {
    const command = program.command(name).summary(verb.summary).description(sentence(verb.summary));
    command.copyInheritedSettings(program);
    if (name === wanted) (await verb.load()).define(command, parts);
  }
  if (wanted !== undefined && verbs[wanted] === undefined && wanted !== 'help') throw unknownVerb(wanted);
  if (args.length === 0) return program.outputHelp();
  await program.parseAsync(args, { from: 'user' });
}

/** The first word that is no option and no option's value. */
function verbOf(args: string[], program: Command): string | undefined {
  for (let i = 0; i < args.length; i++) {
    const word = entryAt(args, i, 'argument');
    if (!word.startsWith('-')) return word === 'help' ? (args[i + 1] ?? word) : word;
    if (program.options.some((option) => option.required && option.long === word)) i++;
  }
  return undefined;
}

function unknownVerb(name: string): SophiaError {
  const near = nearestName(name, Object.keys(verbs));
  const fix = near ? `Did you mean "${near}"?` : 'See bin/sophia --help.';
  return new SophiaError('usage', `There is no verb "${name}".`, fix);
}

/** Prints the failure and returns the exit code. */
function report(error: unknown, debug: boolean): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    // Commander's message may end with its own "did you mean" on a second line.
    console.error(`sophia: ${error.message.replace(/^error: /, '').replaceAll('\n', ' ')}`);
    return 2;
  }
  if (error instanceof SophiaError) console.error(`sophia: ${error.message}`);
  else if (isUnfit(error))
    console.error(
      `sophia: The program's files do not fit together (${error.message}): they were changed while it ran. What was recorded is safe. Start it again; where that does not help, run: npm run setup`,
    );
  else
    console.error(`sophia: unexpected: ${(error as Error)?.message ?? error}${debug ? '' : ' (--debug shows where)'}`);
  if (debug && error instanceof Error) console.error(error.stack);
  return exitCodeOf(error);
}

/** Part of the program was loaded before an update and part of it after. */
function isUnfit(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return (
    / does not provide an export named /.test(error.message) ||
    ('code' in error && error.code === 'ERR_MODULE_NOT_FOUND')
  );
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}

function version(): string {
  return JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')).version;
}
