/**
 * `npm start`: the window where Electron and a display are there, else the page: its URL, the example study's progress in the terminal,
 * and at the end its table.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Command } from 'commander';
import { readEngineFile } from '../../engine/engine-file.ts';
import type { EngineParts } from '../../engine/engine-options.ts';
import type { StartedEngine } from '../../engine/start-engine.ts';
import { resolveHome } from '../../store/open/home.ts';
import { whole } from '../common/numbers.ts';
import { printStudy } from '../common/print-study.ts';
import { STOP_SIGNALS } from '../common/stop-signal.ts';
import { StudyProgress } from '../common/study-progress.ts';
import type { GlobalOptions } from '../common/verb.ts';
import { untilStopped } from './serve.ts';

interface Options extends GlobalOptions {
  port: number;
  open: boolean;
}

/** Adds the verb. */
export function define(command: Command, parts: EngineParts): void {
  command
    .option('--port <n>', 'port of the page; 0 picks a free one', whole(0, 65535), 0)
    .option('--no-open', 'open no window and no browser')
    .action((_options, self: Command) => start(self.optsWithGlobals<Options>(), parts));
}

async function start(options: Options, parts: EngineParts): Promise<void> {
  const home = resolveHome(options.home);
  const electron = process.env.SOPHIA_ELECTRON;
  if (options.open && electron !== undefined) return openWindow(electron, home);
  const running = readEngineFile(home);
  if (running !== null) {
    const url = `${running.url}/#token=${running.token}`;
    console.log(`Sophia Lab is already running: ${url}`);
    if (options.open) openBrowser(url);
    return;
  }
  const { startEngine } = await import('../../engine/start-engine.ts');
  let progress: StudyProgress | undefined;
  const engine = await startEngine({
    ...parts,
    home,
    port: options.port,
    onEvent: (runId, event) => progress?.event(runId, event),
    onState: (runId, state, reason) => progress?.state(runId, state, reason),
  });
  // Before anything is printed: whoever reads the address may send a signal at once.
  const stopped = untilStopped();
  console.log(`Sophia Lab: ${engine.pageUrl}`);
  for (const warning of engine.engine.store.warnings) console.error(`sophia: ${warning}`);
  if (options.open) openBrowser(engine.pageUrl);
  const example = engine.engine.startExample();
  if (example !== null) {
    console.log('This home is empty, so the example study is running. You can stop it on the page.');
    progress = new StudyProgress(engine.engine.store.listRuns({ studyId: example }));
    void tableAtEnd(engine, example, progress, stopped);
  }
  console.log('Ctrl-C ends it. Runs can be resumed.');
  const why = await Promise.race([stopped, engine.lost]);
  progress?.end();
  await engine.stop();
  if (why !== undefined) throw why;
}

/** The example's table once its runs have ended by themselves: after a stop the database is about to be closed. */
async function tableAtEnd(
  engine: StartedEngine,
  studyId: number,
  progress: StudyProgress,
  stopped: Promise<void>,
): Promise<void> {
  const isStopped = await Promise.race([stopped.then(() => true), engine.engine.queue.whenIdle().then(() => false)]);
  progress.end();
  if (isStopped) return;
  const finished = engine.engine.store.study(studyId).states.finished ?? 0;
  if (finished > 0)
    await printStudy(engine.engine.store, studyId, false).catch((error: Error) =>
      console.error(`sophia: ${error.message}`),
    );
}

/** Electron takes over; this process waits for it, so that Ctrl-C ends both. */
async function openWindow(electron: string, home: string): Promise<void> {
  const { buildShell } = await import('../../shell/build/build-shell.mjs');
  await buildShell();
  const root = join(import.meta.dirname, '../../../..');
  const sandbox = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []; // Chromium refuses to start as root otherwise
  const child = spawn(electron, [root, ...sandbox], {
    stdio: 'inherit',
    env: { ...process.env, SOPHIA_HOME: home, SOPHIA_NODE: process.execPath },
  });
  const stop = () => void child.kill('SIGTERM');
  for (const signal of STOP_SIGNALS) process.on(signal, stop);
  process.exitCode = await new Promise<number>((resolve) => {
    child.on('exit', (code) => resolve(code ?? 1));
    child.on('error', (error) => {
      console.error(`sophia: the window cannot be opened (${error.message}).`);
      resolve(1);
    });
  });
}

/** Opens the user's browser where there is a display; failing is no failure, the URL is printed. */
function openBrowser(url: string): void {
  const { platform, env } = process;
  if (platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) return;
  const [program, args]: [string, string[]] =
    platform === 'darwin' ? ['open', []] : platform === 'win32' ? ['cmd', ['/c', 'start', '']] : ['xdg-open', []];
  spawn(program, [...args, url], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}
