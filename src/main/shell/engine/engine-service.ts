/**
 * The engine as a child of the window: starts it, tells the page's address, reports progress and ended runs, stops when asked or when the
 * window is gone. Runs in Node 24, or in Electron's utility process; never imports Electron.
 */
import { SophiaError } from '../../../shared/errors.ts';
import type { RunState } from '../../../shared/run/run-events.ts';
import type { EngineParts } from '../../engine/engine-options.ts';
import { type StartedEngine, startEngine } from '../../engine/start-engine.ts';
import { askLoopbackDirectly } from '../../model/remote/loopback.ts';
import { resolveHome } from '../../store/open/home.ts';
import type { FromEngine, ToEngine } from './engine-messages.ts';

interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

const port = (process as unknown as { parentPort?: ParentPort }).parentPort;
const PROGRESS_MS = 1000;

let started: StartedEngine | undefined;
let stopping = false;
let keys: Readonly<Record<string, string>> = {};
let isReporting = false;

function say(message: FromEngine): void {
  if (port !== undefined) port.postMessage(message);
  else if (process.connected) process.send?.(message, () => {});
}

async function stop(why?: SophiaError): Promise<void> {
  if (stopping) return;
  stopping = true;
  if (why !== undefined) say({ kind: 'refused', message: why.message });
  await started?.stop();
  process.exit(why === undefined ? 0 : 1);
}

/** What the taskbar shows: all steps of running and waiting runs as one; once a second at most, and always once more after the last change. */
function reportProgress(): void {
  if (isReporting) return;
  isReporting = true;
  setTimeout(() => {
    isReporting = false;
    if (started === undefined || stopping) return;
    const { queue, store } = started.engine;
    const runs = [...queue.running, ...queue.waiting].map((id) => store.run(id));
    const total = runs.reduce((sum, run) => sum + run.totalSteps, 0);
    const done = runs.reduce((sum, run) => sum + run.step, 0);
    say({ kind: 'progress', running: queue.running.length, share: total === 0 ? null : done / total });
  }, PROGRESS_MS);
}

/** A run's end is told here where it is not told as a notice: not of a failed run, nor of the last of a study, with which the study finishes. */
function reportState(runId: number, state: RunState): void {
  reportProgress();
  if (started === undefined || stopping || state !== 'finished') return;
  const { store } = started.engine;
  const { name, variant, seed, studyId } = store.run(runId);
  const { states } = store.study(studyId);
  const isLast = Object.entries(states).every(([other, n]) => other === 'finished' || n === 0);
  if (!isLast) say({ kind: 'run-finished', run: { id: runId, name, variant, seed } });
}

const hear = (message: ToEngine): void => {
  if (message.kind === 'stop') return void stop();
  keys = message.keys;
  started?.engine.keys.setStored(keys);
};

/** Starts the engine for the window that started this process; `parts`: what it is put together from. To be called once. */
export async function serveWindow(parts: EngineParts = {}): Promise<void> {
  askLoopbackDirectly();
  port?.on('message', (event) => hear(event.data as ToEngine));
  process.on('message', (message) => hear(message as ToEngine));
  process.on('disconnect', () => void stop());
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {}); // the window decides
  process.on('SIGTERM', () => void stop());

  try {
    const node = process.env.SOPHIA_NODE;
    started = await startEngine({
      ...parts,
      home: resolveHome(),
      ...(node !== undefined && { node }),
      onEvent: (_runId, event) => {
        if (event.kind === 'step') reportProgress();
      },
      onState: reportState,
      onNotice: (notice) => say({ kind: 'notice', notice }),
    });
    void started.lost.then((why) => stop(why));
    started.engine.keys.setStored(keys);
    for (const warning of started.engine.store.warnings) console.error(`sophia: ${warning}`);
    started.engine.startExample();
    say({ kind: 'ready', pageUrl: started.pageUrl });
  } catch (error) {
    const message =
      error instanceof SophiaError ? error.message : `The engine could not start: ${(error as Error).message}`;
    if (!(error instanceof SophiaError)) console.error(error);
    say({ kind: 'refused', message });
    process.exitCode = 1;
    if (process.connected) process.disconnect();
  }
}
