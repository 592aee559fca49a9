/** Runs that the database calls running, told apart: those that a trainer can be asked for, and those that ended with their engine. */

/** Of a row t of runs: it says that it is running, and no trainer can be asked for it. */
export const IS_ABANDONED = `t.state = 'running' AND NOT EXISTS (SELECT 1 FROM main.run_attempts a
  WHERE a.run_id = t.id AND a.attempt = t.attempt AND a.reference IS NOT NULL)`;
