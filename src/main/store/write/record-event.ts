/**
 * Writes one run event in one transaction: all of it or nothing, on disk before it returns. Sent twice it is written once.
 */
import type { Database } from 'better-sqlite3';
import { assertNever, SophiaError } from '../../../shared/errors.ts';
import type { RunEvent, RunEventOf } from '../../../shared/run/run-events.ts';
import type { EventLog, Said } from './event-log.ts';
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
    `INSERT INTO checkpoints (run_id, step, uri, hash, bytes, at) VALUES (@id, @step, @uri, @hash, @bytes, @at)
     ON CONFLICT (run_id, step) DO UPDATE SET uri = @uri, hash = @hash, bytes = @bytes, at = @at`,
  );
  const sameCheckpoint = db.prepare('SELECT 1 FROM checkpoints WHERE run_id = ? AND step = ? AND uri = ? AND hash = ?');
  const lastAlert = db
    .prepare<[number, number], string>("SELECT data FROM events WHERE run_id = ? AND kind = 'alert' AND step = ?")
    .pluck();
  const lastSequence = db
    .prepare<[number, number], number>('SELECT sequence FROM run_attempts WHERE run_id = ? AND attempt = ?')
    .pluck();
  const setSequence = db.prepare('UPDATE run_attempts SET sequence = ? WHERE run_id = ? AND attempt = ?');
  const recordStep = stepRecorder(db, questions);
  const recordEvaluation = evaluationRecorder(db, questions, now);

  function alert(run: RunHead, event: RunEventOf<'alert'>, said: Said): boolean {
    const data = { level: event.level, name: event.name, message: event.message };
    if (lastAlert.all(run.id, event.step).includes(JSON.stringify(data))) return false;
    log.add(run.id, 'alert', event.step, data, said);
    return true;
  }

  function write(run: RunHead, event: RunEvent, said: Said): boolean {
    const at = said.at ?? now();
    switch (event.kind) {
      case 'started':
        environment.run(JSON.stringify(event.environment), run.id, run.attempt);
        log.add(run.id, 'started', event.step, event.environment, said);
        return true;
      case 'questions':
        for (const question of event.questions) questions.put(question);
        return true;
      case 'step':
        if (!recordStep(run, event)) return false;
        setPhase.run(null, null, null, run.id);
        log.add(run.id, 'step', event.step, null, said);
        return true;
      case 'evaluation': {
        const note = recordEvaluation(run, event);
        if (note !== null) log.add(run.id, 'evaluation', event.step, note, said);
        return note !== null;
      }
      case 'checkpoint': {
        const { step, uri, hash, bytes } = event;
        if (sameCheckpoint.get(run.id, step, uri, hash) !== undefined) return false;
        putCheckpoint.run({ id: run.id, step, uri, hash, bytes, at });
        log.add(run.id, 'checkpoint', step, { uri, hash, bytes }, said);
        return true;
      }
      case 'alert':
        return alert(run, event, said);
      case 'phase': {
        const { phase, done, total, load } = event;
        setPhase.run(phase, done, total, run.id);
        log.progress(run.id, event.step, { phase, done, total, ...(load !== undefined && { load }) }, said);
        return true;
      }
      case 'finished':
        end.run('finished', null, null, event.seconds, event.weightsHash, at, run.id);
        log.add(run.id, 'finished', event.step, { seconds: event.seconds, weightsHash: event.weightsHash }, said);
        return true;
      case 'paused':
        end.run('paused', event.message, null, null, null, null, run.id);
        log.add(run.id, 'paused', event.step, { message: event.message }, said);
        return true;
      case 'failed':
        end.run('failed', event.message, event.code, null, null, at, run.id);
        log.add(run.id, 'failed', event.step, { code: event.code, message: event.message }, said);
        return true;
      default:
        return assertNever(event, 'run event');
    }
  }

  const transaction = db.transaction((runId: number, attempt: number, event: RunEvent, said: Said): boolean => {
    const run = head.get(runId);
    if (run === undefined) throw noRun(runId);
    if (attempt !== run.attempt)
      throw new SophiaError(
        'conflict',
        `Run ${run.name}: an event of attempt ${attempt} came, but attempt ${run.attempt} is current.`,
      );
    if (said.sequence != null && !isNext(run, said.sequence)) return false;
    const written = write(run, event, said);
    if (written) touch.run(now(), runId);
    return written;
  });

  /** Whether an event is the one that comes next in its attempt, which it is from now on; false: it was committed before. */
  function isNext(run: RunHead, sequence: number): boolean {
    const last = lastSequence.get(run.id, run.attempt) ?? 0;
    if (sequence <= last) return false;
    if (sequence !== last + 1)
      throw new SophiaError(
        'internal',
        `Run ${run.name}: event ${sequence} came after event ${last}; what lies between is missing.`,
      );
    setSequence.run(sequence, run.id, run.attempt);
    return true;
  }

  return {
    /**
     * Commits one event of a run's attempt (the number that startRun gave). Events with a sequence number come without a gap; one that is
     * there already is passed over. Throws a conflict for an older attempt and for a step that is there with other values, an internal error
     * for a gap, and an environment error when the disk is full; nothing of the event is written then.
     */
    recordEvent(runId: number, attempt: number, event: RunEvent, said: Said = {}): Recorded {
      return { written: questions.whole(() => transaction.immediate(runId, attempt, event, said)) };
    },
  };
}
