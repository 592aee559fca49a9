/**
 * Registering a study: what it will compare is put on record before anything of it is known. Deliberately absent: a proof for others; the JSON
 * file that `study register` writes is to be committed, and the commit is the proof.
 */
import type { Database } from 'better-sqlite3';
import { SophiaError } from '../../../shared/errors.ts';
import { planRuns, type Study, studyHash } from '../../../shared/study/study.ts';
import { canonicalJson } from '../../../shared/values/hash.ts';

/** What was registered. */
export interface Registration {
  readonly hash: string;
  readonly registeredAt: number; // ms since 1970
  /** False: the same study was registered before, and that is its date. */
  readonly isNew: boolean;
}

interface BegunRun {
  readonly run: string;
  readonly study: string;
  readonly variant: string;
  readonly seed: number;
  readonly startedAt: number | null;
}

/** The writes of registrations. */
export function registrationWriter(db: Database, now: () => number) {
  const known = db.prepare<[string], number>('SELECT registered_at FROM registrations WHERE hash = ?').pluck();
  const insert = db.prepare('INSERT INTO registrations (hash, name, plan, registered_at) VALUES (?, ?, ?, ?)');
  const mark = db.prepare("UPDATE studies SET registered_at = ?, registered_by = 'home' WHERE hash = ?");
  // The same settings and seed in another study are the same run: its result is known.
  const begun = db.prepare<[string], BegunRun>(
    `SELECT r.name AS run, s.name AS study, r.variant, r.seed, r.started_at AS startedAt FROM runs r JOIN studies s ON s.id = r.study_id
     WHERE r.attempt > 0 AND r.config_hash IN (SELECT value FROM json_each(?)) ORDER BY r.started_at LIMIT 1`,
  );

  return {
    /** Registers a study as it will run. The same study again is the same registration. @throws SophiaError 'conflict' where a run of it has begun. */
    registerStudy(study: Study): Registration {
      return db
        .transaction((): Registration => {
          const hash = studyHash(study);
          const before = known.get(hash);
          if (before !== undefined) return { hash, registeredAt: before, isNew: false };
          const hashes = planRuns(study).map((run) => run.configHash);
          const run = begun.get(JSON.stringify(hashes));
          if (run !== undefined) throw tooLate(run);
          const registeredAt = now();
          insert.run(hash, study.name, canonicalJson(study), registeredAt);
          mark.run(registeredAt, hash);
          return { hash, registeredAt, isNew: true };
        })
        .immediate();
    },
  };
}

function tooLate({ run, study, variant, seed, startedAt }: BegunRun): SophiaError {
  const when = startedAt === null ? '' : ` on ${new Date(startedAt).toISOString().slice(0, 10)}`;
  return new SophiaError(
    'conflict',
    `It is too late to register: run ${run} of study ${study} (${variant}, seed ${seed}) has its settings and began${when}.`,
    'Give the study seeds that have not been run here, or leave it exploratory.',
  );
}
