/** `sophia study ...`: its sub-verbs, each in a file of its own. */
import type { Command } from 'commander';
import { defineStudyArchive } from './study-archive.ts';
import { define as defineList } from './study-list.ts';
import { defineStudyRun } from './study-run.ts';

/** Adds the sub-verbs. */
export function define(command: Command): void {
  defineStudyRun(command);
  defineList(command);
  defineStudyArchive(command);
}
