/** Looks every second whether the home is still the folder that the engine opened. */

import { type HomeLost, lostHome } from '../model/home/home-marks.ts';
import type { RunQueue } from './run-queue.ts';

const LOOK_MS = 1000;

/** As soon as the home is another one the queue is ended and `onLost` called, once; the returned function ends the watch. */
export function watchHome(home: string, queue: RunQueue, onLost?: (why: HomeLost) => void): () => void {
  const timer = setInterval(() => {
    const lost = lostHome(home);
    if (lost === null) return;
    clearInterval(timer);
    queue.abandon(lost.message);
    onLost?.(lost);
  }, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
