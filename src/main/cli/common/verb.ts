/** What every verb of the command line has: how its file adds it, and the options that it knows besides its own. */
import type { Command } from 'commander';
import type { EngineParts } from '../../engine/engine-options.ts';

/** What a verb's file exports. */
export interface VerbModule {
  /**
   * Adds arguments, options, sub-verbs and the action; heavy imports belong inside the action. `parts` is for verbs that start an engine.
   */
  define(command: Command, parts: EngineParts): void;
}

/** Options every verb knows, besides its own; read them with `command.optsWithGlobals<GlobalOptions>()`. */
export interface GlobalOptions {
  /** Folder of database, runs and settings; default: SOPHIA_HOME or the platform's application-data folder. */
  home?: string;
  json?: boolean;
  debug?: boolean;
}
