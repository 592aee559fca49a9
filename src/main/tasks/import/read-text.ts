/** Text files of any size, line by line, whatever their line ends; a byte-order mark is dropped. */
import { closeSync, openSync, readSync } from 'node:fs';
import { SophiaError } from '../../../shared/errors.ts';
import { LIMITS } from '../../../shared/values/limits.ts';
import { refuseIrregular } from '../../model/io/local-path.ts';

const CHUNK_BYTES = 1 << 20;

/** A line; where its bytes are no UTF-8, `text` holds a sign in place of each that could not be read. */
export interface TextLine {
  readonly line: number;
  readonly text: string;
  readonly isUtf8: boolean;
}

/**
 * Lines without their ends, with numbers from 1. A last line without an end counts; an empty one after the last end does not.
 * @throws SophiaError 'data' at a line longer than `mostBytes`: it is no record.
 */
export function* readLines(path: string, mostBytes: number = LIMITS.line): Generator<TextLine> {
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
        yield { line: ++line, ...finish(bytes.subarray(from, end)) };
        [rest, restBytes, from] = [[], 0, end + 1];
      }
      rest.push(bytes.subarray(from));
      restBytes += bytes.length - from;
      if (restBytes > mostBytes) {
        const limit = `${mostBytes >> 20} MiB`;
        throw new SophiaError('data', `${path}: line ${line + 1} is longer than ${limit}: not a file of records.`);
      }
    }
    if (restBytes > 0) yield { line: ++line, ...finish(Buffer.alloc(0)) };
  } finally {
    closeSync(fd);
  }
}

/** The sign for bytes that are no text, as a file may hold it too. */
const UNREADABLE = Buffer.from('\ufffd');

function decode(bytes: Buffer): Omit<TextLine, 'line'> {
  const text = bytes.toString('utf8');
  const isUtf8 = !text.includes('\ufffd') || bytes.includes(UNREADABLE);
  return { text: text.endsWith('\r') ? text.slice(0, -1) : text, isUtf8 };
}

function withoutMark(bytes: Buffer, path: string): Buffer {
  const mark = bytes.subarray(0, 2).toString('hex');
  if (mark === 'fffe' || mark === 'feff') {
    throw new SophiaError('data', `${path} is UTF-16 text, which is not read.`, 'Save it as UTF-8.');
  }
  if (bytes[0] === 0x1f && bytes[1] === 0x8b)
    throw new SophiaError('data', `${path} is compressed (gzip), which is not read.`, 'Unpack it first: gunzip FILE.');
  if (bytes.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004')
    throw new SophiaError('data', `${path} is a zip archive, which is not read.`, 'Unpack it first.');
  const start = bytes.subarray(0, 3).toString('hex') === 'efbbbf' ? 3 : 0;
  return bytes.subarray(start);
}

function openFile(path: string): number {
  refuseIrregular(path);
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
