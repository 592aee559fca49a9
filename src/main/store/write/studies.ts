/**
 * Studies: adding one with all its planned runs, extending it, naming, archive, trash, deletion.
 */
import type { Database } from 'better-sqlite3';
import { SophiaError } from '../../../shared/errors.ts';
import { type PlannedRun, planRuns, type Study, studyHash, studyYaml } from '../../../shared/study/study.ts';
import { canonicalJson } from '../../../shared/values/hash.ts';
import type { StoredRow } from '../schema/select.ts';
import { freeName } from './names/free-name.ts';
import { runName } from './names/run-names.ts';
import type { RunWriter } from './runs.ts';
import { tagsColumn } from './tags.ts';

/** What addStudy did. */
export interface AddedStudy {
  readonly studyId: number;
  readonly name: string; // as stored: `-2`, `-3` is added when the name was taken by another study
  readonly created: boolean; // false: the same study (equal hash) was already there
}

/** The writes on studies. */
export function studyWriter(db: Database, runs: RunWriter, now: () => number) {
  const insert = db.prepare(
    'INSERT INTO studies (name, hash, description, yaml, plan, created_at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  // The registration of what a study is now: with other seeds it is another study.
  const setRegistration = db.prepare(
    `UPDATE studies SET registered_at = (SELECT registered_at FROM registrations r WHERE r.hash = studies.hash),
       registered_by = (SELECT 'home' FROM registrations r WHERE r.hash = studies.hash) WHERE id = ?`,
  );
  const insertRun = db.prepare(
    `INSERT INTO runs (study_id, name, variant, seed, state, settings, config_hash, total_steps, created_at, colour_index)
     VALUES (?, '', ?, ?, 'queued', ?, ?, ?, ?, ?)`,
  );
  const nameRun = db.prepare('UPDATE runs SET name = ? WHERE id = ?');
  const byHash = db.prepare<[string], Pick<StoredRow<'studies'>, 'id' | 'name'>>(
    'SELECT id, name FROM studies WHERE hash = ? AND trashed_at IS NULL ORDER BY id DESC',
  );
  const idByName = db.prepare<[string], number>('SELECT id FROM studies WHERE name = ?').pluck();
  const hashOf = db.prepare<[number], string>('SELECT hash FROM studies WHERE id = ?').pluck();
  const running = db
    .prepare<[number], string>("SELECT name FROM runs WHERE study_id = ? AND state = 'running'")
    .pluck();
  const taken = db.prepare('SELECT 1 FROM studies WHERE name = ?');
  const cells = db.prepare<[number], Pick<StoredRow<'runs'>, 'variant' | 'seed'>>(
    'SELECT variant, seed FROM runs WHERE study_id = ? AND cut_from IS NULL AND trashed_at IS NULL',
  );
  const runIds = db
    .prepare<[number], number>('SELECT id FROM runs WHERE study_id = ? ORDER BY cut_from IS NULL, id')
    .pluck();
  const countRuns = db
    .prepare<[number], number>('SELECT count(*) FROM runs WHERE study_id = ? AND cut_from IS NULL')
    .pluck();

  function addRun(studyId: number, key: string, run: PlannedRun, colour: number): number {
    const { settings, variant, seed, configHash } = run;
    const total = settings.training.totalSteps;
    const id = Number(
      insertRun.run(studyId, variant, seed, canonicalJson(settings), configHash, total, now(), colour).lastInsertRowid,
    );
    nameRun.run(runName(id, key), id);
    return id;
  }

  function set(studyId: number, assignment: string, ...values: unknown[]): void {
    if (db.prepare(`UPDATE studies SET ${assignment} WHERE id = ?`).run(...values, studyId).changes === 0)
      throw noStudy(studyId);
  }

  return {
    /** Adds a study and its runs, all queued. The same study (equal hash) is not added twice: its id comes back, `created` false. */
    addStudy(study: Study, yaml: string = studyYaml(study)): AddedStudy {
      return db
        .transaction((): AddedStudy => {
          const hash = studyHash(study);
          const known = byHash.get(hash);
          if (known !== undefined) return { studyId: known.id, name: known.name, created: false };
          const name = freeName(study.name, (candidate) => taken.get(candidate) !== undefined);
          const result = insert.run(name, hash, study.description, yaml, canonicalJson(study), now());
          const studyId = Number(result.lastInsertRowid);
          setRegistration.run(studyId);
          planRuns(study).forEach((run, i) => void addRun(studyId, hash, run, i));
          return { studyId, name, created: true };
        })
        .immediate();
    },

    /** Gives a study another plan (more seeds or variants): adds the runs it lacks, removes none. Returns the new runs' ids. */
    extendStudy(studyId: number, study: Study, yaml: string = studyYaml(study)): number[] {
      return db
        .transaction(() => {
          const hash = studyHash(study);
          const before = hashOf.get(studyId);
          set(
            studyId,
            'hash = ?, yaml = ?, plan = ?, description = ?',
            hash,
            yaml,
            canonicalJson(study),
            study.description,
          );
          if (before !== hash) setRegistration.run(studyId);
          const have = new Set(cells.all(studyId).map((cell) => `${cell.variant}/${cell.seed}`));
          let colour = countRuns.get(studyId) ?? 0;
          const missing = planRuns(study).filter((run) => !have.has(`${run.variant}/${run.seed}`));
          return missing.map((run) => addRun(studyId, hash, run, colour++));
        })
        .immediate();
    },

    /** Renames a study; a taken name is a usage error. */
    renameStudy(studyId: number, name: string): void {
      if (!/^[a-z0-9][a-z0-9._-]{0,63}$/i.test(name))
        throw new SophiaError(
          'usage',
          `"${name}" cannot name a study.`,
          'Use letters, digits, ".", "_" and "-", at most 64.',
        );
      const owner = idByName.get(name);
      if (owner !== undefined && owner !== studyId)
        throw new SophiaError('usage', `There is already a study "${name}".`, 'Choose another name.');
      set(studyId, 'name = ?', name);
    },

    setStudyNotes: (studyId: number, notes: string) => set(studyId, 'notes = ?', notes),
    setStudyTags: (studyId: number, tags: readonly string[]) => set(studyId, 'tags = ?', tagsColumn(tags)),

    /** Archived studies are kept and left out of lists unless asked for. */
    archiveStudy: (studyId: number, archived: boolean) => set(studyId, 'archived_at = ?', archived ? now() : null),

    /** Puts a study into the trash; restoreStudy takes it back. */
    trashStudy: (studyId: number) => set(studyId, 'trashed_at = ?', now()),

    restoreStudy: (studyId: number) => set(studyId, 'trashed_at = ?', null),

    /** The numbers of a study's runs: branches and those in the trash too. */
    runIdsOf: (studyId: number): number[] => runIds.all(studyId),

    /** Deletes a study with all its runs for good (one transaction per run). Refused while one is running. Files are the caller's affair. */
    deleteStudy(studyId: number): void {
      const busy = running.get(studyId);
      if (busy !== undefined)
        throw new SophiaError('conflict', `Run ${busy} of this study is running.`, 'Stop it first.');
      set(studyId, 'trashed_at = coalesce(trashed_at, ?)', now());
      for (const id of runIds.all(studyId)) runs.deleteRun(id);
      db.prepare('DELETE FROM studies WHERE id = ?').run(studyId);
    },
  };
}

function noStudy(id: number): SophiaError {
  return new SophiaError('usage', `There is no study number ${id}.`, 'See `sophia study list`.');
}
