/** Reads of how far thinking rewards were trusted, group by group; every response of a group carries the group's numbers. */
import type { Database } from 'better-sqlite3';

/** Intervals of gamma [0, 0.1), ..., [0.9, 1), and then 1 itself: full trust. */
const GAMMA_BINS = 11;

/** One run over some of its steps. Counts are of groups (questions of a step). */
export interface TrustOfRun {
  readonly runId: number;
  readonly groups: number;
  readonly weighted: number; // that got a weight gamma
  readonly bins: readonly number[]; // [GAMMA_BINS]
  readonly gammaSum: number; // over the weighted
  readonly compared: number; // that hold right and wrong responses with scores
  readonly distrusted: number; // of those: mu_c < mu_w
}

const NO_TRUST = { groups: 0, weighted: 0, gammaSum: 0, compared: 0, distrusted: 0 };

/** The reads over an open database. */
export function trustQueries(db: Database) {
  const last = db.prepare<[number], number | null>('SELECT max(step) FROM responses WHERE run_id = ?').pluck();
  const facts = db.prepare<[number, number], Omit<TrustOfRun, 'runId' | 'bins'>>(
    `SELECT count(*) AS groups, count(gamma) AS weighted, total(gamma) AS gammaSum, count(mu_c + mu_w) AS compared,
     total(mu_c < mu_w) AS distrusted FROM responses WHERE run_id = ? AND step > ? AND sample = 0`,
  );
  const bins = db.prepare<[number, number], { bin: number; groups: number }>(
    `SELECT CASE WHEN gamma >= 1 THEN ${GAMMA_BINS - 1} ELSE max(0, CAST(gamma * 10 AS INTEGER)) END AS bin, count(*) AS groups
     FROM responses WHERE run_id = ? AND step > ? AND sample = 0 AND gamma IS NOT NULL GROUP BY bin`,
  );
  return {
    /** Trust of some runs over all their steps, or their last ones; runs without a response have zeros. */
    trustOf: (runIds: readonly number[], lastSteps: number | null = null): TrustOfRun[] =>
      runIds.map((runId) => {
        const since = lastSteps === null ? 0 : (last.get(runId) ?? 0) - lastSteps;
        const counts = Array<number>(GAMMA_BINS).fill(0);
        for (const { bin, groups } of bins.all(runId, since)) counts[bin] = groups;
        return { runId, ...(facts.get(runId, since) ?? NO_TRUST), bins: counts };
      }),
  };
}
