/**
 * A metric log of another program as a run, for comparison: finished, without settings or responses, marked with where it came from, never
 * resumable. Its study (by default `imported`) grows a variant per log.
 */
import { basename } from 'node:path';
import { SophiaError } from '../../../shared/errors.ts';
import type { LogFormat } from '../../../shared/run/log-formats.ts';
import { branchName, cutReason } from '../../../shared/run/rewind-warning.ts';
import { NAME, NAME_HOLDS, type Study } from '../../../shared/study/study.ts';
import { canonicalJson, hashOf } from '../../../shared/values/hash.ts';
import { present } from '../../../shared/values/list.ts';
import { contentHash } from '../../model/io/content-hash.ts';
import { storeError } from '../open/store-errors.ts';
import { PLANNED_STUDY } from '../rows.ts';
import { query } from '../schema/select.ts';
import type { Store } from '../store.ts';
import { branchInserter } from '../write/branch-row.ts';
import { runName } from '../write/names/run-names.ts';
import { inSlices } from '../write/slices/in-slices.ts';
import { settleUnfinished } from '../write/slices/remove.ts';
import { type MetricLog, readLog } from './log/read-log.ts';

/** Where the run goes. */
export interface LogPlace {
  readonly study?: string | undefined; // default: imported
  readonly variant?: string | undefined; // default: the file's name
  readonly seed?: number | undefined; // default: 0
}

/** What came in. */
export interface ImportedRun {
  readonly runId: number;
  readonly run: string;
  readonly study: string;
  readonly variant: string;
  readonly seed: number;
  readonly steps: number;
  readonly metrics: readonly string[];
  readonly problems: readonly string[];
}

/**
 * Reads a log into a store, whole or not at all: it is read to its end first, then its points go in slice by slice, marked as unfinished and shown
 * nowhere, so that others write meanwhile; what a process that is killed leaves, the next one takes out.
 * @throws SophiaError 'conflict' where the study has a run of this variant and seed, or was planned here
 */
export async function importLog(
  store: Store,
  file: string,
  format: LogFormat,
  place: LogPlace = {},
): Promise<ImportedRun> {
  const log = readLog(file, format);
  const { study = 'imported', seed = 0 } = place;
  const variant = place.variant ?? nameOf(file);
  for (const [what, given] of Object.entries({ study, variant }))
    if (!NAME.test(given)) throw new SophiaError('usage', `"${given}" cannot name a ${what}.`, `Use ${NAME_HOLDS}.`);
  const hash = contentHash(file).hash;
  await settleUnfinished(store, 'import'); // of an import that was killed; there is never another at work
  const cell = { study, variant, seed };
  const { database: db } = store;
  let runId: number;
  try {
    const { ids, studyId, isNew } = db.transaction(() => addRuns(store, log, hash, cell)).immediate();
    await inSlices(db, addingPoints(db, log, ids));
    db.transaction(() => {
      growStudy(store, cell);
      store.markImported(ids, { format, source: basename(file), hash });
      store.endRunImport(ids);
      if (isNew) store.endImport(studyId, null);
    }).immediate();
    [runId] = ids;
  } catch (error) {
    await settleUnfinished(store, 'import').catch(() => {}); // else the next start does it
    throw storeError(error, store.paths);
  }
  const run = store.run(runId);
  const metrics = [...log.metrics.keys()];
  return {
    runId,
    run: run.name,
    study: run.study,
    variant,
    seed,
    steps: log.lastStep,
    metrics,
    problems: log.problems,
  };
}

/** Where a log's run goes. */
interface Cell {
  readonly study: string;
  readonly variant: string;
  readonly seed: number;
}

/** The rows of a log, before their points go in: the run's id, then its branches'. */
interface Begun {
  readonly ids: readonly [number, ...number[]];
  readonly studyId: number;
  readonly isNew: boolean;
}

