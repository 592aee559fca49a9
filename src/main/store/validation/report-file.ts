/**
 * HOME/validation/WORLD.json: what `sophia validate` measured. A file and not a table, because who measures is a process beside the engine, and
 * because archives and the home's other rows do not depend on it.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { reportSchema, type ValidationReport } from '../../../shared/validation/report.ts';
import type { WorldName } from '../../../shared/worlds/worlds.ts';
import { refuseLostHome } from '../../model/home/home-marks.ts';
import { atomicWriteText } from '../../model/io/atomic-write.ts';
import { readWhole } from '../../model/io/local-path.ts';
import { inside } from '../../model/io/path-names.ts';

const folderOf = (home: string): string => join(home, 'validation');

/** A home's report about a world; null where there is none, or one that cannot be read: it is made again. */
export function readReport(home: string, world: WorldName): ValidationReport | null {
  const file = inside(folderOf(home), `${world}.json`);
  if (!existsSync(file)) return null;
  try {
    const found = reportSchema.safeParse(JSON.parse(readWhole(file)));
    return found.success && found.data.world === world ? found.data : null;
  } catch {
    return null;
  }
}

/** Writes a report whole or not at all. @throws SophiaError 'environment' where the home cannot be written. */
export function writeReport(home: string, report: ValidationReport): void {
  refuseLostHome(home);
  mkdirSync(folderOf(home), { recursive: true });
  atomicWriteText(inside(folderOf(home), `${report.world}.json`), `${JSON.stringify(report, null, 2)}\n`);
}
