/**
 * HOME/engine.json: where a running engine listens and with which token, readable by its owner only, so that `sophia run stop` and a
 * second window find it.
 */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SophiaError } from '../../shared/errors.ts';
import { presentPlace } from '../model/home/home-marks.ts';
import { readWhole } from '../model/io/local-path.ts';
import { homePaths } from '../store/open/home.ts';
import { ownerPid } from '../store/open/lock.ts';

export interface EngineFile {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
}

const fileOf = (home: string) => join(home, 'engine.json');

/** Writes the file whole or not at all. @throws SophiaError 'environment' where it cannot be written */
export function writeEngineFile(home: string, content: EngineFile): void {
  const part = `${fileOf(home)}.part`;
  try {
    rmSync(part, { force: true });
    writeFileSync(part, `${JSON.stringify(content)}\n`, { mode: 0o600 });
    renameSync(part, fileOf(home));
  } catch (error) {
    const why = `${fileOf(home)} cannot be written (${(error as NodeJS.ErrnoException).code})`;
    throw new SophiaError('environment', `${why}.`, 'Move away what lies there, or make the home writable.');
  }
}

/** Removes the file at the end. */
export function removeEngineFile(home: string): void {
  const place = presentPlace(home);
  if (place === null) return;
  try {
    rmSync(fileOf(place), { force: true });
  } catch {} // the lock tells, whatever lies there
}

/**
 * The running engine of a home, or null: none was started, or it ended without closing. The home's lock tells, not the process number, which another
 * program may have by now.
 */
export function readEngineFile(home: string): EngineFile | null {
  try {
    const content = JSON.parse(readWhole(fileOf(home))) as EngineFile;
    return ownerPid(homePaths(home)) === content.pid ? content : null;
  } catch {
    return null;
  }
}

/** The port of the last start, or 0: the same port again is the same origin, so that what the page remembers in the browser is found again. */
export function readLastPort(home: string): number {
  try {
    const port = Number(readWhole(join(home, 'engine.port')));
    return Number.isInteger(port) && port > 0 && port < 65536 ? port : 0;
  } catch {
    return 0;
  }
}

/** Remembers the port; that it cannot be written is no reason not to start. */
export function writeLastPort(home: string, port: number): void {
  try {
    writeFileSync(join(home, 'engine.port'), `${port}\n`);
  } catch {}
}
