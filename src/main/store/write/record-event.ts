/**
 * Writes one run event in one transaction: all of it or nothing, on disk before it returns. Sent twice it is written once.
 */
import type { Database } from 'better-sqlite3';
import { assertNever, SophiaError } from '../../../shared/errors.ts';
import type { RunEvent, RunEventOf } from '../../../shared/run/run-events.ts';
import type { EventLog } from './event-log.ts';
import type { QuestionBook } from './question-book.ts';
import { evaluationRecorder } from './record-evaluation.ts';
import { type RunHead, stepRecorder } from './record-step.ts';
import { noRun } from './runs.ts';

/** What became of an event. */
export interface Recorded {
  readonly written: boolean; // false: the same event was there already
}

/** The writer of run events over an open database. */
export function eventRecorder(db: Database, log: EventLog, questions: QuestionBook, now: () => number) {
  const head = db.prepare<[number], RunHead>('SELECT id, study_id, name, attempt, step FROM runs WHERE id = ?');
  const touch = db.prepare('UPDATE runs SET updated_at = ? WHERE id = ?');
  const environment = db.prepare('UPDATE run_attempts SET environment = ? WHERE run_id = ? AND attempt = ?');
  const setPhase = db.prepare('UPDATE runs SET phase = ?, phase_done = ?, phase_total = ? WHERE id = ?');
  const end = db.prepare(
    `UPDATE runs SET state = ?, reason = ?, error_code = ?, seconds = ?, weights_hash = ?, finished_at = ?, pid = NULL, phase = NULL,
       phase_done = NULL, phase_total = NULL WHERE id = ?`,
  );
  const putCheckpoint = db.prepare(
    `INSERT INTO checkpoints (run_id, step, path, hash, bytes, at) VALUES (@id, @step, @path, @hash, @bytes, @at)
     ON CONFLICT (run_id, step) DO UPDATE SET path = @path, hash = @hash, bytes = @bytes, at = @at`,
  );
  const sameCheckpoint = db.prepare(
    'SELECT 1 FROM checkpoints WHERE run_id = ? AND step = ? AND path = ? AND hash = ?',
  );
  const lastAlert = db
    .prepare<[number, number], string>("SELECT data FROM events WHERE run_id = ? AND kind = 'alert' AND step = ?")
    .pluck();
  const recordStep = stepRecorder(db, questions);
  const recordEvaluation = evaluationRecorder(db, questions, now);

  function alert(run: RunHead, event: RunEventOf<'alert'>): boolean {
    const data = { level: event.level, name: event.name, message: event.message };
    if (lastAlert.all(run.id, event.step).includes(JSON.stringify(data))) return false;
    log.add(run.id, 'alert', event.step, data);
    return true;
  }

  function write(run: RunHead, event: RunEvent): boolean {
    switch (event.kind) {
      case 'started':
        environment.run(JSON.stringify(event.environment), run.id, run.attempt);
        log.add(run.id, 'started', event.step, event.environment);
        return true;
      case 'questions':
        for (const question of event.questions) questions.put(question);
        return true;
      case 'step':
        if (!recordStep(run, event)) return false;
        setPhase.run(null, null, null, run.id);
        log.add(run.id, 'step', event.step, null);
        return true;
      case 'evaluation': {
        const note = recordEvaluation(run, event);
        if (note !== null) log.add(run.id, 'evaluation', event.step, note);
        return note !== null;
      }
      case 'checkpoint': {
        const { step, path, hash, bytes } = event;
        if (sameCheckpoint.get(run.id, step, path, hash) !== undefined) return false;
        putCheckpoint.run({ id: run.id, step, path, hash, bytes, at: now() });
        log.add(run.id, 'checkpoint', step, { path, hash, bytes });
        return true;
      }
      case 'alert':
        return alert(run, event);
      case 'phase': {
        const { phase, done, total, load } = event;
        setPhase.run(phase, done, total, run.id);
        log.progress(run.id, event.step, { phase, done, total, ...(load !== undefined && { load }) });
        return true;
      }
      case 'finished':
        end.run('finished', null, null, event.seconds, event.weightsHash, now(), run.id);
        log.add(run.id, 'finished', event.step, { seconds: event.seconds, weightsHash: event.weightsHash });
        return true;
      case 'paused':
        end.run('paused', event.message, null, null, null, null, run.id);
        log.add(run.id, 'paused', event.step, { message: event.message });
        return true;
      case 'failed':
        end.run('failed', event.message, event.code, null, null, now(), run.id);
        log.add(run.id, 'failed', event.step, { code: event.code, message: event.message });
        return true;
      default:
        return assertNever(event, 'run event');
    }
  }

  const transaction = db.transaction((runId: number, attempt: number, event: RunEvent): boolean => {
    const run = head.get(runId);
    if (run === undefined) throw noRun(runId);
    if (attempt !== run.attempt)
      throw new SophiaError(
        'conflict',
        `Run ${run.name}: an event of attempt ${attempt} came, but attempt ${run.attempt} is current.`,
      );
    const written = write(run, event);
    if (written) touch.run(now(), runId);
    return written;
  });

  return {
    /**
     * Commits one event of a run's attempt (the number that startRun gave). Throws a conflict for an older attempt, for a step that is
     * there with other values, and an environment error when the disk is full; nothing of the event is written then.
     */
    recordEvent(runId: number, attempt: number, event: RunEvent): Recorded {
      return { written: questions.whole(() => transaction.immediate(runId, attempt, event)) };
    },
  };
}
