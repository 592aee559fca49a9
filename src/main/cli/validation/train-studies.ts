/**
 * Trains studies to their end: through the engine that runs on the home, or, where none does, in this process. A finished study is used as it is.
 * Ctrl-C stops the runs gracefully; the same command goes on with them.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { SophiaError } from '../../../shared/errors.ts';
import { parseStudy } from '../../../shared/study/study.ts';
import type { EngineParts } from '../../engine/engine-options.ts';
import { openStore, type ReadStore } from '../../store/store.ts';
import { answerOf, runningEngine } from '../common/engine-client.ts';
import { runInProcess } from '../common/run-in-process.ts';
import { onStopSignal } from '../common/stop-signal.ts';

/** A study to be trained. */
export interface PlannedStudy {
  readonly name: string;
  readonly yaml: string;
}

/** What is to be trained, and who is told of each study that has ended. */
export interface TrainOptions<S extends PlannedStudy> {
  readonly home: string;
  readonly parts: EngineParts;
  readonly parallel: number;
  readonly studies: readonly S[];
  readonly onDone: (store: ReadStore, study: S, studyId: number) => void;
}

const POLL_MS = 1000;

/** Resolves when every run has ended, well or not; throws `interrupted` after Ctrl-C. */
export async function trainStudies<S extends PlannedStudy>(options: TrainOptions<S>): Promise<void> {
  const { home, parts, parallel, studies, onDone } = options;
  if (studies.length === 0) return;
  const engine = runningEngine(home);
  if (engine !== null) return throughEngine(engine, options);
  const ids = new Map<S, number>();
  await runInProcess({
    parts,
    home,
    parallel,
    begin(engine) {
      for (const study of studies)
        ids.set(study, engine.startStudy(parseStudy(study.yaml, study.name), study.yaml).studyId);
      return [...ids.values()].flatMap((studyId) => engine.store.listRuns({ studyId }));
    },
    end({ store }) {
      for (const [study, studyId] of ids) onDone(store, study, studyId);
    },
  });
}

async function throughEngine<S extends PlannedStudy>(
  engine: NonNullable<ReturnType<typeof runningEngine>>,
  { home, studies, onDone }: TrainOptions<S>,
): Promise<void> {
  let isAsked = false;
  const signal = onStopSignal(() => {
    isAsked = true;
  });
  const started: { study: S; studyId: number }[] = [];
  try {
    for (const study of studies) {
      const { studyId } = await answerOf(engine.studies.start.mutate({ yaml: study.yaml, where: study.name }));
      started.push({ study, studyId });
    }
    for (const { study, studyId } of started) {
      while (!isAsked && (await isGoingOn(engine, studyId))) await sleep(POLL_MS);
      if (isAsked) break;
      const store = openStore(home, { readonly: true });
      try {
        onDone(store, study, studyId);
      } finally {
        store.close();
      }
    }
    if (!isAsked) return;
    for (const { studyId } of started) await answerOf(engine.studies.stop.mutate({ id: studyId }));
    throw new SophiaError('interrupted', 'Stopped.', 'The same command continues from there.');
  } finally {
    signal.end();
  }
}

async function isGoingOn(engine: NonNullable<ReturnType<typeof runningEngine>>, id: number): Promise<boolean> {
  const { cells } = await answerOf(engine.studies.get.query({ id }));
  return cells.some(({ state }) => state === 'queued' || state === 'running');
}
