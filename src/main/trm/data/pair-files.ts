/**
 * Data sets of the TRM as files, JSON lines or Parquet by the ending of the name: one pair a row, plain columns that pandas and
 * `datasets` read. A row names its question and, where it is no embedded one, holds it whole.
 */

import { z } from 'zod';
import { SophiaError } from '../../../shared/errors.ts';
import type { Question } from '../../../shared/question.ts';
import { firstOf } from '../../../shared/values/list.ts';
import { atomicWrite, atomicWriteText } from '../../model/io/atomic-write.ts';
import { readWhole } from '../../model/io/local-path.ts';
import { isEmbeddedId } from '../../tasks/embedded-ids.ts';
import { importedQuestionSchema } from '../../tasks/import/imported-question.ts';
import { readJsonLines } from '../../tasks/import/rows/json-lines.ts';
import { readParquetRows } from '../../tasks/import/rows/parquet-rows.ts';

const json = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (typeof value === 'string' ? JSON.parse(value) : (value ?? null)), schema.nullable());

const rowSchema = z.object({
  question: z.string(),
  question_json: json(importedQuestionSchema).optional(),
  run: z.string().nullish(),
  step: z.number().int().min(0).default(0),
  response: z.string(),
  thinking: z.string(),
  truncated: z.boolean().default(false),
  outcome_reward: z.number().nullish(),
  score: z.number().min(0).max(1).nullish(),
  dimensions: json(z.record(z.string(), z.number())).optional(),
  step_labels: json(z.array(z.object({ text: z.string(), label: z.string() }))).optional(),
});

/** One pair of a file; columns as written. `dimensions` and `step_labels` are JSON texts in a file. */
export type PairFileRow = z.output<typeof rowSchema>;

/** Parquet types of the columns, in order. */
const COLUMNS = {
  question: 'STRING',
  question_json: 'STRING',
  run: 'STRING',
  step: 'INT32',
  response: 'STRING',
  thinking: 'STRING',
  truncated: 'BOOLEAN',
  outcome_reward: 'DOUBLE',
  score: 'DOUBLE',
  dimensions: 'STRING',
  step_labels: 'STRING',
} as const satisfies Record<keyof PairFileRow, string>;

/** Writes the rows, and beside them the card under the name with .md added; whole or not at all. Throws `usage` for another ending. */
export async function writePairs(file: string, rows: readonly PairFileRow[], card: string): Promise<void> {
  const flat = rows.map((row) =>
    Object.fromEntries(Object.keys(COLUMNS).map((name) => [name, textOf(row[name as keyof PairFileRow])])),
  );
  if (isParquet(file)) {
    const { parquetWriteBuffer } = await import('hyparquet-writer');
    const columnData = Object.entries(COLUMNS).map(([name, type]) => ({
      name,
      type,
      nullable: true,
      data: flat.map((row) => row[name] ?? null),
    }));
    atomicWrite(file, (append) => append(new Uint8Array(parquetWriteBuffer({ columnData }))));
  } else atomicWriteText(file, flat.map((row) => `${JSON.stringify(row)}\n`).join(''));
  atomicWriteText(`${file}.md`, card);
}

/** Reads a file's rows. Throws `data` at the first row that is none, naming its line, and for a question that is not to be had. */
export async function readPairs(file: string): Promise<PairFileRow[]> {
  const rows: PairFileRow[] = [];
  for await (const row of isParquet(file) ? readParquetRows(file) : readJsonLines(file)) {
    const wrong = (reason: string) => new SophiaError('data', `${file}: line ${row.line}: ${reason}.`);
    if ('reason' in row) throw wrong(row.reason);
    const parsed = rowSchema.safeParse(row.value);
    if (!parsed.success) {
      const { path, message } = firstOf(parsed.error.issues, 'failed check');
      throw wrong(`${path.join('.') || 'row'}: ${message}`);
    }
    const read = parsed.data;
    if (read.question_json == null && !isEmbeddedId(read.question))
      throw new SophiaError(
        'data',
        `${file}: line ${row.line}: "${read.question}" is not an embedded question.`,
        'Give it whole in question_json.',
      );
    rows.push(read);
  }
  if (rows.length === 0) throw new SophiaError('data', `${file} holds no pairs.`);
  return rows;
}

/** The card beside a file, or null. */
export function readCard(file: string): string | null {
  try {
    return readWhole(`${file}.md`);
  } catch {
    return null;
  }
}

/** A question as a row holds it: null for an embedded one, whose name says all. */
export function questionJson(question: Question): PairFileRow['question_json'] {
  return isEmbeddedId(question.id) ? null : importedQuestionSchema.parse(question);
}

function isParquet(file: string): boolean {
  if (/\.parquet$/i.test(file)) return true;
  if (/\.jsonl$/i.test(file)) return false;
  throw new SophiaError('usage', `${file}: a data set is written and read as .jsonl or .parquet.`);
}

function textOf(value: unknown): unknown {
  return value !== null && typeof value === 'object' ? JSON.stringify(value) : (value ?? null);
}
