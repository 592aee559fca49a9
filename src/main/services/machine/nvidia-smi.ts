/** GPUs as `nvidia-smi` tells them. Deliberately absent: other makers' tools. */
import { execFile } from 'node:child_process';
import type { GpuSample } from '../../../shared/app/machine.ts';

const FIELDS = 'index,name,utilization.gpu,memory.used,memory.total';
/** A driver that hangs holds nobody up. */
const TIMEOUT_MS = 5000;
const MIB = 2 ** 20;

/** What one call gave. `gpus` null with a `problem`: it failed; without: there is no such program here. */
export interface GpuReading {
  readonly gpus: readonly GpuSample[] | null;
  readonly problem: string | null;
}

/** Asks once. Never rejects. */
export function readGpus(): Promise<GpuReading> {
  return new Promise((resolve) => {
    const args = [`--query-gpu=${FIELDS}`, '--format=csv,noheader,nounits'];
    execFile('nvidia-smi', args, { timeout: TIMEOUT_MS, windowsHide: true }, (error, stdout, stderr) => {
      if (error === null) return resolve({ gpus: parseGpus(stdout), problem: null });
      if (error.code === 'ENOENT') return resolve({ gpus: null, problem: null });
      const said = `${stderr}\n${stdout}`.split('\n').find((line) => line.trim() !== '');
      const why = error.killed ? `no answer within ${TIMEOUT_MS / 1000} s` : (said?.trim() ?? error.message);
      resolve({ gpus: null, problem: `nvidia-smi: ${why}` });
    });
  });
}

/** The lines of nvidia-smi's CSV. "[N/A]" and the like are null; a line that is none of a GPU is left out. */
export function parseGpus(csv: string): GpuSample[] {
  return csv.split('\n').flatMap((line) => {
    const cells = line.split(',').map((cell) => cell.trim());
    const index = numberOf(cells[0]);
    // A name may hold a comma, so the figures are counted from the end.
    const [use, used, total] = cells.slice(-3).map(numberOf);
    if (cells.length < 5 || index === null) return [];
    return [
      {
        index,
        name: cells.slice(1, -3).join(', '),
        use: use == null ? null : use / 100,
        memoryUsed: used == null ? null : used * MIB,
        memoryTotal: total == null ? null : total * MIB,
      },
    ];
  });
}

function numberOf(cell: string | undefined): number | null {
  return cell !== undefined && /^\d+(\.\d+)?$/.test(cell) ? Number(cell) : null;
}
