/** The row of a branch: a run of its own that holds what a resume cut off, with the settings, the seed and the colour of the run it was cut from. */
import type { Database } from 'better-sqlite3';

/** What a branch has of its own. */
export interface Branch {
  readonly from: number; // id of the run that it is cut from
  readonly name: string;
  readonly reason: string;
  readonly cutStep: number; // the last step that the run keeps
  readonly step?: number; // the branch's own last step; default: the run's, as it was before the cut
  readonly at: number; // ms since 1970
}

/** Makes the function that adds a branch's row and returns its id; to be called in the transaction that moves the rows. */
export function branchInserter(db: Database): (branch: Branch) => number {
  const insert = db.prepare(
    `INSERT INTO runs (study_id, name, variant, seed, state, reason, settings, config_hash, attempt, step, total_steps, cut_from, cut_step,
       created_at, started_at, updated_at, colour_index)
     SELECT study_id, @name, variant, seed, 'interrupted', @reason, settings, config_hash, attempt, coalesce(@step, step), total_steps, id,
       @cutStep, @at, started_at, updated_at, colour_index FROM runs WHERE id = @from`,
  );
  return (branch) => Number(insert.run({ step: null, ...branch }).lastInsertRowid);
}
