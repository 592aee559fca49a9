/** What is computed from checkpoints because somebody asked for it: answers to questions, values of tokens. One after the other, beside runs. */
import type { ComparedAnswers } from '../../../shared/answers/asked-answers.ts';
import { type VerbJob, VerbQueue, type VerbQueueOptions } from './verb-queue.ts';

/** What a job computes, of which runs; a step of tokens is that of the responses. */
export type CheckpointWork =
  | ({ readonly work: 'answers' } & ComparedAnswers)
  | { readonly work: 'tokens'; readonly runId: number; readonly step: number };

/** A job as the page shows it. */
export type CheckpointJob = VerbJob & CheckpointWork;

/** The queue; `nameOf` gives a run's name. */
export class CheckpointQueue {
  readonly #queue: VerbQueue<CheckpointWork>;
  readonly #nameOf: (runId: number) => string;

  constructor(options: VerbQueueOptions, nameOf: (runId: number) => string) {
    this.#queue = new VerbQueue(options);
    this.#nameOf = nameOf;
  }

  /** Newest first. */
  get jobs(): readonly CheckpointJob[] {
    return this.#queue.jobs;
  }

  /** Has the questions answered by both weights; what is known already is not asked again. */
  addAnswers(asked: ComparedAnswers): CheckpointJob {
    const { from, to, benchmark, questions } = asked;
    const options = [
      `--step=${to.step}`,
      `--against=${this.#nameOf(from.runId)}:${from.step}`,
      `--benchmark=${benchmark}`,
      `--questions=${questions}`,
    ];
    return this.#queue.add(
      { work: 'answers', ...asked },
      { args: ['run', 'answers', ...options, '--', this.#nameOf(to.runId)], computes: true },
    );
  }

  /** Has the values of a step's tokens computed from the nearest checkpoint. */
  addTokens(runId: number, step: number): CheckpointJob {
    const args = ['run', 'tokens', `--step=${step}`, '--', this.#nameOf(runId)];
    return this.#queue.add({ work: 'tokens', runId, step }, { args, computes: true });
  }

  /** Takes a waiting job out; lets a running one end at its next safe point, asked again kills it. @throws SophiaError 'conflict' where it has ended */
  stop = (id: number): void => this.#queue.stop(id);

  /** Stops what runs and what waits; resolves when no process is left. */
  close = (): Promise<void> => this.#queue.close();
}
