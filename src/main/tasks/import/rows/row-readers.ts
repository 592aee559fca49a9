/** What reads the records of each file format. */
import type { DataFormat } from '../../../../shared/kinds/data-format.ts';
import type { RawRecord } from '../record/raw-record.ts';
import { readJsonLines } from './json-lines.ts';
import { readJsonList } from './json-list.ts';
import { readParquetRows } from './parquet-rows.ts';
import { readCsvRows, readTsvRows } from './table-rows.ts';

export const ROW_READERS = {
  sophia: readJsonList,
  jsonl: readJsonLines,
  tsv: readTsvRows,
  csv: readCsvRows,
  parquet: readParquetRows,
} as const satisfies Record<DataFormat, (path: string) => Iterable<RawRecord> | AsyncIterable<RawRecord>>;
