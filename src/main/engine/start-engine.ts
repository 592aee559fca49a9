/**
 * Starts the engine with its server: what `sophia serve`, `npm start` and the window do. One call in, one URL out.
 */
import { join } from 'node:path';
import { SophiaError } from '../../shared/errors.ts';
import { type RunningServer, type ServerOptions, startServer } from '../api/http/server.ts';
import { newToken } from '../api/http/token.ts';
import { forgetUploads } from '../services/uploads.ts';
import { Engine } from './engine.ts';
import { readLastPort, removeEngineFile, writeEngineFile, writeLastPort } from './engine-file.ts';
import type { EngineOptions } from './engine-options.ts';

export interface StartOptions extends EngineOptions {
  /** Default 0: the port of the last start where it is free, else any free one. */
  readonly port?: number;
  /** Default 127.0.0.1. Anything else is the user's own choice to be reachable from other machines. */
  readonly host?: string;
  /** See ServerOptions. */
  readonly stillMs?: number;
  /** Default: fresh random bits. */
  readonly token?: string;
}

/** A running engine and its server. */
export interface StartedEngine {
  readonly url: string;
  readonly token: string;
  /** The page's address with the token in its fragment. */
  readonly pageUrl: string;
  readonly engine: Engine;
  /** Resolves if the home is lost: stop the engine then, and tell why. */
  readonly lost: Promise<SophiaError>;
  stop(): Promise<void>;
}

const PAGE = join(import.meta.dirname, '../../../dist/renderer');
const BACKUP_AFTER_MS = 60_000;

/** Opens the home and listens. Refusals (home in use, port taken) are one clear line and leave nothing behind. */
export async function startEngine(options: StartOptions): Promise<StartedEngine> {
  const { port = 0, host = '127.0.0.1', token = newToken(), stillMs, ...rest } = options;
  const lost = Promise.withResolvers<SophiaError>();
  const engine = new Engine({ ...rest, onLost: lost.resolve });
  const { home } = engine.store.paths;
  forgetUploads(home);
  const context = { store: engine.store, engine, changes: engine.changes };
  try {
    const server = await listen(
      {
        context,
        token,
        browsers: engine.browsers,
        pageFolder: PAGE,
        port,
        host,
        ...(stillMs !== undefined && { stillMs }),
      },
      home,
    );
    writeEngineFile(home, { url: server.url, token, pid: process.pid });
    const backup = setTimeout(() => void backUp(engine), BACKUP_AFTER_MS);
    backup.unref();
    return {
      url: server.url,
      token,
      pageUrl: `${server.url}/#token=${token}`,
      engine,
      lost: lost.promise,
      async stop() {
        clearTimeout(backup);
        removeEngineFile(home);
        await server.close();
        await engine.close();
      },
    };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

async function listen(options: ServerOptions, home: string): Promise<RunningServer> {
  const last = options.port === 0 ? readLastPort(home) : 0;
  const server = await startServer(last === 0 ? options : { ...options, port: last }).catch((error: unknown) => {
    if (last === 0 || !(error instanceof SophiaError)) throw error;
    return startServer(options); // taken by another program meanwhile
  });
  writeLastPort(home, server.port);
  return server;
}

async function backUp(engine: Engine): Promise<void> {
  try {
    if (engine.store.backupIsDue()) await engine.store.backup('daily');
  } catch (error) {
    console.error(`sophia: today's backup failed: ${(error as Error).message}`);
  }
}
