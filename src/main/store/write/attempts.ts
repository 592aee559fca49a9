/**
 * Starting and resuming a run. A resume from step k takes every row of later steps out of the run, so that the resumed run's rows
 * equal an uninterrupted one's; they are kept as a branch, a run of its own that lists and tables leave out, with the checkpoints that
 * were written on it.
 */
import type { Database } from 'better-sqlite3';
import { SophiaError } from '../../../shared/errors.ts';
import { branchName, cutReason } from '../../../shared/run/rewind-warning.ts';
import type { HomePaths } from '../open/home.ts';
import { type CheckpointMove, moveCheckpoints, uriWithin } from '../read/checkpoint-place.ts';
import type { StoredRow } from '../schema/select.ts';
import { branchInserter } from './branch-row.ts';
import type { EventLog } from './event-log.ts';
import { noRun } from './runs.ts';

/** What a start did. */
export interface StartedAttempt {
  readonly attempt: number; // to be given with every event
  readonly branch: { readonly runId: number; readonly name: string; readonly steps: number } | null; // what was cut off
}

type Head = Pick<StoredRow<'runs'>, 'study_id' | 'name' | 'state' | 'step' | 'attempt' | 'cut_from'>;

/** The start and resume of runs. */
export function attemptWriter(db: Database, paths: HomePaths, log: EventLog, now: () => number) {
  const head = db.prepare<[number], Head>(
    'SELECT study_id, name, state, step, attempt, cut_from FROM runs WHERE id = ?',
  );
  const begin = db.prepare(
    `UPDATE runs SET attempt = attempt + 1, state = 'running', reason = NULL, error_code = NULL, step = min(step, @step), pid = @pid,
       started_at = coalesce(started_at, @at), updated_at = @at, finished_at = NULL, seconds = NULL, weights_hash = NULL,
       phase = NULL, phase_done = NULL, phase_total = NULL WHERE id = @id`,
  );
  const addAttempt = db.prepare(
    'INSERT INTO run_attempts (run_id, attempt, from_step, started_at, pid, trainer) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const refer = db.prepare('UPDATE run_attempts SET reference = ? WHERE run_id = ? AND attempt = ?');
  const laterEvaluations = db
    .prepare('SELECT EXISTS (SELECT 1 FROM evaluations WHERE run_id = ? AND step > ?)')
    .pluck();
  const addBranch = branchInserter(db);
  const metricIds = db.prepare<[], number>('SELECT id FROM metric_names').pluck();
  const moveMetrics = db.prepare('UPDATE metrics SET run_id = ? WHERE run_id = ? AND metric_id = ? AND step > ?');
  const moved = ['responses', 'evaluations'].map((table) =>
    db.prepare(`UPDATE ${table} SET run_id = ? WHERE run_id = ? AND step > ?`),
  );
  const moveEvents = db.prepare(
    "UPDATE events SET run_id = ? WHERE run_id = ? AND step > ? AND kind NOT IN ('state', 'cut', 'started')",
  );
  const laterCheckpoints = db.prepare<[number, number], Pick<StoredRow<'checkpoints'>, 'step' | 'uri'>>(
    'SELECT step, uri FROM checkpoints WHERE run_id = ? AND step > ?',
  );
  const moveCheckpoint = db.prepare('UPDATE checkpoints SET run_id = ?, uri = ? WHERE run_id = ? AND step = ?');
  const words = db.prepare<[number, number], Pick<StoredRow<'responses'>, 'id' | 'text'>>(
    'SELECT id, text FROM responses WHERE run_id = ? AND step > ?',
  );
  const reword = db.prepare('INSERT OR REPLACE INTO response_words (rowid, text, scope) VALUES (?, ?, ?)');

  function cut(runId: number, row: Head, step: number, files: CheckpointMove[]): StartedAttempt['branch'] {
    if (row.step <= step && laterEvaluations.get(runId, step) === 0) return null;
    const name = branchName(row);
    const reason = cutReason(row.name, step);
    const branch = addBranch({ from: runId, name, reason, cutStep: step, at: now() });
    for (const { id, text } of words.all(runId, step)) reword.run(id, text, scopeOf(branch, row.study_id));
    for (const metric of metricIds.all()) moveMetrics.run(branch, runId, metric, step);
    for (const move of moved) move.run(branch, runId, step);
    moveEvents.run(branch, runId, step);
    for (const checkpoint of laterCheckpoints.all(runId, step)) {
      const { uri } = checkpoint;
      const within = uriWithin(paths, { runId, uri });
      moveCheckpoint.run(branch, within, runId, checkpoint.step);
      files.push({ from: { runId, uri }, to: { runId: branch, uri: within } });
    }
    return { runId: branch, name, steps: row.step - step };
  }

  return {
    /**
     * Starts or resumes a run after `fromStep` (0: from the beginning), in one transaction: the attempt is counted, the state becomes
     * running, rows of later steps move to a branch. Events of older attempts are refused from now on.
     */
    startRun(
      runId: number,
      options: { readonly fromStep?: number; readonly pid?: number | null; readonly trainer?: string } = {},
    ): StartedAttempt {
      const step = options.fromStep ?? 0;
      const pid = options.pid ?? null;
      const files: CheckpointMove[] = [];
      const started = db
        .transaction((): StartedAttempt => {
          const row = head.get(runId);
          if (row === undefined) throw noRun(runId);
          if (row.cut_from !== null)
            throw new SophiaError(
              'conflict',
              `Run ${row.name} is a branch that was cut off and cannot be run.`,
              'Resume the run it was cut from.',
            );
          if (row.state === 'running')
            throw new SophiaError('conflict', `Run ${row.name} is already running.`, 'Stop it first.');
          if (step > row.step)
            throw new SophiaError(
              'data',
              `Run ${row.name} has rows up to step ${row.step} and cannot continue from step ${step}.`,
              'Resume from an earlier checkpoint.',
            );
          const branch = cut(runId, row, step, files);
          begin.run({ id: runId, step, pid, at: now() });
          addAttempt.run(runId, row.attempt + 1, step, now(), pid, options.trainer ?? 'native');
          if (branch !== null)
            log.add(runId, 'cut', step, { branch: branch.name, branchId: branch.runId, steps: branch.steps });
          log.add(runId, 'state', step, { state: 'running', reason: null });
          return { attempt: row.attempt + 1, branch };
        })
        .immediate();
      // After the commit: an end in between leaves checkpoints that say they are no longer there, never wrong ones.
      moveCheckpoints(paths, files);
      return started;
    },

    /** Keeps by what name an attempt's trainer finds its run again, should the engine end before it. */
    keepReference(runId: number, attempt: number, reference: string): void {
      if (refer.run(reference, runId, attempt).changes === 0) throw noRun(runId);
    },
  };
}

/** The words of the full-text index that tell whose text it is. */
export function scopeOf(runId: number, studyId: number): string {
  return `r${runId} s${studyId}`;
}
