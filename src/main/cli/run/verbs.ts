/** `sophia run ...`: its sub-verbs, each in a file of its own. */
import type { Command } from 'commander';
import type { EngineParts } from '../../engine/engine-options.ts';
import { defineRunAnswers } from './answers.ts';
import { defineRunControl } from './control.ts';
import { defineRunFetch } from './fetch.ts';
import { defineRunInterop } from './interop.ts';
import { defineRunList } from './list.ts';
import { defineRunTokens } from './tokens.ts';
import { defineRunTrash } from './trash.ts';

/** Adds the sub-verbs. */
export function define(command: Command, parts: EngineParts): void {
  defineRunList(command);
  defineRunTrash(command);
  defineRunControl(command, parts);
  defineRunFetch(command);
  defineRunInterop(command);
  defineRunTokens(command);
  defineRunAnswers(command);
}
