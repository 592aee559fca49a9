/**
 * Writes one run event in one transaction: all of it or nothing, on disk before it returns. Sent twice it is written once.
 */
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { assertNever, SophiaError } from '../../../shared/errors.ts';
import type { RunEvent, RunEventOf } from '../../../shared/run/run-events.ts';
import { parsedJson } from '../../../shared/values/parsed-json.ts';
import type { EventLog, Said } from './event-log.ts';
import type { QuestionBook } from './question-book.ts';
import { evaluationRecorder } from './record-evaluation.ts';
import { type RunHead, stepRecorder } from './record-step.ts';
import { noRun } from './runs.ts';

/** What became of an event. */
export interface Recorded {
  readonly written: boolean; // false: the same event was there already
}

/** What an attempt says of the things it reads. */
const INPUTS = { modelHash: z.string(), trmHash: z.string().nullable(), dataHash: z.string() };
const TITLES = { modelHash: 'The policy model', trmHash: 'The thinking reward model', dataHash: 'The data' } as const;
const short = (hash: string | null): string => (hash === null ? 'none' : hash.slice(0, 12));

/** The writer of run events over an open database. */
export function eventRecorder(db: Database, log: EventLog, questions: QuestionBook, now: () => number) {
  const head = db.prepare<[number], RunHead>('SELECT id, study_id, name, attempt, step FROM runs WHERE id = ?');
  const touch = db.prepare('UPDATE runs SET updated_at = ? WHERE id = ?');
  const environment = db.prepare('UPDATE run_attempts SET environment = ? WHERE run_id = ? AND attempt = ?');
  const environmentBefore = db
    .prepare<[number, number], string>(
      'SELECT environment FROM run_attempts WHERE run_id = ? AND attempt < ? AND environment IS NOT NULL ORDER BY attempt DESC LIMIT 1',
    )
    .pluck();
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
  const steps = stepRecorder(db, questions);
  const recordEvaluation = evaluationRecorder(db, questions, now);

  /** A run that starts again reads what it read before, also where it starts from nothing: its checkpoints hold more (train/prepare/run-inputs.ts). */
  function refuseAltered(run: RunHead, { environment: now }: RunEventOf<'started'>): void {
    const before = z.looseObject(INPUTS).safeParse(parsedJson(environmentBefore.get(run.id, run.attempt) ?? '')).data;
    if (before === undefined) return;
    const what = (['modelHash', 'trmHash', 'dataHash'] as const).find((name) => before[name] !== now[name]);
    if (what === undefined) return;
    throw new SophiaError(
      'altered',
      `${TITLES[what]} of run ${run.name} was altered since it was started (its hash was ${short(before[what])}, now ${short(now[what])}).`,
      'Put its files back as they were, then resume; or start a new study with what is there now.',
    );
  }

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
        refuseAltered(run, event);
        environment.run(JSON.stringify(event.environment), run.id, run.attempt);
        log.add(run.id, 'started', event.step, event.environment, said);
        return true;
      case 'questions':
        for (const question of event.questions) questions.put(question);
        return true;
      case 'step':
        if (!steps.record(run, event)) return false;
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

  const several = db.transaction((work: () => void) => work());

  return {
    /**
     * Commits all that is recorded within `work` at once, which takes the disk one wait instead of one for each event; nothing of it is written
     * where that fails. An event that is refused within it leaves the others alone.
     */
    recordTogether(work: () => void): void {
      try {
        questions.whole(() => several.immediate(work));
      } catch (error) {
        steps.forget();
        throw error;
      }
    },
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
