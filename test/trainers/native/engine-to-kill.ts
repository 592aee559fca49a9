/** A process with one run of the fake trainer, for the test that kills it: prints the run's process id when it is inside a step. */
import { MemoryLedger } from '../../jobs/memory-ledger.ts';
import { fakeTrainer } from '../fake/fake-trainer.ts';

const ledger = new MemoryLedger(process.argv[2]!);
ledger.create(1, process.argv[3]!, 100000);
const { settings, folder } = ledger.plan(1);
const plan = { runId: 1, attempt: 1, settings, folder, resume: null, cluster: null, threads: 1, environment: {} };
const run = fakeTrainer().start(plan, {
  event: (event) => {
    if (event.kind === 'step' && event.step === 2) console.log(run.pid);
  },
  together: (work) => work(),
  reference: () => {},
  waiting: () => {},
});
