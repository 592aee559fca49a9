/** `sophia study ...`: its sub-verbs, each in a file of its own. */
import type { Command } from 'commander';
import { defineStudyArchive } from './archive.ts';
import { defineStudyList } from './list.ts';
import { defineStudyRun } from './run.ts';

/** Adds the sub-verbs. */
export function define(command: Command): void {
  defineStudyRun(command);
  defineStudyList(command);
  defineStudyArchive(command);
}
