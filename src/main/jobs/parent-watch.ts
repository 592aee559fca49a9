/**
 * The last guard against orphans: a thread that ends this process when its parent is gone, even while the main thread hangs inside
 * a native call and can read no message.
 */
import { Worker } from 'node:worker_threads';

const SOURCE = `
  const { workerData } = require('node:worker_threads');
  setInterval(() => {
    if (process.ppid !== workerData.parent) process.kill(process.pid, 'SIGKILL');
  }, workerData.everyMs);
`;

/** Starts watching the process that started this one. */
export function endWithParent(everyMs = 1000): void {
  const watch = new Worker(SOURCE, { eval: true, workerData: { parent: process.ppid, everyMs }, execArgv: [] });
  watch.on('error', () => {}); // the closing channel remains as guard
  watch.unref();
}
