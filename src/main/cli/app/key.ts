/** `sophia key confirm|list|forget`: which host may have a key that the environment holds. Keys themselves are never kept. */
import { mkdirSync } from 'node:fs';
import type { Command } from 'commander';
import { SophiaError } from '../../../shared/errors.ts';
import { resolveHome } from '../../store/open/home.ts';
import { allowedKeys, confirmedKeys, confirmKey, forgetKey } from '../../store/settings/confirmed-keys.ts';
import { printRows } from '../common/print-rows.ts';
import type { GlobalOptions } from '../common/verb.ts';

/** Adds the sub-verbs. */
export function define(command: Command): void {
  command
    .command('confirm')
    .description('Let the key in a variable of the environment go to a host, from now on.')
    .argument('<variable>', 'such as OPENAI_API_KEY')
    .argument('<address>', 'of the server; scheme, host and port count')
    .action((variable: string, address: string, _options, self: Command) =>
      confirm(variable, address, self.optsWithGlobals<GlobalOptions>()),
    );
  command
    .command('list')
    .description('List what may go where: confirmed pairs, and the endpoints saved in Settings.')
    .action((_options, self: Command) => list(self.optsWithGlobals<GlobalOptions>()));
  command
    .command('forget')
    .description('Revoke a confirmation.')
    .argument('<variable>', 'such as OPENAI_API_KEY')
    .argument('<address>', 'of the server')
    .action((variable: string, address: string, _options, self: Command) =>
      forget(variable, address, self.optsWithGlobals<GlobalOptions>()),
    );
}

function confirm(variable: string, address: string, options: GlobalOptions): void {
  const home = resolveHome(options.home);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const pair = confirmKey(home, { variable, origin: address });
  console.log(options.json ? JSON.stringify(pair) : `The key in ${pair.variable} may go to ${pair.origin}.`);
}

function list(options: GlobalOptions): void {
  const home = resolveHome(options.home);
  const confirmed = confirmedKeys(home).map((pair) => ({ ...pair, by: 'confirmed' }));
  const rows = [
    ...confirmed,
    ...allowedKeys(home)
      .slice(confirmed.length)
      .map((pair) => ({ ...pair, by: 'Settings' })),
  ];
  const text =
    rows.length === 0
      ? 'No key may go to any host. A run that would send one asks.'
      : printRows(rows, [
          { head: 'variable', text: (row) => row.variable },
          { head: 'host', text: (row) => row.origin },
          { head: 'by', text: (row) => row.by },
        ]);
  console.log(options.json ? JSON.stringify(rows, null, 2) : text);
}

function forget(variable: string, address: string, options: GlobalOptions): void {
  const forgotten = forgetKey(resolveHome(options.home), { variable, origin: address });
  if (!forgotten)
    throw new SophiaError(
      'usage',
      `${variable} was not confirmed for ${address}.`,
      'See bin/sophia key list; endpoints are removed in Settings.',
    );
  console.log(options.json ? JSON.stringify({ forgotten }) : `The key in ${variable} is no longer sent to ${address}.`);
}
