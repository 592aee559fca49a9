/**
 * The engine's side of one run: starts the process, gives each event to the sink and acknowledges what it has committed, asks the process to
 * stop, and turns however it ended into one plain outcome. The process's side is serve-run.ts.
 */
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { join } from 'node:path';
import type { RunEvent } from '../../../shared/run/run-events.ts';
import { threadVariables } from '../../jobs/thread-variables.ts';
import type { RunHandle, RunOutcome, RunPlan, RunSink } from '../../jobs/trainer.ts';
import { refuseLostHome } from '../../model/home/home-marks.ts';
import { codeVersion } from './code-version.ts';
import { explainExit } from './explain-exit.ts';
import type { FromRun, StartMessage, ToRun } from './protocol.ts';

/** The process to start: its file, and the Node that runs it. */
export interface RunProgram {
  readonly file: string;
  readonly node: string;
}

const TAIL = 4000; // characters of stderr kept for an explanation
const NICER_BY = 5; // about a third of a core that the engine or its page wants too, all of one that nobody does

/** Starts a run in its own process. */
export function startRunProcess({ file, node }: RunProgram, plan: RunPlan, sink: RunSink): RunHandle {
  const { settings, folder, resume, threads, environment } = plan;
  refuseLostHome(folder);
  mkdirSync(folder, { recursive: true });
  const log = createWriteStream(join(folder, 'worker.log'), { flags: 'a' });
  log.on('error', () => {}); // a full disk is told by the event that could not be written
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', file], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { SOPHIA_CODE_VERSION: codeVersion(), ...process.env, ...environment, ...threadVariables(threads) },
    serialization: 'advanced', // keeps NaN and Infinity, which JSON would turn into null
  });
  giveWay(child.pid);
  let tail = '';
  let last: RunEvent | undefined;
  let stopAsked = false;
  let isRefused = false;
  const say = (message: ToRun) => {
    if (child.connected) child.send(message, () => {});
  };
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  child.stderr?.on('data', (chunk: Buffer) => {
    tail = (tail + chunk.toString()).slice(-TAIL);
  });
  child.on('message', (message: FromRun) => {
    if (message.kind !== 'event' || isRefused) return;
    try {
      sink.event(message.event, message.sequence);
    } catch {
      isRefused = true; // the queue knows why and ends the run
      return;
    }
    if (message.event.kind !== 'phase' && message.event.kind !== 'alert') last = message.event;
    say({ kind: 'acknowledge', sequence: message.sequence });
  });
  const outcome = new Promise<RunOutcome>((resolve) => {
    const end = (result: RunOutcome) => {
      log.end();
      resolve(result);
    };
    child.on('error', (error) =>
      end({ state: 'failed', reason: `The run's process could not be started: ${error.message}` }),
    );
    child.on('close', (code, signal) => end(explainExit({ code, signal, stopAsked, last, tail })));
  });
  say({ kind: 'start', settings, runFolder: folder, resume, threads } satisfies StartMessage);
  return {
    outcome,
    pid: child.pid,
    stop() {
      stopAsked = true;
      say({ kind: 'stop' });
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
