/**
 * What the machine is busy with, sampled only while someone looks or a run is going: every two seconds under a look, every ten otherwise.
 * The last half hour or so is kept in memory. Deliberately absent: other machines (runs on a cluster tell of themselves by their metrics).
 */
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MachineReport, MachineSample } from '../../../shared/app/machine.ts';
import { diskRoom } from '../../model/io/local-path.ts';
import { type GpuReading, readGpus } from './nvidia-smi.ts';

/** Over which the first sample counts busy cores. */
const FIRST_MS = 200;
const LOOKED_MS = 2000;
const QUIET_MS = 10_000;
/** Nobody has looked for so long: the page was left. */
const LOOK_LASTS_MS = 15_000;
const MOST_SAMPLES = 900;
/** Where there is no GPU, or its tool fails, it is not asked at every sample. */
const GPU_RETRY_MS = 30_000;

/** What the watch needs to know, and in tests who reads the GPUs. */
export interface MachineWatchOptions {
  /** The folder whose disk counts. */
  readonly home: string;
  /** A run is going. */
  readonly isBusy: () => boolean;
  readonly gpus?: () => Promise<GpuReading>;
}

/** Times of all cores since the machine's start. */
interface CpuTimes {
  readonly idle: number;
  readonly all: number;
}

/** Watches the machine of an engine. */
export class MachineWatch {
  readonly #options: MachineWatchOptions;
  readonly #samples: MachineSample[] = [];
  #diskTotal: number | null = null;
  #reading: GpuReading = { gpus: null, problem: null };
  #askGpusAt = 0;
  #times: CpuTimes | null = null;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #sampling: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: MachineWatchOptions) {
    this.#options = options;
  }

  /** What is known, with samples later than `after` alone; from now on there are more for a while. */
  async look(after = 0): Promise<MachineReport> {
    const isFirst = performance.now() - this.#lookedAt > LOOK_LASTS_MS;
    this.#lookedAt = performance.now();
    if (isFirst) await this.#sampleSoon(0);
    return {
      cores: availableParallelism(),
      memoryTotal: totalmem(),
      diskTotal: this.#diskTotal,
      samples: this.#samples.filter((sample) => sample.at > after),
      gpuProblem: this.#reading.problem,
    };
  }

  /** A run may have begun: samples are taken for as long as any is going. */
  wake(): void {
    if (this.#timer === undefined && this.#sampling === undefined && this.#isWanted()) void this.#sampleSoon(0);
  }

  /** Whether samples are being taken. */
  get isSampling(): boolean {
    return this.#timer !== undefined || this.#sampling !== undefined;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #isLooked(): boolean {
    return performance.now() - this.#lookedAt < LOOK_LASTS_MS;
  }

  #isWanted(): boolean {
    return !this.#isClosed && (this.#isLooked() || this.#options.isBusy());
  }

  async #sampleSoon(ms: number): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (ms === 0) {
      this.#sampling ??= this.#sample().finally(() => {
        this.#sampling = undefined;
        if (this.#isWanted()) void this.#sampleSoon(this.#isLooked() ? LOOKED_MS : QUIET_MS);
        else this.#times = null; // the next sample's share would be of a time that nobody watched
      });
      return this.#sampling;
    }
    this.#timer = setTimeout(() => void this.#sampleSoon(0), ms);
    this.#timer.unref();
  }

  async #sample(): Promise<void> {
    const isFirst = this.#times === null;
    if (isFirst) this.#times = cpuTimes();
    const [disk] = await Promise.all([
      diskRoom(this.#options.home).catch(() => null),
      performance.now() >= this.#askGpusAt ? this.#askGpus() : null,
      isFirst ? sleep(FIRST_MS) : null, // a share needs two readings: the first sample has one of its own
    ]);
    this.#diskTotal = disk?.total ?? null;
    const times = cpuTimes();
    this.#samples.push({
      at: Date.now(),
      cpu: busyShare(this.#times, times),
      memoryUsed: totalmem() - freemem(),
      diskFree: disk?.free ?? null,
      gpus: this.#reading.gpus,
    });
    this.#times = times;
    if (this.#samples.length > MOST_SAMPLES) this.#samples.shift();
  }

  async #askGpus(): Promise<void> {
    this.#reading = await (this.#options.gpus ?? readGpus)();
    if (this.#reading.gpus === null) this.#askGpusAt = performance.now() + GPU_RETRY_MS;
  }
}

function cpuTimes(): CpuTimes | null {
  const cores = cpus();
  if (cores.length === 0) return null; // /proc is not there
  const sum = (of: (times: (typeof cores)[number]['times']) => number) =>
    cores.reduce((all, { times }) => all + of(times), 0);
  return {
    idle: sum(({ idle }) => idle),
    all: sum(({ user, nice, sys, idle, irq }) => user + nice + sys + idle + irq),
  };
}

/** The share of the time between two readings in which cores were busy. */
function busyShare(before: CpuTimes | null, now: CpuTimes | null): number | null {
  if (before === null || now === null || now.all <= before.all) return null;
  return Math.min(1, Math.max(0, 1 - (now.idle - before.idle) / (now.all - before.all)));
}
