/**
 * A metric log of another program as a run, for comparison: finished, without settings or responses, marked with where it came from, never
 * resumable. Its study (by default `imported`) grows a variant per log.
 */
import { basename } from 'node:path';
import { SophiaError } from '../../../shared/errors.ts';
import type { LogFormat } from '../../../shared/run/log-formats.ts';
import { NAME, NAME_HOLDS, type Study } from '../../../shared/study/study.ts';
import { canonicalJson, hashOf } from '../../../shared/values/hash.ts';
import { contentHash } from '../../model/io/content-hash.ts';
import { PLANNED_STUDY } from '../rows.ts';
import { query } from '../schema/select.ts';
import type { Store } from '../store.ts';
import { runName } from '../write/run-names.ts';
import { readLog } from './read-log.ts';

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
  const { database: db } = store;
  const runId = db
    .transaction(() => {
      const studyId = growStudy(store, name, variant, seed);
      const colour = store.listRuns({ studyId, branches: true }).length;
      const { lastInsertRowid } = db
        .prepare(
          `INSERT INTO runs (study_id, name, variant, seed, state, settings, config_hash, step, total_steps, created_at, updated_at, finished_at,
             colour_index)
           VALUES (@studyId, '', @variant, @seed, 'finished', '{}', @config, @step, @step, @at, @at, @at, @colour)`,
        )
        .run({ studyId, variant, seed, config: hashOf({}), step: log.lastStep, at: Date.now(), colour });
      const id = Number(lastInsertRowid);
      db.prepare('UPDATE runs SET name = ? WHERE id = ?').run(runName(id, hash), id);
      const addName = db.prepare('INSERT INTO metric_names (name) VALUES (?) ON CONFLICT (name) DO NOTHING');
      const addPoint = db.prepare(
        'INSERT INTO metrics (run_id, metric_id, step, value) VALUES (?, (SELECT id FROM metric_names WHERE name = ?), ?, ?)',
      );
      for (const [metric, points] of log.metrics) {
        addName.run(metric);
        for (const [step, value] of points) addPoint.run(id, metric, step, value);
      }
      store.markImported([id], { format, source: basename(file), hash });
      return id;
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
