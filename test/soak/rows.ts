/** What a home's runs wrote, told apart to the last bit; and whether a home is sound. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { viewHashes } from '../../scripts/rows/view-hashes.ts';

/** State of each run of a study that is no branch, by name of the variant and seed; empty where the home or the study is not there. */
export function runStates(home: string, study?: string): { id: number; state: string; reason: string | null }[] {
  if (!existsSync(join(home, 'sophia.db'))) return [];
  return reading(home, (db) =>
    isMade(db)
      ? db
          .prepare<[{ study: string | null }], { id: number; state: string; reason: string | null }>(
            `SELECT runs.id, runs.state, runs.reason FROM runs JOIN studies ON studies.id = runs.study_id
             WHERE runs.cut_from IS NULL AND (@study IS NULL OR studies.name = @study) ORDER BY runs.id`,
          )
          .all({ study: study ?? null })
      : [],
  );
}

/** Names of the studies, in the trash or not. */
export const studyNames = (home: string): string[] =>
  reading(home, (db) =>
    isMade(db) ? db.prepare<[], string>('SELECT name FROM studies ORDER BY id').pluck().all() : [],
  );

/** Everything of a study that must be equal after whatever happened, as one text: hashes of its views and of the weights of its runs. */
export function studyContent(home: string, study: string): string {
  return reading(home, (db) => {
    const weights = db
      .prepare<[string], string>(
        `SELECT runs.variant || '/' || runs.seed || ' ' || runs.state || ' ' || runs.step || ' ' || coalesce(runs.weights_hash, '-')
         FROM runs JOIN studies ON studies.id = runs.study_id WHERE studies.name = ? AND runs.cut_from IS NULL ORDER BY 1`,
      )
      .pluck()
      .all(study);
    return JSON.stringify({ views: viewHashes(db, study), weights }, null, 1);
  });
}

/** Why a database is not sound; null: it is. */
export function databaseFault(home: string): string | null {
  return reading(home, (db) => {
    const verdict = String(db.pragma('integrity_check(1)', { simple: true }));
    const broken = (db.pragma('foreign_key_check') as unknown[]).length;
    return verdict !== 'ok' ? verdict : broken > 0 ? `${broken} rows name what is not there` : null;
  });
}

/** Half-made things in a home after a clean start and end. */
export function leftovers(home: string): string[] {
  return (readdirSync(home, { recursive: true }) as string[]).filter((name) =>
    /(^|\/)\.(import|upload)-|\.(tmp|part|partial|restored)$|\.previous$|\.part-/.test(name),
  );
}

function isMade(db: Database.Database): boolean {
  return db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'studies'").get() !== undefined;
}

function reading<T>(home: string, use: (db: Database.Database) => T): T {
  const db = new Database(join(home, 'sophia.db'), { readonly: true });
  try {
    return use(db);
  } finally {
    db.close();
  }
}
