/** A run's metrics in other programs' formats, as files: TensorBoard events, Parquet and JSON lines (one row per step, one column per metric). */
import { mkdirSync } from 'node:fs';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { SophiaError } from '../../../shared/errors.ts';
import type { FileFormat } from '../../../shared/run/log-formats.ts';
import { atomicWrite } from '../../model/io/atomic-write.ts';
import { fileNameOf, inside } from '../../model/io/path-names.ts';
import type { ReadStore } from '../store.ts';
import { type LoggedStep, numbersOf, runSteps } from './run-steps.ts';
import { scalarsRecord, versionRecord } from './tfrecord.ts';

/** Writes a run's metrics to `out` (for TensorBoard: a log folder, in which the run gets a folder of its own). Returns the file's path. */
export function exportRun(store: ReadStore, runId: number, format: FileFormat, out: string): string {
  const steps = runSteps(store, runId);
  if (steps.length === 0) throw new SophiaError('usage', `Run ${store.run(runId).name} has logged nothing yet.`);
  return WRITERS[format](steps, out, store.run(runId).name);
}

/** What writes each format; returns the file's path. */
const WRITERS = {
  tensorboard: (steps, out, run) => writeEvents(steps, inside(out, fileNameOf(run))),
  parquet: (steps, out) => written(out, [new Uint8Array(parquetOf(steps))]),
  jsonl: (steps, out) => written(out, [Buffer.from(steps.map(jsonLine).join(''))]),
} as const satisfies Record<FileFormat, (steps: readonly LoggedStep[], out: string, run: string) => string>;

const jsonLine = ({ step, metrics }: LoggedStep) => `${JSON.stringify({ step, ...metrics })}\n`;

function written(path: string, parts: readonly Uint8Array[]): string {
  atomicWrite(path, (append) => parts.forEach(append));
  return path;
}

/** TensorBoard takes a folder for a run and reads every file named events.out.tfevents.* in it. */
function writeEvents(steps: readonly LoggedStep[], folder: string): string {
  mkdirSync(folder, { recursive: true });
  const began = steps.find((step) => step.seconds !== null)?.seconds ?? 0;
  const path = inside(folder, `events.out.tfevents.${Math.floor(began)}.sophia-lab`);
  const records = steps.map(({ step, seconds, metrics }) => scalarsRecord(seconds ?? began, step, numbersOf(metrics)));
  return written(path, [versionRecord(began), ...records]);
}

/** Columns of ours, which a metric of the same name gives way to. */
const OWN_COLUMNS = new Set(['step', 'time']);

function parquetOf(steps: readonly LoggedStep[]): ArrayBuffer {
  const names = [...new Set(steps.flatMap((step) => Object.keys(step.metrics)))];
  return parquetWriteBuffer({
    columnData: [
      { name: 'step', data: steps.map(({ step }) => BigInt(step)), type: 'INT64' }, // samples or tokens as steps pass 2^31
      { name: 'time', data: steps.map((step) => step.seconds), type: 'DOUBLE', nullable: true },
      ...names.map((name) => ({
        name: OWN_COLUMNS.has(name) ? `metric/${name}` : name,
        data: steps.map((step) => step.metrics[name] ?? null),
        type: 'DOUBLE' as const,
        nullable: true,
      })),
    ],
  });
}
