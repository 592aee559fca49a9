/** Where a run's folder lies in its home: HOME/runs/NUMBER. A run's process is given that folder alone and finds the home by it. */
import { resolve } from 'node:path';

/** The folder of a home that its runs' folders lie in. */
export const RUNS = 'runs';

/** The home that a run's folder lies in. */
export function homeOfRun(runFolder: string): string {
  return resolve(runFolder, '../..');
}
