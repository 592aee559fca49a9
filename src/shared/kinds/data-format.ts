/** File formats of imported questions; main/tasks/import reads them. */
import type { Kind } from './kind.ts';

/** A format. */
export interface DataFormatKind extends Kind {
  readonly endings: readonly string[];
  /** Whether pictures come inside the file, so that the data set has to keep them. */
  readonly holdsImages: boolean;
}

/** Every format. */
export const DATA_FORMATS = {
  sophia: { title: 'JSON list', endings: ['json'], holdsImages: false },
  jsonl: { title: 'JSON lines', endings: ['jsonl', 'ndjson'], holdsImages: false },
  tsv: { title: 'Table (TSV)', endings: ['tsv'], holdsImages: true }, // pictures in base64, as VLMEvalKit's files
  csv: { title: 'Table (CSV)', endings: ['csv'], holdsImages: true },
  parquet: { title: 'Parquet', endings: ['parquet'], holdsImages: true },
} as const satisfies Record<string, DataFormatKind>;
/** A name of DATA_FORMATS. */
export type DataFormat = keyof typeof DATA_FORMATS;

/** Endings of all formats, without the dot. */
export const DATA_ENDINGS: readonly string[] = Object.values(DATA_FORMATS).flatMap(({ endings }) => [...endings]);

/** The format that a file's name ends with, or undefined. */
export function dataFormatOf(file: string): DataFormat | undefined {
  const ending = /\.([^./\\]+)$/.exec(file)?.[1]?.toLowerCase() ?? '';
  const found = Object.entries<DataFormatKind>(DATA_FORMATS).find(([, { endings }]) => endings.includes(ending));
  return found?.[0] as DataFormat | undefined;
}
