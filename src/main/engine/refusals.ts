/** What the engine will not run, in words: what lies in the trash, what did not run here, what its trainer cannot do. */
import { SophiaError } from '../../shared/errors.ts';
import { planRuns, type Study } from '../../shared/study/study.ts';
import { type PlaceLook, type Trainers, trainerNamed } from '../jobs/trainer.ts';
import type { RunRow } from '../store/rows.ts';

/** That something is in the trash. */
export function inTrash(what: string): SophiaError {
  return new SophiaError('conflict', `${what} is in the trash.`, 'Restore it first.');
}

/** A run that did not run here is not gone on with by accident. */
export function refuseImported({ name, study, origin }: RunRow): void {
  if (origin === null) return;
  if (origin.format === 'archive')
    throw new SophiaError(
      'conflict',
      `Run ${name} came from an archive and is read-only.`,
      `Unlock its study first: in the menu of its page, or by \`sophia study unlock ${study}\`.`,
    );
  if (origin.format === 'pack')
    throw new SophiaError(
      'conflict',
      `Run ${name} was packed and is trained elsewhere (${origin.source}).`,
      'Start it again there; or, to go on with it here, unlock its study: `sophia study unlock`.',
    );
  throw new SophiaError(
    'conflict',
    `Run ${name} is another program's log (${origin.source}).`,
    'It cannot be resumed.',
  );
}

/** A run that cannot go on: it is finished, a branch, in the trash or from elsewhere. */
export function refuseResume(run: RunRow, study: { readonly trashedAt: number | null }): void {
  if (run.state === 'finished')
    throw new SophiaError('conflict', `Run ${run.name} is finished.`, 'There is nothing to resume.');
  if (run.cutFrom !== null)
    throw new SophiaError(
      'conflict',
      `Run ${run.name} is a branch that was cut off.`,
      'Resume the run it was cut from.',
    );
  if (run.trashedAt !== null || study.trashedAt !== null) throw inTrash(`Run ${run.name}`);
  refuseImported(run);
}

/** A study that its trainers cannot train, here or on a cluster. */
export function refuseUntrainable(trainers: Trainers, study: Study, cluster: string | null): void {
  for (const { settings } of planRuns(study)) {
    const { trainer } = settings;
    if (cluster !== null && trainer !== 'trl')
      throw new SophiaError(
        'usage',
        `Trainer ${trainer} runs on this machine only, not on cluster ${cluster}.`,
        'Add --set trainer=trl, or `trainer: trl` to the study.',
      );
    const [problem] = trainerNamed(trainers, trainer).check(settings, cluster);
    if (problem !== undefined) throw problem;
  }
  if (cluster !== null) return;
  const [problem] = lookHere(trainers, study, true).problems;
  if (problem !== undefined) throw problem;
}

/** What the trainers of a study find on this machine. `isThorough`: what takes seconds is looked for too. */
export function lookHere(trainers: Trainers, study: Study, isThorough: boolean): PlaceLook {
  const runs = planRuns(study).map(({ settings }) => settings);
  const looks = [...new Set(runs.map(({ trainer }) => trainer))].flatMap((name) => {
    const own = runs.filter(({ trainer }) => trainer === name);
    return trainerNamed(trainers, name).lookHere?.(own, isThorough) ?? [];
  });
  return {
    problems: looks.flatMap(({ problems }) => problems),
    ahead: looks.flatMap(({ ahead }) => ahead ?? []).join(' ') || null,
  };
}
