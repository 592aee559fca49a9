/** Text files of any size, line by line, whatever their line ends; a byte-order mark is dropped. */
import { closeSync, openSync, readSync } from 'node:fs';
import { SophiaError } from '../../../shared/errors.ts';
import { LIMITS } from '../../../shared/values/limits.ts';

const CHUNK_BYTES = 1 << 20;

/**
 * Lines without their ends, with numbers from 1. A last line without an end counts; an empty one after the last end does not.
 * @throws SophiaError 'data' at a line longer than `mostBytes`: it is no record.
 */
export function* readLines(path: string, mostBytes: number = LIMITS.line): Generator<{ line: number; text: string }> {
  const fd = openFile(path);
  try {
    let rest: Buffer[] = []; // the beginning of a line whose end has not been read yet
    let restBytes = 0;
    let line = 0;
    const finish = (end: Buffer) => decode(rest.length === 0 ? end : Buffer.concat([...rest, end]));
    for (let position = 0; ; ) {
      const chunk = Buffer.alloc(CHUNK_BYTES);
      const got = readSync(fd, chunk, 0, CHUNK_BYTES, position);
      if (got === 0) break;
      let bytes: Buffer = chunk.subarray(0, got);
      if (position === 0) bytes = withoutMark(bytes, path);
      position += got;
      let from = 0;
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
        yield { line: ++line, text: finish(bytes.subarray(from, end)) };
        [rest, restBytes, from] = [[], 0, end + 1];
      }
      rest.push(bytes.subarray(from));
      restBytes += bytes.length - from;
      if (restBytes > mostBytes) {
        const limit = `${mostBytes >> 20} MiB`;
        throw new SophiaError('data', `${path}: line ${line + 1} is longer than ${limit}: not a file of records.`);
      }
    }
    if (restBytes > 0) yield { line: ++line, text: finish(Buffer.alloc(0)) };
  } finally {
    closeSync(fd);
  }
}

function decode(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}

function withoutMark(bytes: Buffer, path: string): Buffer {
  const mark = bytes.subarray(0, 2).toString('hex');
  if (mark === 'fffe' || mark === 'feff') {
    throw new SophiaError('data', `${path} is UTF-16 text, which is not read.`, 'Save it as UTF-8.');
  }
  const start = bytes.subarray(0, 3).toString('hex') === 'efbbbf' ? 3 : 0;
  return bytes.subarray(start);
}

function openFile(path: string): number {
  try {
    const fd = openSync(path, 'r');
    readSync(fd, Buffer.alloc(1)); // a folder opens, but does not read
    return fd;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why = code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder' : `cannot be read (${code})`;
    throw new SophiaError('usage', `Data file ${path} ${why}.`);
  }
}
