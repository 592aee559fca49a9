/** Trained TRMs: what each was made of, how far its training is, its losses. */
import type { Database } from 'better-sqlite3';
import type { TrmKind, TrmModelState } from '../../../shared/trm/models.ts';
import { query, type StoredRow } from '../schema/select.ts';
import { checkFree, findNamed, found } from './find.ts';
import { TRM_MODEL, type TrmModelRow } from './rows.ts';

/** A TRM about to be trained. */
export interface NewTrmModel {
  readonly name: string;
  readonly kind: TrmKind;
  readonly buildId: number;
  readonly base: string;
  readonly folder: string; // relative to the home
  readonly settings: unknown;
  readonly totalSteps: number;
}

const FROM = 'FROM trm_models m LEFT JOIN trm_builds b ON b.id = m.build_id';

/** The reads over an open database. */
export function trmModelQueries(db: Database) {
  const all = query(db, TRM_MODEL, `${FROM} ORDER BY m.id`);
  const byId = query(db, TRM_MODEL, `${FROM} WHERE m.id = ?`);
  const known = db.prepare<[string], number>('SELECT id FROM trm_models WHERE name = ?').pluck();
  const losses = db.prepare<[number], Pick<StoredRow<'trm_losses'>, 'step' | 'loss'>>(
    'SELECT step, loss FROM trm_losses WHERE model_id = ? ORDER BY step',
  );
  return {
    /** All trained TRMs. */
    trmModels: (): TrmModelRow[] => all.all(),

    /** One by name or id; throws `usage` for an unknown one. */
    trmModel: (reference: string | number): TrmModelRow =>
      found(byId.get(findNamed(db, 'trm_models', reference)), reference),

    /** True when a TRM of this name is known. */
    hasTrmModel: (name: string): boolean => known.get(name) !== undefined,

    /** The training loss by step. */
    trmLosses: (modelId: number): { readonly step: number; readonly loss: number }[] => losses.all(modelId),
  };
}

/** The writes over an open database. */
export function trmModelWriter(db: Database, now: () => number) {
  const insert = db.prepare(
    `INSERT INTO trm_models (name, kind, build_id, base, folder, settings, state, step, total_steps, seconds, created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, 'training', 0, ?, 0, ?, ?)`,
  );
  const setState = db.prepare(
    'UPDATE trm_models SET state = ?, reason = ?, weights_hash = ?, updated_at = ? WHERE id = ?',
  );
  const advance = db.prepare('UPDATE trm_models SET step = ?, seconds = seconds + ?, updated_at = ? WHERE id = ?');
  const addLoss = db.prepare('INSERT OR REPLACE INTO trm_losses (model_id, step, loss) VALUES (?, ?, ?)');
  return {
    /** Notes a TRM whose training begins; returns its id. Throws `conflict` for a taken name. */
    addTrmModel({ name, kind, buildId, base, folder, settings, totalSteps }: NewTrmModel): number {
      checkFree(db, 'trm_models', name);
      const row = [name, kind, buildId, base, folder, JSON.stringify(settings), totalSteps, now(), now()];
      return Number(insert.run(...row).lastInsertRowid);
    },

    /** Notes steps done: their losses, the newest step, and the seconds they took. */
    recordTrmSteps(
      modelId: number,
      losses: readonly { readonly step: number; readonly loss: number }[],
      seconds: number,
    ): void {
      if (losses.length === 0) return;
      db.transaction(() => {
        for (const { step, loss } of losses) addLoss.run(modelId, step, loss);
        advance.run(losses.at(-1)!.step, seconds, now(), modelId);
      }).immediate();
    },

    /** Sets the state of a TRM's training. */
    setTrmModelState: (
      modelId: number,
      state: TrmModelState,
      reason: string | null = null,
      weightsHash: string | null = null,
    ): void => void setState.run(state, reason, weightsHash, now(), modelId),
  };
}
