/** The command line as a program that is started, not a module: it stands above every folder that has work done by it. */
import { fileURLToPath } from 'node:url';

/** The Node executable that runs it, and its file. */
export interface Program {
  readonly node: string;
  readonly commandLine: string;
}

/** The file of `sophia`, for Node to run. */
export const COMMAND_LINE = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

/** Environment variable by which a step of the TRM's pipeline knows the engine that started it: its process id. */
export const HOST_VARIABLE = 'SOPHIA_PIPELINE_HOST';
