/** Rows of a table with a head line and quoted fields, separated by tabs (VLMEvalKit's files) or commas: every value a text, an empty one none. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { SophiaError } from '../../../../shared/errors.ts';
import { firstPart } from '../../../../shared/text/first-part.ts';
import type { RawRecord } from '../record/raw-record.ts';

/** A picture in base64 makes long fields; beyond this one it is no field. */
const LONGEST_FIELD = 256 << 20;

/** The rows as records; `line` is the row, from 1. @throws SophiaError 'data' where the file is no such table */
export const readTsvRows = (path: string): AsyncGenerator<RawRecord> => readTable(path, '\t', 'tab-separated');
/** The same of a table that commas separate. */
export const readCsvRows = (path: string): AsyncGenerator<RawRecord> => readTable(path, ',', 'comma-separated');

async function* readTable(path: string, delimiter: string, title: string): AsyncGenerator<RawRecord> {
  const { parse } = await import('csv-parse');
  const parser = parse({
    delimiter,
    columns: true,
    bom: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_FIELD,
  });
  // The parser carries a reading error on, as pipeline destroys it with that error.
  const rows = pipeline(createReadStream(path), parser, () => {});
  let line = 0;
  try {
    for await (const row of rows as AsyncIterable<Record<string, string>>) {
      const filled = Object.entries(row).filter(([, value]) => value !== '');
      yield { line: ++line, value: Object.fromEntries(filled) };
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new SophiaError('usage', `Data file ${path} does not exist.`);
    const detail = firstPart((error as Error).message, '\n');
    throw new SophiaError('data', `${path} is not a readable ${title} table after row ${line}: ${detail}.`);
  }
}
