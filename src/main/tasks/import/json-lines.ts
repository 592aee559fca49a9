/** JSON Lines: one record per line; blank lines are skipped. */
import { parseRecord, type RawRecord } from './raw-record.ts';
import { readLines } from './read-text.ts';

/** The records of a JSONL file. */
export function* readJsonLines(path: string): Generator<RawRecord> {
  for (const { line, text } of readLines(path)) {
    if (text.trim() !== '') yield parseRecord(text, line);
  }
}
