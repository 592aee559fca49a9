/** A checkpoint of one run's folder for a run in another. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RunEventOf } from '../../src/shared/run/run-events.ts';

/** The point to resume from, by a URI that leads there from anywhere. */
export function resumePoint(runFolder: string, { step, uri }: RunEventOf<'checkpoint'>): { step: number; uri: string } {
  return { step, uri: pathToFileURL(join(runFolder, uri)).href };
}
