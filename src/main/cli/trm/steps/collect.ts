/** `sophia trm collect NAME`: responses of the home's GRPO runs as a data set of the TRM, spread evenly over runs and steps. */
import { SophiaError } from '../../../../shared/errors.ts';
import { thinkingOf } from '../../../rollouts/thinking-text.ts';
import type { Store } from '../../../store/store.ts';
import { spreadOverSteps } from '../../../trm/data/spread.ts';
import type { GlobalOptions } from '../../common/verb.ts';
import { print, withStore } from '../../common/with-store.ts';

/** What the command line gives. */
export interface CollectFlags extends GlobalOptions {
  readonly runs?: readonly string[];
  readonly study?: string;
  readonly count?: number;
  readonly seed: number;
}

/** Collects and stores in one transaction: a data set is there whole or not at all. */
export function collect(name: string, flags: CollectFlags): Promise<void> {
  return withStore(flags, (store) => {
    const runs = chosenRuns(store, flags);
    const found = store.collectable(runs.map((run) => run.id));
    if (found.length === 0)
      throw new SophiaError(
        'usage',
        'These runs have no responses to collect.',
        'Train first, for example: bin/sophia study run examples/quick.yaml.',
      );
    const chosen = spreadOverSteps(found, flags.count ?? found.length, flags.seed);
    const pairs = store
      .responsesToCollect(chosen.map((response) => response.id))
      .map((pair) => ({ ...pair, thinking: thinkingOf(pair.text) }));
    const source = { runs: runs.map((run) => run.name), found: found.length, count: flags.count, seed: flags.seed };
    const { datasetId } = store.addTrmDataset(name, source, pairs);
    const steps = new Set(chosen.map((response) => `${response.runId}/${response.step}`)).size;
    const result = { datasetId, name, found: found.length, collected: pairs.length, runs: runs.length, steps };
    print(flags, result, [
      `Data set "${name}": ${pairs.length} of ${found.length} responses, from ${runs.length} runs and ${steps} of their steps.`,
      `Next: bin/sophia trm annotate ${name}`,
    ]);
  });
}

function chosenRuns(store: Store, { runs, study }: CollectFlags) {
  const all = store.listRuns(study === undefined ? {} : { studyId: store.findStudy(study) });
  if (runs === undefined) return all.filter((run) => run.step > 0);
  return runs.map((name) => {
    const run = all.find((run) => run.name === name || String(run.id) === name);
    if (run === undefined)
      throw new SophiaError('usage', `There is no run "${name}" in this home.`, 'See bin/sophia run list.');
    return run;
  });
}
