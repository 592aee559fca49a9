/** `sophia serve`: engine and page without a window, until Ctrl-C. */
import type { Command } from 'commander';
import type { EngineParts } from '../../engine/engine-options.ts';
import { resolveHome } from '../../store/open/home.ts';
import { whole } from '../common/numbers.ts';
import { onStopSignal } from '../common/stop-signal.ts';
import type { GlobalOptions } from '../common/verb.ts';

interface Options extends GlobalOptions {
  port: number;
  host: string;
  parallel?: number;
}

/** Adds the verb. */
export function define(command: Command, parts: EngineParts): void {
  command
    .option('--port <n>', 'port of the page; 0 picks a free one', whole(0, 65535), 0)
    .option('--host <address>', 'address to listen on; beyond 127.0.0.1 only the token protects it', '127.0.0.1')
    .option('--parallel <k>', 'runs at a time; they share the cores', whole(1, 256))
    .action((_options, self: Command) => serve(self.optsWithGlobals<Options>(), parts));
}

async function serve(options: Options, parts: EngineParts): Promise<void> {
  const { startEngine } = await import('../../engine/start-engine.ts');
  const { port, host, parallel } = options;
  const engine = await startEngine({
    ...parts,
    home: resolveHome(options.home),
    port,
    host,
    ...(parallel !== undefined && { parallel }),
  });
  for (const warning of engine.engine.store.warnings) console.error(`sophia: ${warning}`);
  // Before anything is printed: whoever reads the address may send a signal at once.
  const stopped = untilStopped();
  if (options.json)
    console.log(JSON.stringify({ url: engine.url, token: engine.token, pageUrl: engine.pageUrl, pid: process.pid }));
  else console.log(`Sophia Lab: ${engine.pageUrl}\nCtrl-C ends it. Runs can be resumed.`);
  const why = await Promise.race([stopped, engine.lost]);
  await engine.stop();
  if (why !== undefined) throw why;
}

/** Resolves at Ctrl-C or SIGTERM; a second one ends the process at once. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => onStopSignal(resolve));
}
