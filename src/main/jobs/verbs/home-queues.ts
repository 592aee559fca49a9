/** The queues of a home whose work processes of the command line do, and who may write meanwhile. */
import type { Store } from '../../store/store.ts';
import { CheckpointQueue } from './checkpoint-queue.ts';
import { type PipelineOptions, PipelineQueue } from './pipeline-queue.ts';

/** Makes both; while a process of either writes, the store's own writes wait longer. */
export function homeQueues(
  store: Store,
  options: Omit<PipelineOptions, 'home' | 'onWriter'>,
): { readonly pipeline: PipelineQueue; readonly checkpoints: CheckpointQueue } {
  const { home } = store.paths;
  let guests = 0;
  const onWriter = (isThere: boolean) => {
    guests += isThere ? 1 : -1;
    store.shareWriting(guests > 0);
  };
  const onStep = (isThere: boolean) => {
    if (!isThere) store.settlePipeline();
    onWriter(isThere);
  };
  return {
    pipeline: new PipelineQueue({ ...options, home, onWriter: onStep }),
    checkpoints: new CheckpointQueue({ ...options, home, onWriter }, (runId) => store.run(runId).name),
  };
}
