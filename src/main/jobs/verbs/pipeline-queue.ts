/** Steps of the TRM's pipeline that the page starts, one after the other. */
import { commandOf, type StepValues } from '../../../shared/trm/pipeline-command.ts';
import type { TrmStepName } from '../../../shared/trm/pipeline-steps.ts';
import { type VerbJob, VerbQueue, type VerbQueueOptions } from './verb-queue.ts';

/** A step as the page shows it. */
export interface PipelineJob extends VerbJob {
  readonly step: TrmStepName;
}

/** What runs steps, and for whom. */
export interface PipelineOptions extends VerbQueueOptions {
  /** What a step's process finds in its environment beside the engine's own: the key of the endpoint it asks. */
  readonly environmentOf: (values: StepValues) => Record<string, string>;
  /** Throws for values that the engine lets nobody start a step with. */
  readonly refuse?: (values: StepValues) => void;
}

/** Steps that compute say on how many threads. */
const COMPUTES: ReadonlySet<TrmStepName> = new Set(['train', 'validate']);

/** The queue. */
export class PipelineQueue {
  readonly #options: PipelineOptions;
  readonly #queue: VerbQueue<{ readonly step: TrmStepName }>;

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#queue = new VerbQueue(options);
  }

  /** Newest first. */
  get jobs(): readonly PipelineJob[] {
    return this.#queue.jobs;
  }

  /** Puts a step at the end of the queue. @throws SophiaError 'usage' for values that it does not take */
  add(step: TrmStepName, values: StepValues): PipelineJob {
    const args = commandOf(step, values);
    this.#options.refuse?.(values);
    const environment = () => this.#options.environmentOf(values);
    return this.#queue.add({ step }, { args, computes: COMPUTES.has(step), environment });
  }

  /** Takes a waiting step out; lets a running one end at its next safe point, asked again kills it. @throws SophiaError 'conflict' where it has ended */
  stop = (id: number): void => this.#queue.stop(id);

  /** Stops what runs and what waits; resolves when no process is left. */
  close = (): Promise<void> => this.#queue.close();
}
