/**
 * A trainer whose runs outlive the engine, as a job on a cluster does: it knows a run by a reference alone and reads what it says from a file.
 * When it attaches it says the last three events again, as one that is not sure what arrived must.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunHandle, RunOutcome, RunSink, Trainer } from '../../../src/main/jobs/trainer.ts';
import type { TrainerFactory } from '../../../src/main/trainers/trainers.ts';
import { parseEventLine } from '../../../src/shared/run/event-lines.ts';
import { isAlive } from '../../setup/is-alive.ts';

/** What the reference holds. */
export interface OutlivingRun {
  readonly folder: string;
  readonly attempt: number;
}

const RUN = fileURLToPath(new URL('./outliving-run.ts', import.meta.url));
const AGAIN = 3;
const POLL_MS = 20;

/** The files by which engine and run speak. */
export const filesOf = ({ folder, attempt }: OutlivingRun) => ({
  events: join(folder, `events-${attempt}.jsonl`),
  stop: join(folder, `stop-${attempt}`),
  pid: join(folder, 'pid'),
});

/** The trainer. */
export const outlivingTrainer: Trainer = {
  check: () => [],
  start({ folder, attempt, settings, resume, threads }, sink) {
    const run = { folder, attempt };
    mkdirSync(folder, { recursive: true });
    sink.reference(JSON.stringify(run));
    const args = [RUN, folder, String(attempt), JSON.stringify({ settings, resume, threads })];
    rmSync(filesOf(run).pid, { force: true }); // of the attempt before
    writeFileSync(filesOf(run).events, '');
    spawn(process.execPath, args, { detached: true, stdio: 'ignore' }).unref();
    return follow(run, 0, sink);
  },
  attach(reference, afterSequence, sink) {
    const run = JSON.parse(reference) as OutlivingRun;
    return existsSync(filesOf(run).events) ? follow(run, afterSequence - AGAIN, sink) : null;
  },
};

/** It in the place of the native trainer. */
export const outlivingTrainers: TrainerFactory = () => ({ native: outlivingTrainer });

function follow(run: OutlivingRun, after: number, sink: RunSink): RunHandle {
  const files = filesOf(run);
  let done = after;
  const outcome = Promise.withResolvers<RunOutcome>();
  const end = (state: RunOutcome['state'], reason: string | null) => {
    clearInterval(timer);
    outcome.resolve({ state, reason });
  };
  const pidOf = () => (existsSync(files.pid) ? Number(readFileSync(files.pid, 'utf8')) : null);
  const look = () => {
    const pid = pidOf();
    const hasEnded = pid !== null && !isAlive(pid); // asked before the file is read: what it wrote last is then in it
    const lines = readFileSync(files.events, 'utf8').split('\n').slice(0, -1);
    for (const line of lines.slice(Math.max(0, done))) {
      const { event, sequence, at } = parseEventLine(line, files.events);
      sink.event(event, sequence, at);
      done = sequence;
      if (event.kind === 'finished') return end('finished', null);
      if (event.kind === 'failed') return end('failed', event.message);
    }
    if (hasEnded) end(existsSync(files.stop) ? 'stopped' : 'interrupted', 'Its process ended.');
  };
  const timer = setInterval(() => {
    try {
      look();
    } catch {
      end('interrupted', 'What it says cannot be taken.');
    }
  }, POLL_MS);
  return {
    outcome: outcome.promise,
    stop: () => writeFileSync(files.stop, ''),
    kill() {
      const pid = pidOf();
      if (pid !== null && isAlive(pid)) process.kill(pid, 'SIGKILL');
    },
    release: () => clearInterval(timer),
  };
}
