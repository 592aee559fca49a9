/**
 * Rows of a Parquet file (Hugging Face's own format for data sets), read by groups, so that memory holds one group at a time. Columns that
 * the file's own description calls class labels hold their names, not numbers.
 */

import { closeSync, openSync, readSync } from 'node:fs';
import { SophiaError } from '../../../../shared/errors.ts';
import { firstPart } from '../../../../shared/text/first-part.ts';
import { parsedJson } from '../../../../shared/values/parsed-json.ts';
import type { RawRecord } from '../record/raw-record.ts';

/** The rows of a Parquet file as records; `line` is the row. @throws SophiaError 'data' when it is no Parquet file. */
export async function* readParquetRows(path: string): AsyncGenerator<RawRecord> {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } = await import('hyparquet');
  const { compressors } = await import('hyparquet-compressors'); // Zstandard (Polars' default), gzip, Brotli, LZ4
  let rows = 0;
  try {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    const labels = classLabels(metadata.key_value_metadata ?? []);
    const singles = new Set(metadata.schema.flatMap(({ name, type }) => (type === 'FLOAT' ? [name] : [])));
    for (const group of metadata.row_groups) {
      const end = rows + Number(group.num_rows);
      const values = await parquetReadObjects({
        file,
        metadata,
        rowStart: rows,
        rowEnd: end,
        utf8: false,
        compressors,
      });
      for (const [i, value] of values.entries())
        yield { line: rows + i + 1, value: named(plainValue(shortSingles(value, singles)), labels) };
      rows = end;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new SophiaError('usage', `Data file ${path} does not exist.`);
    if (isPointer(path))
      throw new SophiaError(
        'data',
        `${path} is a Git LFS pointer, not the data.`,
        'Run git lfs pull in its repository.',
      );
    const detail = firstPart((error as Error).message, '\n');
    const where = rows === 0 ? 'is not a readable Parquet file' : `cannot be read beyond row ${rows}`;
    const fix = /codec|compress/i.test(detail) ? 'Write it with snappy compression or none.' : undefined;
    throw new SophiaError('data', `${path} ${where}: ${detail}.`, fix);
  }
}

function isPointer(path: string): boolean {
  const start = Buffer.alloc(40);
  const fd = openSync(path, 'r');
  readSync(fd, start);
  closeSync(fd);
  return start.toString('latin1').startsWith('version https://git-lfs.github.com/');
}

/** Names of the columns that `datasets` describes as ClassLabel, by column; its description lies in the file's metadata. */
function classLabels(metadata: readonly { key: string; value?: string | undefined }[]): Map<string, readonly string[]> {
  const text = metadata.find(({ key }) => key === 'huggingface')?.value;
  const described = parsedJson(text ?? '') as { info?: { features?: unknown } } | null | undefined;
  const features = described?.info?.features;
  if (typeof features !== 'object' || features === null) return new Map();
  return new Map(
    Object.entries(features).flatMap(([column, feature]: [string, unknown]) => {
      const { _type: type, names } = (feature ?? {}) as { _type?: unknown; names?: unknown };
      const isLabel = type === 'ClassLabel' && Array.isArray(names) && names.every((name) => typeof name === 'string');
      return isLabel ? [[column, names as string[]] as const] : [];
    }),
  );
}

/** Class numbers as names; one that has no name (datasets writes -1 for "unknown") is missing. */
function named(row: unknown, labels: ReadonlyMap<string, readonly string[]>): unknown {
  if (labels.size === 0 || typeof row !== 'object' || row === null) return row;
  return Object.fromEntries(
    Object.entries(row).map(([column, value]: [string, unknown]) => {
      const names = labels.get(column);
      return [column, names !== undefined && typeof value === 'number' ? (names[value] ?? null) : value];
    }),
  );
}

/** Numbers of 32 bits as people wrote them: 0.1, where the nearest double is 0.10000000149011612. */
function shortSingles(row: Record<string, unknown>, singles: ReadonlySet<string>): Record<string, unknown> {
  for (const [column, value] of Object.entries(row))
    if (singles.has(column) && typeof value === 'number' && !Number.isInteger(value))
      row[column] =
        [6, 7, 8, 9].map((digits) => Number(value.toPrecision(digits))).find((n) => Math.fround(n) === value) ?? value;
  return row;
}

/** Numbers for big integers that a double holds, digits for larger ones; days and times as ISO writes them; bytes stay as they are. */
function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Date) return value.toISOString().replace(/T00:00:00\.000Z$/, '');
  if (Array.isArray(value)) return value.map(plainValue);
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plainValue(inner)]));
}
