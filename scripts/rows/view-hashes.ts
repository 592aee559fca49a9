/**
 * Hashes of what a study's runs wrote: sha256 over the rows of v_metrics (without times, speeds and memory, which differ from one run to the next)
 * and over those of v_responses and v_evaluations, in a fixed order. Equal hashes mean equal rows, to the last bit of every number.
 */
import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';

/** Metrics that measure the machine, not the training. */
const OF_THE_MACHINE =
  "name NOT GLOB 'time/*' AND name NOT GLOB 'tokens_per_second/*' AND name NOT GLOB 'memory/*' AND name <> 'step_time'";

const VIEWS = {
  v_metrics: `SELECT variant, seed, step, name, value FROM v_metrics WHERE study = ? AND ${OF_THE_MACHINE} ORDER BY 1, 2, 3, 4`,
  v_responses: `SELECT variant, seed, step, question, sample, text, outcome_reward, thinking_reward, mu_c, mu_w, gamma, decay, alpha,
    reward, advantage FROM v_responses WHERE study = ? ORDER BY 1, 2, 3, 4, 5, 6, 13, 14`,
  v_evaluations:
    'SELECT variant, seed, step, benchmark, accuracy, questions FROM v_evaluations WHERE study = ? ORDER BY 1, 2, 3, 4',
};

/** The number of rows and the hash of each view, for a study by its name. */
export function viewHashes(db: Database, study: string): { view: string; rows: number; hash: string }[] {
  return Object.entries(VIEWS).map(([view, sql]) => {
    const digest = createHash('sha256');
    let rows = 0;
    for (const row of db.prepare<[unknown], unknown[]>(sql).raw().iterate(study)) {
      for (const value of row)
        digest.update(typeof value === 'number' ? Buffer.from(Float64Array.of(value).buffer) : `${value}\0`);
      rows++;
    }
    return { view, rows, hash: digest.digest('hex') };
  });
}
