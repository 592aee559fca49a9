/** JSON Lines: one record per line; blank lines are skipped. */

import { readLines } from './read-text.ts';
import { parseRecord, type RawRecord } from './record/raw-record.ts';

/** The records of a JSONL file. */
export function* readJsonLines(path: string): Generator<RawRecord> {
  for (const { line, text } of readLines(path)) {
    if (text.trim() !== '') yield parseRecord(text, line);
  }
}
