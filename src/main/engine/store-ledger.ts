/** The store in the shape that the queue asks for. */
import { SophiaError } from '../../shared/errors.ts';
import { parseSettings } from '../../shared/settings/setting-paths.ts';
import type { RunLedger } from '../jobs/run-ledger.ts';
import { runFolder } from '../store/open/home.ts';
import type { Store } from '../store/store.ts';

/** A RunLedger over the database; it remembers the attempt that each run is in. */
export function storeLedger(store: Store): RunLedger {
  const attempts = new Map<number, number>();
  return {
    plan(runId) {
      const { settings, state } = store.run(runId);
      const whole = parseSettings(settings, `Run ${runId}`); // one of an older version lacks the settings that came since
      return { settings: whole, state, folder: runFolder(store.paths, runId) };
    },
    setState: (runId, state, reason) => store.setRunState(runId, state, reason),
    record(runId, event) {
      const attempt = attempts.get(runId);
      if (attempt === undefined) throw new SophiaError('internal', `Run ${runId} sent an event before it was started.`);
      store.recordEvent(runId, attempt, event);
    },
    checkpoints: (runId) => store.checkpoints(runId),
    beginAttempt(runId, step) {
      attempts.set(runId, store.startRun(runId, { fromStep: step }).attempt);
    },
    setPid: (runId, pid) => store.setRunPid(runId, pid),
  };
}
