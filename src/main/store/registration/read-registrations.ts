/** Reads of registrations: whether a study was registered before its first run, and in what it differs from one that was. */
import type { Database } from 'better-sqlite3';
import { differingParts, type RegistrationStatus } from '../../../shared/study/registration.ts';
import { query, select } from '../schema/select.ts';

const REGISTERED = select({ g: 'registrations' }, ['g.hash', 'g.plan', 'g.registered_at']);
const STATUS = select({ s: 'studies' }, ['s.plan', 's.registered_at', 's.registered_by']);

/** The reads of registrations over an open database. */
export function registrationQueries(db: Database) {
  const named = query(db, REGISTERED, 'FROM registrations g WHERE g.name = ? ORDER BY g.registered_at DESC');
  const study = query(db, STATUS, 'FROM studies s WHERE s.id = ?');
  const firstStart = db
    .prepare<[number], number | null>('SELECT min(started_at) FROM runs WHERE study_id = ? AND cut_from IS NULL')
    .pluck();

  return {
    /** The registration of a study. What an archive claims counts only where its runs began later than it says. */
    registrationOf(studyId: number): RegistrationStatus {
      const row = study.get(studyId);
      const began = firstStart.get(studyId) ?? null;
      const isEarlier = row?.registeredAt != null && (began === null || row.registeredAt <= began);
      if (row?.registeredAt != null && isEarlier)
        return { state: 'registered', at: row.registeredAt, by: row.registeredBy ?? 'home' };
      const [other] = row === undefined ? [] : named.all(row.plan.name);
      if (row === undefined || other === undefined) return { state: 'exploratory', differsFrom: null };
      const parts = differingParts(row.plan, other.plan);
      return {
        state: 'exploratory',
        differsFrom: parts.length === 0 ? null : { at: other.registeredAt, parts },
      };
    },
  };
}
