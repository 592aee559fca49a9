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
import { contentHash } from '../../model/io/content-hash.ts';
import { PLANNED_STUDY } from '../rows.ts';
import { query } from '../schema/select.ts';
import type { Store } from '../store.ts';
import { branchInserter } from '../write/branch-row.ts';
import { runName } from '../write/names/run-names.ts';
import { type MetricLog, type MetricPoints, readLog } from './log/read-log.ts';

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

/** Reads a log into a store. @throws SophiaError 'conflict' where the study has a run of this variant and seed, or was planned here. */
export function importLog(store: Store, file: string, format: LogFormat, place: LogPlace = {}): ImportedRun {
  const log = readLog(file, format);
  const { study: name = 'imported', seed = 0 } = place;
  const variant = place.variant ?? nameOf(file);
  for (const [what, given] of Object.entries({ study: name, variant }))
    if (!NAME.test(given)) throw new SophiaError('usage', `"${given}" cannot name a ${what}.`, `Use ${NAME_HOLDS}.`);
  const hash = contentHash(file).hash;
  const runId = store.database
    .transaction(() => {
      const studyId = growStudy(store, name, variant, seed);
      const ids = addRuns(store, log, hash, { studyId, variant, seed });
      store.markImported(ids, { format, source: basename(file), hash });
      return ids[0];
    })
    .immediate();
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

/** The log's run and its branches, with their points: the run's id, then the branches'. */
function addRuns(
  store: Store,
  log: MetricLog,
  hash: string,
  place: { readonly studyId: number; readonly variant: string; readonly seed: number },
): [number, ...number[]] {
  const { database: db } = store;
  const addName = db.prepare('INSERT INTO metric_names (name) VALUES (?) ON CONFLICT (name) DO NOTHING');
  const addPoint = db.prepare(
    'INSERT INTO metrics (run_id, metric_id, step, value) VALUES (?, (SELECT id FROM metric_names WHERE name = ?), ?, ?)',
  );
  const addPoints = (run: number, metrics: MetricPoints) => {
    for (const [metric, points] of metrics) {
      addName.run(metric);
      for (const [step, value] of points) addPoint.run(run, metric, step, value);
    }
  };
  const at = Date.now();
  const colour = store.listRuns({ studyId: place.studyId, branches: true }).length;
  const id = Number(
    db
      .prepare(
        `INSERT INTO runs (study_id, name, variant, seed, state, settings, config_hash, step, total_steps, created_at, updated_at, finished_at,
           colour_index)
         VALUES (@studyId, '', @variant, @seed, 'finished', '{}', @config, @step, @step, @at, @at, @at, @colour)`,
      )
      .run({ ...place, config: hashOf({}), step: log.lastStep, at, colour }).lastInsertRowid,
  );
  const name = runName(id, hash);
  db.prepare('UPDATE runs SET name = ? WHERE id = ?').run(name, id);
  addPoints(id, log.metrics);
  const addBranch = branchInserter(db);
  const branches = log.cutOff.map(({ cutStep, lastStep, metrics }, i) => {
    const of = { name: branchName({ name, attempt: i + 1 }), reason: cutReason(name, cutStep) };
    const branch = addBranch({ ...of, from: id, step: lastStep, cutStep, at });
    addPoints(branch, metrics);
    return branch;
  });
  return [id, ...branches];
}

/** The study of that name with the variant and seed in its plan; made where there is none. */
function growStudy(store: Store, name: string, variant: string, seed: number): number {
  const { database: db } = store;
  const known = query(db, PLANNED_STUDY, 'FROM studies s WHERE s.name = ?').get(name);
  const plan: Study =
    known === undefined
      ? {
          name,
          description: 'Logs of other programs, for comparison.',
          settings: {},
          variants: [],
          seeds: [],
          baseline: variant,
        }
      : known.plan;
  const runs = known === undefined ? [] : store.listRuns({ studyId: known.id });
  if (runs.some((run) => run.origin === null || run.origin.format === 'archive' || run.origin.format === 'pack'))
    throw new SophiaError('conflict', `Study "${name}" has runs of its own.`, 'Name another with --study.');
  if (runs.some((run) => run.variant === variant && run.seed === seed))
    throw new SophiaError(
      'conflict',
      `Study "${name}" has ${variant} seed ${seed} already.`,
      'Give --variant or --seed.',
    );
  const variants = plan.variants.some((planned) => planned.name === variant)
    ? plan.variants
    : [...plan.variants, { name: variant, title: variant, patch: {} }];
  const grown: Study = { ...plan, variants, seeds: [...new Set([...plan.seeds, seed])] };
  const values = {
    name,
    hash: hashOf(grown),
    description: grown.description,
    plan: canonicalJson(grown),
    at: Date.now(),
    id: known?.id,
  };
  if (known === undefined)
    return Number(
      db
        .prepare(
          "INSERT INTO studies (name, hash, description, yaml, plan, created_at) VALUES (@name, @hash, @description, '', @plan, @at)",
        )
        .run(values).lastInsertRowid,
    );
  db.prepare('UPDATE studies SET hash = @hash, plan = @plan WHERE id = @id').run(values);
  return known.id;
}

/** A variant's name out of a file's. */
function nameOf(file: string): string {
  const clean = basename(file)
    .replace(/\.[^.]*$/, '')
    .replace(/[^a-z0-9._-]+/gi, '-')
    .replace(/^[^a-z0-9]+/i, '');
  return clean.slice(0, 64) || 'log';
}
