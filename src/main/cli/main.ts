/** What bin/sophia runs: the command line with what the lab comes with. */
import { runCommandLine } from './command-line.ts';

await runCommandLine(process.argv.slice(2));
