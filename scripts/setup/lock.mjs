/** Keeps two set-ups apart: one at a time per clone and per cache folder, across processes. */
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, utimesSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const BEAT_MS = 5_000;
/** A holder that stopped touching its file this long ago is gone (its machine too). */
const STALE_MS = 60_000;

/** Runs `work` while holding `file`; waits for another holder, calling `onWait` once. A dead holder's lock is taken over. */
export async function withLock(file, work, onWait = () => {}) {
  mkdirSync(path.dirname(file), { recursive: true });
  for (let tries = 0; !take(file); tries++) {
    if (isStale(file)) takeOver(file);
    else {
      if (tries === 0) onWait();
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  const beat = setInterval(() => {
    try {
      utimesSync(file, new Date(), new Date());
    } catch {
      // Taken away with its folder; the work itself ends in a rename and stays correct.
    }
  }, BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    rmSync(file, { force: true });
  }
}

function take(file) {
  try {
    const handle = openSync(file, 'wx');
    writeSync(handle, `${process.pid} ${os.hostname()}`);
    closeSync(handle);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw new Error(`${path.dirname(file)} cannot be written (${error.code}).`);
  }
}

function isStale(file) {
  try {
    const age = Date.now() - statSync(file).mtimeMs;
    const [pid, host] = readFileSync(file, 'utf8').split(' ');
    if (age > STALE_MS) return true;
    if (host !== os.hostname()) return false;
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

/** Removes a dead holder's file; a second file makes sure that only one process does, and not a newer lock. */
function takeOver(file) {
  const guard = `${file}.take`;
  if (!take(guard)) {
    if (Date.now() - (statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > STALE_MS)
      rmSync(guard, { force: true });
    return;
  }
  if (isStale(file)) rmSync(file, { force: true });
  rmSync(guard, { force: true });
}
