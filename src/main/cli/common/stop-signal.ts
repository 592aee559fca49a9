/** Ctrl-C, SIGTERM and SIGHUP (a closed terminal): the first asks for a stop at the next safe point, a second one ends the process at once. */

/** Signals closer together are one: a process group and the process that started this one may both pass it on. */
const ONE_SIGNAL_MS = 500;

/** What asks a program to end: Ctrl-C, the system, a terminal that is closed. */
export const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A listener for the signals. */
export interface StopSignal {
  /** Whether a stop was asked for. */
  readonly asked: boolean;
  /** Stops listening. */
  end(): void;
}

/** Calls `stop` at the first signal, after one line that says so. */
export function onStopSignal(stop: () => void): StopSignal {
  let askedAt: number | undefined;
  const hear = () => {
    if (askedAt !== undefined) {
      if (performance.now() - askedAt > ONE_SIGNAL_MS) process.exit(130);
      return;
    }
    askedAt = performance.now();
    console.error('\nStopping after the current step. Ctrl-C again stops at once.');
    stop();
  };
  for (const signal of STOP_SIGNALS) process.on(signal, hear);
  return {
    get asked() {
      return askedAt !== undefined;
    },
    end() {
      for (const signal of STOP_SIGNALS) process.off(signal, hear);
    },
  };
}
