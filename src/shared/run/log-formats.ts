/** Formats in which metrics of a run go to other programs and come from them; main/store/interop writes and reads them. */
import type { Kind, KindTable } from '../kinds/kind.ts';

/** A file, or a folder with files, that a run's metrics are written as. */
export interface FileFormatKind extends Kind {
  /** True: files in a folder that holds other runs too, named by the format. */
  readonly isFolder: boolean;
}

/** Files that a run is written as: TensorBoard's events, and a row per step. */
export const FILE_FORMATS = {
  tensorboard: {
    title: 'TensorBoard',
    help: 'an event file; put it in its own folder below your log directory',
    isFolder: true,
  },
  parquet: { title: 'Parquet', help: 'a row per step, a column per metric', isFolder: false },
  jsonl: { title: 'JSON lines', help: 'a line per step', isFolder: false },
} as const satisfies Record<string, FileFormatKind>;
/** A name of FILE_FORMATS. */
export type FileFormat = keyof typeof FILE_FORMATS;

/** Servers that a run is sent to, by their address. */
export const SERVER_FORMATS = {
  mlflow: { title: 'MLflow', help: 'settings, tags and all values, sent to a server' },
} as const satisfies KindTable;
/** A name of SERVER_FORMATS. */
export type ServerFormat = keyof typeof SERVER_FORMATS;

/** Everything that a run can be exported as. */
export const EXPORT_FORMATS = { ...FILE_FORMATS, ...SERVER_FORMATS };
/** A name of EXPORT_FORMATS. */
export type ExportFormat = keyof typeof EXPORT_FORMATS;

/** Whether an export is a file. */
export const isFileFormat = (format: ExportFormat): format is FileFormat => Object.hasOwn(FILE_FORMATS, format);

/** The name of a run's file; of a folder that holds several runs, the format's own. */
export function exportName(format: FileFormat, run: string): string {
  return FILE_FORMATS[format].isFolder ? format : `${run}.${format}`;
}

/** Logs that are read: Hugging Face's trainer_state.json, and the metric logs of TRL and verl. */
export const LOG_FORMATS = {
  'trainer-state': { title: 'Hugging Face: trainer_state.json' },
  trl: { title: 'TRL: printed or logged metrics' },
  verl: { title: 'verl: JSON lines or console output' },
} as const satisfies KindTable;
/** A name of LOG_FORMATS. */
export type LogFormat = keyof typeof LOG_FORMATS;
