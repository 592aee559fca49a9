/** `sophia study ...`: its sub-verbs, each in a file of its own. */
import type { Command } from 'commander';
import type { EngineParts } from '../../engine/engine-options.ts';
import { defineStudyArchive } from './archive.ts';
import { defineStudyList } from './list.ts';
import { defineStudyPack } from './pack.ts';
import { defineStudyPower } from './power.ts';
import { defineStudyRegister } from './register.ts';
import { defineStudyReport } from './report.ts';
import { defineStudyRun } from './run.ts';
import { defineStudyRuns } from './runs.ts';

/** Adds the sub-verbs. */
export function define(command: Command, parts: EngineParts): void {
  defineStudyRun(command, parts);
  defineStudyRegister(command);
  defineStudyList(command);
  defineStudyRuns(command);
  defineStudyPower(command);
  defineStudyReport(command);
  defineStudyArchive(command, parts);
  defineStudyPack(command);
}