/** The rows of the log's run and its branches, without their points, marked; a study that is new is marked too. */
function addRuns(store: Store, log: MetricLog, hash: string, cell: Cell): Begun {
  const { database: db } = store;
  const { studyId, isNew } = studyFor(store, cell);
  const at = Date.now();
  const colour = store.listRuns({ studyId, branches: true }).length;
  const id = Number(
    db
      .prepare(
        `INSERT INTO runs (study_id, name, variant, seed, state, settings, config_hash, step, total_steps, created_at, updated_at, finished_at,
           colour_index)
         VALUES (@studyId, '', @variant, @seed, 'finished', '{}', @config, @step, @step, @at, @at, @at, @colour)`,
      )
      .run({ ...cell, studyId, config: hashOf({}), step: log.lastStep, at, colour }).lastInsertRowid,
  );
  const name = runName(id, hash);
  db.prepare('UPDATE runs SET name = ? WHERE id = ?').run(name, id);
  const addBranch = branchInserter(db);
  const branches = log.cutOff.map(({ cutStep, lastStep }, i) => {
    const of = { name: branchName({ name, attempt: i + 1 }), reason: cutReason(name, cutStep) };
    return addBranch({ ...of, from: id, step: lastStep, cutStep, at });
  });
  store.beginWork('import', [
    ...(isNew ? [{ kind: 'study' as const, id: studyId }] : []),
    ...[id, ...branches].map((run) => ({ kind: 'run' as const, id: run })),
  ]);
  return { ids: [id, ...branches], studyId, isNew };
}

/** Puts one point in at each step. */
function* addingPoints(db: Store['database'], log: MetricLog, [id, ...branches]: readonly number[]): Generator<void> {
  const addName = db.prepare('INSERT INTO metric_names (name) VALUES (?) ON CONFLICT (name) DO NOTHING');
  const addPoint = db.prepare(
    'INSERT INTO metrics (run_id, metric_id, step, value) VALUES (?, (SELECT id FROM metric_names WHERE name = ?), ?, ?)',
  );
  const parts = [
    { run: id, metrics: log.metrics },
    ...log.cutOff.map(({ metrics }, i) => ({ run: branches[i], metrics })),
  ];
  for (const { run, metrics } of parts)
    for (const [metric, points] of metrics) {
      addName.run(metric);
      for (const [step, value] of points) yield void addPoint.run(run, metric, step, value);
    }
}

const planned = (store: Store, name: string) =>
  query(store.database, PLANNED_STUDY, 'FROM studies s WHERE s.name = ?').get(name);

/** The study that a log goes into, made where there is none. @throws SophiaError 'conflict' where it is none of logs, or has such a run */
function studyFor(store: Store, { study: name, variant, seed }: Cell): { studyId: number; isNew: boolean } {
  const known = planned(store, name);
  if (known === undefined) {
    const plan = {
      ...{ name, description: 'Logs of other programs, for comparison.', settings: {} },
      ...{ variants: [], seeds: [], baseline: variant },
    } satisfies Study;
    const sql =
      "INSERT INTO studies (name, hash, description, yaml, plan, created_at) VALUES (@name, @hash, @description, '', @plan, @at)";
    const values = {
      name,
      hash: hashOf(plan),
      description: plan.description,
      plan: canonicalJson(plan),
      at: Date.now(),
    };
    return { studyId: Number(store.database.prepare(sql).run(values).lastInsertRowid), isNew: true };
  }
  if (known.trashedAt !== null)
    throw new SophiaError('conflict', `Study "${name}" is in the trash.`, 'Restore it, or name another with --study.');
  const runs = store.listRuns({ studyId: known.id });
  if (runs.some((run) => run.origin === null || run.origin.format === 'archive' || run.origin.format === 'pack'))
    throw new SophiaError('conflict', `Study "${name}" has runs of its own.`, 'Name another with --study.');
  if (runs.some((run) => run.variant === variant && run.seed === seed))
    throw new SophiaError(
      'conflict',
      `Study "${name}" has ${variant} seed ${seed} already.`,
      'Give --variant or --seed.',
    );
  return { studyId: known.id, isNew: false };
}

/** Variant and seed go into the plan of their study. */
function growStudy(store: Store, { study, variant, seed }: Cell): void {
  const { id, plan } = present(planned(store, study), 'study of the log');
  const variants = plan.variants.some((one) => one.name === variant)
    ? plan.variants
    : [...plan.variants, { name: variant, title: variant, patch: {} }];
  const grown: Study = { ...plan, variants, seeds: [...new Set([...plan.seeds, seed])] };
  store.database
    .prepare('UPDATE studies SET hash = @hash, plan = @plan WHERE id = @id')
    .run({ hash: hashOf(grown), plan: canonicalJson(grown), id });
}

/** A variant's name out of a file's. */
function nameOf(file: string): string {
  const clean = basename(file)
    .replace(/\.[^.]*$/, '')
    .replace(/[^a-z0-9._-]+/gi, '-')
    .replace(/^[^a-z0-9]+/i, '');
  return clean.slice(0, 64) || 'log';
}
