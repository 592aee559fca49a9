/** What the page says of a run's checkpoints, and what a study that begins with one looks like. */
import { editedText } from '../../text/study-fields.ts';

/** The parts of a run that this needs. */
export interface CheckpointedRun {
  readonly name: string;
  readonly state: string;
  readonly step: number;
  readonly totalSteps: number;
  readonly cutFrom: number | null;
  readonly trashedAt: number | null;
  readonly origin: { readonly format: string; readonly source: string } | null;
  readonly settings: { readonly training: { readonly checkpointEvery: number } };
}

/** The parts of a checkpoint that this needs; newest first in a list. */
export interface PlacedCheckpoint {
  readonly step: number;
  readonly folder: string;
  readonly isThere: boolean;
}

/** Whether a checkpoint lies on this machine, and not on a cluster. */
export const isHere = ({ folder }: Pick<PlacedCheckpoint, 'folder'>): boolean =>
  !/^[a-z][a-z0-9+.-]+:\/\//i.test(folder);

const isActive = (run: CheckpointedRun) => run.state === 'running' || run.state === 'queued';

/** Whether a run can go on at all. A finished one cannot: the same steps would come out once more, bit for bit. */
export function isResumable(run: CheckpointedRun): boolean {
  return (
    !isActive(run) && run.state !== 'finished' && run.cutFrom === null && run.trashedAt === null && run.origin === null
  );
}

/** The checkpoint that a resume continues from: the newest on disk; undefined where none is, or the run cannot be resumed. */
export function resumePoint<One extends PlacedCheckpoint>(run: CheckpointedRun, list: readonly One[]): One | undefined {
  return isResumable(run) ? list.find((checkpoint) => checkpoint.isThere) : undefined;
}

/** Why there is no checkpoint, in a title and a sentence. */
export function whyNone(run: CheckpointedRun): { readonly title: string; readonly text: string } {
  if (run.origin?.format === 'archive')
    return {
      title: 'No checkpoints in the archive',
      text: `This run was imported with ${run.origin.source}, which does not contain its checkpoints.`,
    };
  if (run.origin !== null && run.origin.format !== 'pack')
    return {
      title: 'No checkpoints',
      text: `This run was imported from another program (${run.origin.source}), which logs no weights.`,
    };
  const every = run.settings.training.checkpointEvery;
  const first = Math.min(every, run.totalSteps);
  if (isActive(run) || (run.step < first && run.state !== 'failed'))
    return {
      title: 'No checkpoint yet',
      text: `The first is saved at step ${first.toLocaleString('en')}: every ${every.toLocaleString('en')} steps, at the end, and when the run is stopped (training.checkpointEvery).`,
    };
  return {
    title: 'No checkpoint',
    text: `The run ended at step ${run.step.toLocaleString('en')}; its first checkpoint was due at step ${first.toLocaleString('en')}.`,
  };
}

/** A name for the model that a checkpoint becomes: of the letters that a model, or a study, may be called by. */
export function modelName(run: { readonly name: string }, step: number): string {
  const plain = run.name.replace(/[^a-z0-9._-]+/gi, '-').replace(/^[^a-z0-9]+/i, '');
  return `${(plain || 'run').slice(0, 40)}-step-${step}`;
}

/** A study file whose policy is this checkpoint. */
export function studyFrom(run: { readonly name: string }, { step, folder }: PlacedCheckpoint): string {
  return editedText('', {
    name: `from-${modelName(run, step)}`,
    variants: [{ name: 'grpo' }, { name: 'full' }],
    seeds: [0, 1, 2],
    settings: { model: { policy: folder } },
  });
}
