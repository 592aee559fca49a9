/** The store in the shape that the queue asks for. */
import { parseSettings } from '../../shared/settings/setting-paths.ts';
import type { RunLedger } from '../jobs/run-ledger.ts';
import { runFolder } from '../store/open/home.ts';
import type { Store } from '../store/store.ts';

/** A RunLedger over the database. */
export function storeLedger(store: Store): RunLedger {
  let untold: (() => void)[] | null = null; // of what is not committed yet
  return {
    together(work) {
      const told: (() => void)[] = [];
      untold = told;
      try {
        store.recordTogether(work);
      } finally {
        untold = null;
      }
      for (const tell of told) tell();
    },
    whenCommitted: (tell) => (untold === null ? tell() : void untold.push(tell)),
    plan(runId) {
      const { settings, state } = store.run(runId);
      const whole = parseSettings(settings, `Run ${runId}`); // one of an older version lacks the settings that came since
      return { settings: whole, state, folder: runFolder(store.paths, runId) };
    },
    cluster: (runId) => store.clusterOf(runId),
    setReason: (runId, reason) => store.setRunReason(runId, reason),
    setState: (runId, state, reason) => store.setRunState(runId, state, reason),
    record: (runId, attempt, event, sequence, at) => void store.recordEvent(runId, attempt, event, { sequence, at }),
    checkpoints: (runId) => store.checkpoints(runId),
    beginAttempt: (runId, step, trainer) => store.startRun(runId, { fromStep: step, trainer }).attempt,
    keepReference: (runId, attempt, reference) => store.keepReference(runId, attempt, reference),
    goingOn: () => store.ongoingRuns(),
    setPid: (runId, pid) => store.setRunPid(runId, pid),
  };
}
