/**
 * Runs a run of an archive again and compares it bit by bit. The archive is read into a home of its own, the run's settings are run from the
 * beginning in a second one; both are removed afterwards. A difference of machine, backend or threads is told beside the verdict: equal bits
 * are promised only where those are equal.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { SophiaError } from '../../shared/errors.ts';
import { kindNamed } from '../../shared/kinds/kind.ts';
import { TRAINERS, type TrainerKind } from '../../shared/kinds/trainers.ts';
import type { RunEnvironment, RunEvent } from '../../shared/run/run-events.ts';
import type { Study } from '../../shared/study/study.ts';
import { firstOf } from '../../shared/values/list.ts';
import { compareRuns } from '../store/archive/compare-runs.ts';
import { importArchive } from '../store/archive/import-archive.ts';
import type { RunDetail } from '../store/rows.ts';
import { openStore, type Store } from '../store/store.ts';
import { Engine } from './engine.ts';
import type { EngineParts } from './engine-options.ts';

/** What to verify. */
export interface VerifyOptions extends Pick<EngineParts, 'trainers'> {
  readonly run?: string; // name of a run, or VARIANT/SEED; default: the first finished one
  readonly expect?: string; // hash of the manifest
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
}

/** The verdict. */
export interface Verification {
  readonly run: string;
  readonly variant: string;
  readonly seed: number;
  readonly identical: boolean;
  readonly rows: number;
  readonly differences: readonly string[];
  /** What of the machine is not what it was, one line each. */
  readonly environment: readonly string[];
  readonly manifestHash: string;
}

/** Verifies an archive file. @throws SophiaError 'data' where the archive is refused, 'usage' where it has no such finished run. */
export async function verifyArchive(archive: string, options: VerifyOptions = {}): Promise<Verification> {
  const work = mkdtempSync(join(tmpdir(), 'sophia-verify-'));
  try {
    const store = openStore(join(work, 'archived'));
    try {
      const imported = await importArchive(
        store,
        archive,
        options.expect === undefined ? {} : { expect: options.expect },
      );
      const expected = chooseRun(store, imported.studyId, options.run);
      const { name, variant, seed } = expected;
      refuseUnrepeatable(expected);
      const again = await runAgain(join(work, 'again'), store.study(imported.studyId).plan, expected, options);
      try {
        const actual = again.run(firstOf(again.listRuns(), 'run of the verification').id);
        const { differences, rows } = compareRuns({ store, runId: expected.id }, { store: again, runId: actual.id });
        const environment = environmentDifferences(environmentOf(expected), environmentOf(actual));
        const identical = differences.length === 0;
        return { run: name, variant, seed, identical, rows, differences, environment, manifestHash: imported.hash };
      } finally {
        again.close();
      }
    } finally {
      store.close();
    }
  } finally {
    rmSync(work, { recursive: true, force: true, maxRetries: 3 });
  }
}

function chooseRun(store: Store, studyId: number, wanted: string | undefined): RunDetail {
  const runs = store.studyMatrix(studyId, []).cells;
  const isWanted = (run: (typeof runs)[number]) => run.name === wanted || `${run.variant}/${run.seed}` === wanted;
  const found = runs.find((run) => run.state === 'finished' && (wanted === undefined || isWanted(run)));
  if (found !== undefined) return store.run(found.id);
  const finished = runs.filter((run) => run.state === 'finished').map((run) => `${run.variant}/${run.seed}`);
  throw new SophiaError(
    'usage',
    wanted === undefined ? 'The archive holds no finished run.' : `The archive holds no finished run "${wanted}".`,
    finished.length === 0 ? 'Only a finished run can be verified.' : `There are: ${finished.join(', ')}.`,
  );
}

/** Another run of the same settings would differ, and that would prove nothing. */
function refuseUnrepeatable({ name, attempts }: RunDetail): void {
  const kind = kindNamed<TrainerKind>(TRAINERS, attempts.at(-1)?.trainer);
  if (kind === undefined || kind.isBitReproducible) return;
  throw new SophiaError(
    'usage',
    `Run ${name} was trained by ${kind.title}, which is not bit-reproducible.`,
    'Its files are checked when the archive is imported; only runs of the native trainer can be repeated bit by bit.',
  );
}

/** Runs one cell of a study in a new home, on as many threads as it had; returns that home's store, opened for reading. */
async function runAgain(home: string, plan: Study, run: RunDetail, options: VerifyOptions) {
  const threads = environmentOf(run)?.threads ?? 1;
  const engine = new Engine({
    home,
    parallel: Math.max(1, Math.floor(availableParallelism() / threads)),
    ...(options.trainers !== undefined && { trainers: options.trainers }),
    onEvent: (_runId, event) => options.onEvent?.(event),
  });
  const stop = () => void engine.queue.close();
  options.signal?.addEventListener('abort', stop);
  try {
    const variants = plan.variants.filter((variant) => variant.name === run.variant);
    engine.startStudy({ ...plan, variants, seeds: [run.seed], baseline: run.variant });
    await engine.queue.whenIdle();
    const [{ state, reason } = { state: 'lost', reason: null }] = engine.store.listRuns();
    if (options.signal?.aborted) throw new SophiaError('interrupted', 'Stopped before the run was compared.');
    if (state !== 'finished') throw new SophiaError('data', `The repeated run ${state}: ${reason ?? ''}`);
  } finally {
    options.signal?.removeEventListener('abort', stop);
    await engine.close();
  }
  return openStore(home, { readonly: true });
}

function environmentOf(run: RunDetail): RunEnvironment | null {
  return run.attempts.at(-1)?.environment ?? null;
}

function environmentDifferences(then: RunEnvironment | null, now: RunEnvironment | null): string[] {
  if (then === null || now === null) return ['the environment of the run was not recorded'];
  return (Object.keys(now) as (keyof RunEnvironment)[])
    .filter((key) => then[key] !== undefined && then[key] !== now[key]) // what was not recorded then differs from nothing
    .map((key) => `${key}: ${then[key]} then, ${now[key]} now`);
}
