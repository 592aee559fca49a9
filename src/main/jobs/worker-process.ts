/**
 * The engine's side of one run: starts the process, commits each event and only then acknowledges it, stops it gently first, and
 * turns however it ended into one plain outcome. Deliberately absent: which run comes next (run-queue.ts).
 */
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SophiaError } from '../../shared/errors.ts';
import type { RunEvent, RunState } from '../../shared/run/run-events.ts';
import { codeVersion } from './code-version.ts';
import type { FromWorker, StartMessage, ToWorker } from './protocol.ts';

/** How a run's process ended: the state its run is now in, and why where that needs words. */
export interface WorkerOutcome {
  readonly state: Extract<RunState, 'finished' | 'failed' | 'paused' | 'stopped' | 'interrupted'>;
  readonly reason: string | null;
  /** The disk is full or cannot be written: other runs of this home would end the same way. */
  readonly homeUnwritable?: true;
}

/** A run in progress. */
export interface WorkerProcess {
  readonly pid: number | undefined;
  readonly outcome: Promise<WorkerOutcome>;
  /** Asks the run to stop at its next safe point; after `graceMs` the process is killed. */
  stop(graceMs: number): void;
  kill(): void;
}

export interface WorkerOptions extends Omit<StartMessage, 'kind'> {
  /** Writes one event and commits; throwing fails the run (full disk, corrupt database). */
  readonly onEvent: (event: RunEvent, seq: number) => void;
  /** The Node that runs workers; the engine's own where that is plain Node. */
  readonly node?: string;
  readonly env?: NodeJS.ProcessEnv;
}

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));
const TAIL = 4000; // characters of stderr kept for an explanation
const NICER_BY = 5; // about a third of a core that the engine or its page wants too, all of one that nobody does

/** Variables that bound a native library to its share of the cores. */
export function threadVariables(threads: number): NodeJS.ProcessEnv {
  const count = String(Math.max(1, threads));
  return {
    TF_NUM_INTRAOP_THREADS: count,
    TF_NUM_INTEROP_THREADS: '1',
    OMP_NUM_THREADS: count,
    TF_CPP_MIN_LOG_LEVEL: '2',
  };
}

/** Starts a run in its own process. */
export function startWorker(options: WorkerOptions): WorkerProcess {
  const { onEvent, node = process.execPath, env = process.env, ...start } = options;
  mkdirSync(start.runFolder, { recursive: true });
  const log = createWriteStream(join(start.runFolder, 'worker.log'), { flags: 'a' });
  log.on('error', () => {}); // a full disk is told by the event that could not be written
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', WORKER], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { SOPHIA_CODE_VERSION: codeVersion(), ...env, ...threadVariables(start.threads) },
    serialization: 'advanced', // keeps NaN and Infinity, which JSON would turn into null
  });
  giveWay(child.pid);
  let tail = '';
  let last: RunEvent | undefined;
  let stopAsked = false;
  let broken: WorkerOutcome | undefined;
  let killTimer: NodeJS.Timeout | undefined;
  const say = (message: ToWorker) => {
    if (child.connected) child.send(message, () => {});
  };
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  child.stderr?.on('data', (chunk: Buffer) => {
    tail = (tail + chunk.toString()).slice(-TAIL);
  });
  child.on('message', (message: FromWorker) => {
    if (message.kind !== 'event' || broken !== undefined) return;
    try {
      onEvent(message.event, message.seq);
    } catch (error) {
      broken = unrecorded(error);
      child.kill('SIGKILL');
      return;
    }
    if (message.event.kind !== 'phase' && message.event.kind !== 'alert') last = message.event;
    say({ kind: 'acknowledge', seq: message.seq });
  });
  const outcome = new Promise<WorkerOutcome>((resolve) => {
    let ended = false;
    const end = (result: WorkerOutcome) => {
      if (ended) return;
      ended = true;
      clearTimeout(killTimer);
      log.end();
      resolve(result);
    };
    child.on('error', (error) =>
      end({ state: 'failed', reason: `The run's process could not be started: ${error.message}` }),
    );
    child.on('close', (code, signal) => {
      if (broken !== undefined) end(broken);
      else end(explainExit({ code, signal, stopAsked, last, tail }));
    });
  });
  say({ kind: 'start', ...start });
  return {
    pid: child.pid,
    outcome,
    stop(graceMs) {
      if (stopAsked) return;
      stopAsked = true;
      say({ kind: 'stop' });
      killTimer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

/** Training takes every core for hours: questions of the page go first. */
function giveWay(pid: number | undefined): void {
  if (pid === undefined) return; // it could not be started, which is told elsewhere
  try {
    setPriority(pid, Math.min(19, getPriority() + NICER_BY));
  } catch {} // ended already, or the system does not let us: no reason not to train
}

/** How a run ends that could not be prepared or recorded: paused where the user can mend the cause (a full disk), else failed. */
export function unrecorded(error: unknown): WorkerOutcome {
  const reason = error instanceof Error ? error.message : String(error);
  return error instanceof SophiaError && error.code === 'environment'
    ? { state: 'paused', reason, homeUnwritable: true }
    : { state: 'failed', reason };
}

/** One outcome from what is known about an ended process. */
export function explainExit(end: {
  code: number | null;
  signal: NodeJS.Signals | null;
  stopAsked: boolean;
  last: RunEvent | undefined;
  tail: string;
}): WorkerOutcome {
  const { code, signal, stopAsked, last } = end;
  if (last?.kind === 'finished') return { state: 'finished', reason: null };
  if (last?.kind === 'failed') return { state: 'failed', reason: last.message };
  if (last?.kind === 'paused') return { state: 'paused', reason: last.message };
  if (stopAsked) return { state: 'stopped', reason: null };
  const resume = 'Resume continues from its last checkpoint.';
  if (signal === 'SIGKILL' || signal === 'SIGTERM' || signal === 'SIGHUP') {
    return {
      state: 'interrupted',
      reason: `The run's process was killed from outside (${signal}; the system does this when memory runs out). ${resume}`,
    };
  }
  const said = lastLine(end.tail);
  if (signal !== null)
    return { state: 'failed', reason: `The run's process crashed in native code (${signal})${said}. ${resume}` };
  if (code !== 0) return { state: 'failed', reason: `The run's process ended with code ${code}${said}. ${resume}` };
  return { state: 'interrupted', reason: `The run ended before its last step. ${resume}` };
}

function lastLine(tail: string): string {
  const lines = tail.split('\n').map((line) => line.trim());
  const line =
    lines.findLast((one) => /error/i.test(one) && !one.startsWith('at ')) ?? lines.findLast((one) => one !== '');
  return line === undefined ? '' : `: ${line.slice(0, 300)}`;
}
