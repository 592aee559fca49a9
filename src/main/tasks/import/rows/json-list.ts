/**
 * A JSON list of records, taken apart before parsing, so that one broken record costs itself and not the file, and every record has
 * its line. A text that is not closed ends with its line; a record that is not closed ends where the next begins in the same column.
 */
import { SophiaError } from '../../../../shared/errors.ts';
import { readLines } from '../read-text.ts';
import { NOT_UTF8, parseRecord, type RawRecord } from '../record/raw-record.ts';
import { readJsonObject } from './json-object.ts';

/** A list may stand on one line as a whole. */
const MOST_LINE_BYTES = 2 ** 28;

interface OpenRecord {
  readonly line: number;
  readonly column: number; // where its brace stood, -1 when it was not the first of its line
  readonly parts: string[];
  depth: number;
  isUtf8: boolean;
}

/** The records of a file that holds one list of objects. @throws SophiaError 'data' when it is no list. */
export function* readJsonList(path: string): Generator<RawRecord> {
  let record = null as OpenRecord | null;
  let last = 0;
  let state: 'before' | 'inside' | 'after' = 'before';
  for (const { line, text, isUtf8 } of readLines(path, MOST_LINE_BYTES)) {
    last = line;
    const indent = text.length - text.trimStart().length;
    if (record && record.column === indent && text[indent] === '{') {
      yield { line: record.line, reason: 'is not closed: the next record begins inside it' };
      record = null;
    }
    if (record && !isUtf8) record.isUtf8 = false;
    let from = 0; // start of the open record's part of this line
    for (let i = 0; i < text.length; i++) {
      const c = text.charAt(i);
      if (record) {
        if (c === '"') i = endOfText(text, i);
        else if (c === '{' || c === '[') record.depth++;
        else if ((c === '}' || c === ']') && --record.depth === 0) {
          record.parts.push(text.slice(from, i + 1));
          yield record.isUtf8
            ? parseRecord(record.parts.join('\n'), record.line)
            : { line: record.line, reason: NOT_UTF8 };
          record = null;
        }
        continue;
      }
      if (/\s/.test(c) || (c === ',' && state === 'inside')) continue;
      if (state === 'before') {
        if (c === '{' && (yield* readJsonObject(path))) return;
        if (c !== '[')
          throw new SophiaError(
            'data',
            `${path} is not a JSON list of records: it begins with "${c}".`,
            'One record per line: call it .jsonl, or give --format jsonl.',
          );
        state = 'inside';
      } else if (state === 'inside' && c === '{') {
        record = { line, column: i === indent ? indent : -1, parts: [], depth: 1, isUtf8 };
        from = i;
      } else if (state === 'inside' && c === ']') state = 'after';
      else {
        yield { line, reason: state === 'after' ? 'stands after the end of the list' : 'is not an object in braces' };
        i = c === '"' ? endOfText(text, i) : endOfBareValue(text, i);
      }
    }
    record?.parts.push(text.slice(from));
  }
  if (record) yield { line: record.line, reason: 'is not closed: the file ends inside it' };
  if (state === 'before') throw new SophiaError('data', `${path} is empty.`);
  if (state === 'inside' && !record)
    yield { line: last, reason: 'the list is not closed: the end of the file is missing' };
}

/** Place of the quote that closes the text opened at `i`, or the line's last place. */
function endOfText(text: string, i: number): number {
  for (let at = i + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return text.length - 1;
}

function endOfBareValue(text: string, i: number): number {
  const end = text.slice(i + 1).search(/[,{\]]/);
  return end < 0 ? text.length - 1 : i + end;
}
