/**
 * A home looked at in full, as `sophia doctor --deep` does: SQLite's own checks, every checkpoint and data set against its recorded hash, what no row
 * names. Reads only, beside an engine too. Deliberately absent: repairing; each finding says what to do.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { SophiaError } from '../../shared/errors.ts';
import { hashOf } from '../../shared/values/hash.ts';
import { hashInThread } from '../model/io/content-hash-thread.ts';
import { jsonOf } from '../model/io/json-file.ts';
import { entryOf } from '../model/io/path-names.ts';
import { checkpointPlace } from '../store/read/checkpoint-place.ts';
import type { ReadStore } from '../store/store.ts';
import { listDatasets, openDataset } from '../tasks/import/dataset-folder.ts';

/** Something that is not as it was recorded. `harm`: a result or a resume depends on it. */
export interface Finding {
  readonly what: string;
  readonly fix: string;
  readonly harm: boolean;
}

/** What was looked at, and what was found. */
export interface Examination {
  readonly checked: {
    readonly tables: number;
    readonly checkpoints: number;
    readonly datasets: number;
    readonly evaluations: number;
  };
  readonly findings: readonly Finding[];
}

/** Looks at everything. */
export async function examineHome(store: ReadStore): Promise<Examination> {
  const findings: Finding[] = [];
  const tables = examineDatabase(store, findings);
  const checkpoints = await examineCheckpoints(store, findings);
  const datasets = examineDatasets(store, findings);
  const evaluations = examineEvaluations(store, findings);
  examineFolders(store, findings);
  return { checked: { tables, checkpoints, datasets, evaluations }, findings };
}

const RESTORE = '`sophia backup restore` goes back to the last backup and keeps this one.';

function examineDatabase({ database }: ReadStore, findings: Finding[]): number {
  const verdicts = database.pragma('integrity_check(10)') as { integrity_check: string }[];
  for (const { integrity_check: what } of verdicts)
    if (what !== 'ok') findings.push({ what: `the database: ${what}`, fix: RESTORE, harm: true });
  const broken = database.pragma('foreign_key_check') as { table: string; rowid: number | null; parent: string }[];
  for (const { table, rowid, parent } of broken.slice(0, 10))
    findings.push({
      what: `table ${table} row ${rowid ?? '?'}: what it names in ${parent} is not there`,
      fix: RESTORE,
      harm: true,
    });
  return database.prepare<[], number>("SELECT count(*) FROM sqlite_schema WHERE type = 'table'").pluck().get() ?? 0;
}

async function examineCheckpoints(store: ReadStore, findings: Finding[]): Promise<number> {
  let checked = 0;
  for (const run of store.listRuns({ branches: true })) {
    const points = store.checkpoints(run.id);
    const there = points.filter((point) => existsSync(checkpointPlace(store.paths, point) ?? ''));
    for (const point of there) {
      const place = checkpointPlace(store.paths, point) ?? '';
      checked++;
      if ((await hashInThread(place)).hash !== point.hash)
        findings.push({
          what: `run ${run.name}: its checkpoint of step ${point.step} was altered (${place})`,
          fix: 'Put it back from a copy; a resume passes it over.',
          harm: true,
        });
    }
    if (points.length > 0 && there.length === 0 && run.state !== 'finished' && run.cutFrom === null)
      findings.push({
        what: `run ${run.name} (${run.state}): none of its checkpoints is on disk`,
        fix: `Put one back, or start again: sophia run resume ${run.id} --from-step 0.`,
        harm: true,
      });
  }
  return checked;
}

function examineDatasets({ paths }: ReadStore, findings: Finding[]): number {
  const sets = listDatasets(paths.home);
  for (const { name } of sets) {
    try {
      const { questions, loadImage } = openDataset(paths.home, name);
      for (const question of questions) if (question.image !== null) loadImage(question);
    } catch (error) {
      if (!(error instanceof SophiaError)) throw error;
      findings.push({ what: `data set ${name}: ${error.message}`, fix: '', harm: true });
    }
  }
  return sets.length;
}

const shared = z.object({ inputs: z.string(), hash: z.string().optional(), results: z.unknown() });

function examineEvaluations({ paths }: ReadStore, findings: Finding[]): number {
  const folder = join(paths.home, 'evaluations');
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  for (const name of names) {
    const read = shared.safeParse(jsonOf(entryOf(folder, name)));
    if (read.success && (read.data.hash === undefined || hashOf(read.data.results) === read.data.hash)) continue;
    findings.push({ what: `evaluations/${name} was altered`, fix: 'Delete it: it is computed again.', harm: false });
  }
  return names.length;
}

/** Folders of runs that no row names, and what was left half-made. */
function examineFolders(store: ReadStore, findings: Finding[]): void {
  const { home, runs } = store.paths;
  const known = new Set(store.database.prepare<[], number>('SELECT id FROM runs').pluck().all().map(String));
  for (const name of existsSync(runs) ? readdirSync(runs) : [])
    if (!known.has(name))
      findings.push({
        what: `runs/${name}: no run has this folder`,
        fix: 'Delete it, or restore the backup that knew it.',
        harm: false,
      });
  for (const name of readdirSync(home))
    if (/^\.(import|upload)-/.test(name) || name.endsWith('.restored'))
      findings.push({
        what: `${name}: left by something that was killed`,
        fix: 'The next start of the engine removes it.',
        harm: false,
      });
}
