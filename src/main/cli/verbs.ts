/**
 * The verbs of bin/sophia, one file each, loaded only when asked for: start-up stays quick however many there are.
 * A new verb is one line here and one file beside this one that exports `define`.
 */
import type { Command } from 'commander';

/** What a verb's file exports. */
export interface VerbModule {
  /** Adds arguments, options, sub-verbs and the action; heavy imports belong inside the action. */
  define(command: Command): void;
}

/** Name -> one line for the help, and the file. */
export const verbs: Record<string, { summary: string; load: () => Promise<VerbModule> }> = {
  doctor: { summary: 'list what is installed, the backend and its speed', load: () => import('./doctor.ts') },
  recipe: { summary: 'make an embedded model again (base, trm)', load: () => import('./recipe.ts') },
};

/** Options every verb knows, besides its own; read them with `command.optsWithGlobals<GlobalOptions>()`. */
export interface GlobalOptions {
  /** Folder of database, runs and settings; default: SOPHIA_HOME or the platform's application-data folder. */
  home?: string;
  json?: boolean;
  debug?: boolean;
}
