/** The command line with the fake trainer, to be started as bin/sophia is. */
import { runCommandLine } from '../../src/main/cli/command-line.ts';
import { FAKE_PARTS } from '../trainers/fake/fake-trainer.ts';

await runCommandLine(process.argv.slice(2), FAKE_PARTS);
