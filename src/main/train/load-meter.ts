/** What a stretch of work takes of the machine: its seconds, the cores that this process kept busy meanwhile, memory that is left. */
import { freemem } from 'node:os';
import type { Load } from '../../shared/run/run-events.ts';

/** Adds up pieces of work, and nothing between them: the wait of whoever takes the events is no load of the work. */
export function loadMeter(): { during<T>(work: () => Promise<T>): Promise<T>; load(): Load } {
  let seconds = 0;
  let cpuSeconds = 0;
  return {
    async during(work) {
      const began = performance.now();
      const before = process.cpuUsage();
      const result = await work();
      const { user, system } = process.cpuUsage(before);
      cpuSeconds += (user + system) / 1e6;
      seconds += (performance.now() - began) / 1000;
      return result;
    },
    load: () => ({ seconds, cpuCores: seconds > 0 ? cpuSeconds / seconds : null, freeMiB: freemem() / 2 ** 20 }),
  };
}
