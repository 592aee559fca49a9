/**
 * HOME/engine.json: where a running engine listens and with which token, readable by its owner only, so that `sophia run stop` and a
 * second window find it.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface EngineFile {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
}

const fileOf = (home: string) => join(home, 'engine.json');

/** Writes the file whole or not at all. */
export function writeEngineFile(home: string, content: EngineFile): void {
  const part = `${fileOf(home)}.part`;
  rmSync(part, { force: true });
  writeFileSync(part, `${JSON.stringify(content)}\n`, { mode: 0o600 });
  renameSync(part, fileOf(home));
}

/** Removes the file at the end. */
export function removeEngineFile(home: string): void {
  rmSync(fileOf(home), { force: true });
}

/** The running engine of a home, or null: none was started, or it ended without closing. */
export function readEngineFile(home: string): EngineFile | null {
  try {
    const content = JSON.parse(readFileSync(fileOf(home), 'utf8')) as EngineFile;
    process.kill(content.pid, 0);
    return content;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? readUnchecked(home) : null;
  }
}

function readUnchecked(home: string): EngineFile {
  return JSON.parse(readFileSync(fileOf(home), 'utf8')) as EngineFile;
}
