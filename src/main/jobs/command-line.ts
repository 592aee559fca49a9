/** The command line as a program that is started, not a module: it stands above every folder that has work done by it. */
import { fileURLToPath } from 'node:url';

/** Its file, for Node to run. */
export const COMMAND_LINE = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
