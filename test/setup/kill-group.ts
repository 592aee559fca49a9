/** Processes that lead a group of their own. */
import type { ChildProcess } from 'node:child_process';

/** Ends a process and all that it started; one that has ended is left alone. */
export function killGroup(child: ChildProcess | undefined, signal: NodeJS.Signals): void {
  if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, signal);
  } catch {} // it has ended
}
