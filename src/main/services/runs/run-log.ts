/**
 * What a run's process wrote beside its events (HOME/runs/N/worker.log): warnings, errors, the trainer's own output. Read in pieces from its end
 * and searched as a stream, so that a log of any size neither fills memory nor holds up other answers.
 */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { SophiaError } from '../../../shared/errors.ts';
import { refuseIrregular } from '../../model/io/local-path.ts';
import { type HomePaths, runFolder } from '../../store/open/home.ts';

/** Bytes of one piece. */
const PIECE = 64 * 1024;
/** Lines that a search returns at most, and characters of each. */
const MOST_FOUND = 200;
const LONGEST_LINE = 1000;

/** A piece of a log: its text, where it begins and ends in the file, and the file's size, in bytes. */
export interface LogPiece {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
}

/** Lines of a log that hold a text, by number from 1; `more` where there are others. */
export interface LogFinds {
  readonly lines: readonly { readonly line: number; readonly text: string }[];
  readonly more: boolean;
}

const fileOf = (paths: Pick<HomePaths, 'runs'>, runId: number): string => join(runFolder(paths, runId), 'worker.log');

/** The last whole lines before a place (default: the end), at most 64 KiB of them; empty where the run has written nothing. */
export async function runLog(paths: Pick<HomePaths, 'runs'>, runId: number, before?: number): Promise<LogPiece> {
  const file = await openOrNull(fileOf(paths, runId));
  if (file === null) return { text: '', from: 0, to: 0, bytes: 0 };
  try {
    const { size } = await file.stat();
    const to = Math.min(before ?? size, size);
    const start = Math.max(0, to - PIECE);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(to - start), 0, to - start, start);
    const bytes = buffer.subarray(0, bytesRead);
    const lineEnd = start === 0 ? -1 : bytes.indexOf(10);
    const cut = lineEnd + 1 < bytes.length ? lineEnd + 1 : 0; // a line longer than a piece is shown in pieces
    return { text: shownLines(bytes.subarray(cut).toString('utf8')), from: start + cut, to, bytes: size };
  } finally {
    await file.close();
  }
}

/** The first lines that hold `text`, whatever its letters' case. */
export async function findInLog(paths: Pick<HomePaths, 'runs'>, runId: number, text: string): Promise<LogFinds> {
  const file = await openOrNull(fileOf(paths, runId));
  if (file === null) return { lines: [], more: false };
  await file.close();
  const wanted = text.toLowerCase();
  const lines: { line: number; text: string }[] = [];
  let line = 0;
  for await (const raw of linesOf(fileOf(paths, runId))) {
    line++;
    const shown = shownLines(raw);
    if (!shown.toLowerCase().includes(wanted)) continue;
    if (lines.length === MOST_FOUND) return { lines, more: true };
    lines.push({ line, text: shown.slice(0, LONGEST_LINE) });
  }
  return { lines, more: false };
}

/** Lines as an editor counts them: a carriage return, which progress bars write, ends none. Of a very long one the beginning. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(path, { encoding: 'utf8' }) as AsyncIterable<string>) {
    const parts = chunk.split('\n');
    const last = parts.pop() ?? '';
    for (const part of parts) {
      yield rest + part;
      rest = '';
    }
    if (rest.length < PIECE) rest += last;
  }
  if (rest !== '') yield rest;
}

const ESCAPES = new RegExp(String.raw`${String.fromCharCode(27)}\[[0-9;?]*[A-Za-z]`, 'g');

/** Without colours of a terminal; of a line that a progress bar wrote over itself, the last state. */
function shownLines(text: string): string {
  return text
    .replace(ESCAPES, '')
    .replace(/\r+\n/g, '\n')
    .replace(/[^\n]*\r(?=[^\n])/g, '')
    .replaceAll('\r', '');
}

async function openOrNull(path: string) {
  refuseIrregular(path);
  try {
    const file = await open(path, 'r');
    if ((await file.stat()).isFile()) return file;
    await file.close();
    throw new SophiaError('data', `${path} is a folder, not a log.`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw error instanceof SophiaError ? error : new SophiaError('environment', `${path} cannot be read (${code}).`);
  }
}
