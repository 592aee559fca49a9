/** JSON Lines: one record per line; blank lines are skipped. */

import { readLines } from '../read-text.ts';
import { NOT_UTF8, parseRecord, type RawRecord } from '../record/raw-record.ts';

/** The records of a JSONL file. */
export function* readJsonLines(path: string): Generator<RawRecord> {
  for (const { line, text, isUtf8 } of readLines(path)) {
    if (text.trim() !== '') yield isUtf8 ? parseRecord(text, line) : { line, reason: NOT_UTF8 };
  }
}
