/**
 * The annotation queue: pairs are asked about, so many at once, and every answer is handed over to be committed before the next one is
 * asked for in its place. A stop lets the requests under way end, because they are paid for, and ends the wait before another try: whoever goes
 * on asks only what has no answer.
 * After a kill the requests that were under way, `concurrency` at most, are asked again. Deliberately absent: the database.
 */
import pMap from 'p-map';
import type { Annotation, AnnotationRequest, Annotator } from './annotator.ts';

/** How a queue is worked off. */
export interface QueueOptions<T> {
  readonly concurrency: number; // requests at once
  readonly together: number; // answers committed in one go: 1 where each is paid for
  readonly request: (item: T) => AnnotationRequest | null; // null: the question is not to be had any more
  readonly commit: (answers: readonly { readonly item: T; readonly annotation: Annotation }[]) => void;
  readonly signal: AbortSignal; // the stop
}

/** Works off a queue; returns how many were answered. Rejects where the annotator or a commit failed. */
export async function annotateQueue<T>(
  items: readonly T[],
  annotator: Annotator,
  options: QueueOptions<T>,
): Promise<number> {
  let answered = 0;
  let open: { item: T; annotation: Annotation }[] = [];
  const commit = () => {
    if (open.length === 0) return;
    options.commit(open);
    answered += open.length;
    open = [];
  };
  try {
    const answer = async (item: T) => {
      if (options.signal.aborted) return;
      const request = options.request(item);
      const annotation = request === null ? NO_QUESTION : await annotator(request).catch(unlessStopped(options.signal));
      if (annotation === null) return; // it waited for another try when the stop came
      open.push({ item, annotation });
      if (open.length >= options.together) commit();
      if (options.together > 1) await breathe(answered + open.length);
    };
    await pMap(items, answer, { concurrency: options.concurrency });
  } finally {
    commit();
  }
  return answered;
}

function unlessStopped(signal: AbortSignal): (error: unknown) => null {
  return (error) => {
    if (signal.aborted && error === signal.reason) return null;
    throw error;
  };
}

const NO_QUESTION: Annotation = {
  score: null,
  failure: 'no_question',
  dimensions: null,
  stepLabels: null,
  attempts: 0,
  seconds: 0,
  promptTokens: 0,
  completionTokens: 0,
  cost: null,
  reply: null,
};

/** Lets signals in now and then: an annotator that never waits would not hear Ctrl-C. */
function breathe(count: number): Promise<void> | undefined {
  return count % 50 === 0 ? new Promise((resolve) => setImmediate(resolve)) : undefined;
}
