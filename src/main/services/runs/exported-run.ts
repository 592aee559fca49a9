/** A run's metrics in a file format of another program, as bytes. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { exportName, type FileFormat } from '../../../shared/run/log-formats.ts';
import { fileNameOf, inside } from '../../model/io/path-names.ts';
import { exportRun } from '../../store/interop/export-run.ts';
import type { ReadStore } from '../../store/store.ts';

/** The file's name and its bytes. @throws SophiaError where there is no such run */
export function exportedRun(store: ReadStore, runId: number, format: FileFormat): { name: string; bytes: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'sophia-export-'));
  try {
    const out = inside(folder, exportName(format, fileNameOf(store.run(runId).name)));
    const file = exportRun(store, runId, format, out);
    return { name: basename(file), bytes: readFileSync(file) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
