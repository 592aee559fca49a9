/** What the engine's machine is busy with, as the page shows it: processor, memory, disk, GPUs. What could not be read is null, never 0. */

/** One GPU at one moment. */
export interface GpuSample {
  readonly index: number;
  readonly name: string;
  /** Share of the time in which it computed anything, 0 to 1. */
  readonly use: number | null;
  readonly memoryUsed: number | null; // bytes
  readonly memoryTotal: number | null; // bytes
}

/** The machine at one moment. */
export interface MachineSample {
  readonly at: number; // ms since 1970
  /** Share of all cores that was busy since the sample before, 0 to 1; null in the first sample. */
  readonly cpu: number | null;
  readonly memoryUsed: number | null; // bytes
  /** Room left on the home's disk, bytes. */
  readonly diskFree: number | null;
  /** Null: there is no GPU that nvidia-smi knows of, or it failed (`gpuProblem` of the report). */
  readonly gpus: readonly GpuSample[] | null;
}

/** What is known of the machine while it is watched. */
export interface MachineReport {
  readonly cores: number;
  readonly memoryTotal: number; // bytes
  readonly diskTotal: number | null; // bytes
  /** Oldest first. */
  readonly samples: readonly MachineSample[];
  /** Why GPUs could not be read, in one line; null: they were, or there is no nvidia-smi. */
  readonly gpuProblem: string | null;
}
