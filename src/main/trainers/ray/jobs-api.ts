/**
 * Ray's Jobs API: what is asked, and every refusal as one line with its fix. Deliberately absent: the request itself (exchange.ts), what the jobs are
 * (ray-job.ts), and patience with a cluster that is away (follow-job.ts).
 */
import { z } from 'zod';
import { SophiaError } from '../../../shared/errors.ts';
import type { Cluster } from '../../../shared/settings/cluster.ts';
import { AnswerCutOff } from '../../model/remote/remote-answer.ts';
import { exchange } from './exchange.ts';
import { Away, lastLine, noRay, refusal, unanswered } from './refusals.ts';

/** What a cluster is reached by. */
export interface ClusterAccess {
  readonly cluster: Cluster;
  readonly token: string | null;
}

/** How long an answer may take, in milliseconds; packages and logs take longer. */
const TIMEOUT_MS = 30_000;
const LONG_MS = 600_000;
/** Within this an answer that has begun must come on; how much it may hold. A job's log holds its whole output, and pieces of checkpoints. */
const QUIET_MS = 30_000;
const MOST_BYTES = 64 * 2 ** 20;
const MOST_OF_A_LOG = 256 * 2 ** 20;

const STATUSES = ['PENDING', 'RUNNING', 'STOPPED', 'SUCCEEDED', 'FAILED'] as const;
const jobSchema = z.object({
  status: z.enum(STATUSES),
  message: z.string().nullish(),
  error_type: z.string().nullish(), // why it failed, where Ray says so
  driver_exit_code: z.int().nullish(),
  driver_node_id: z.string().nullish(), // null until it has begun
});
/** A job as the cluster has it. */
export type RayJob = z.output<typeof jobSchema>;

/** What a job is submitted with, in Ray's own names. */
export interface JobSubmission {
  readonly submission_id: string;
  readonly entrypoint: string;
  readonly runtime_env: {
    readonly working_dir: string;
    readonly pip?: readonly string[];
    readonly env_vars?: Readonly<Record<string, string>>; // anyone who can ask for the job can read them
    readonly config?: { readonly setup_timeout_seconds: number };
  };
  readonly entrypoint_num_gpus?: number;
  readonly entrypoint_num_cpus?: number;
  readonly entrypoint_memory?: number; // bytes
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The Jobs API of a cluster. */
export class JobsApi {
  readonly #now: () => ClusterAccess;
  readonly #bounds: { readonly answer: number; readonly log: number; readonly quietMs: number };

  /** `access` is asked for each request. `bounds`: bytes of an answer and of a log, where a test wants fewer. */
  constructor(access: () => ClusterAccess, bounds: Partial<{ answer: number; log: number; quietMs: number }> = {}) {
    this.#now = access;
    this.#bounds = { answer: MOST_BYTES, log: MOST_OF_A_LOG, quietMs: QUIET_MS, ...bounds };
  }

  get #access(): ClusterAccess {
    return this.#now();
  }

  /** Ray's version, such as 2.60.0. */
  async version(): Promise<string> {
    const schema = z.object({ ray_version: z.string() });
    return this.#read(schema, await this.#ask('GET', '/api/version')).ray_version;
  }

  /** A job; null where the cluster has none of this id. */
  async job(id: string): Promise<RayJob | null> {
    const answer = await this.#ask('GET', `/api/jobs/${id}`, { taken: [404] });
    return answer.status === 404 ? null : this.#read(jobSchema, answer);
  }

  /** Every job that the cluster has, by id. */
  async all(): Promise<ReadonlyMap<string, RayJob>> {
    const schema = z.array(jobSchema.extend({ submission_id: z.string().nullish() }));
    const jobs = this.#read(schema, await this.#ask('GET', '/api/jobs/', { timeout: LONG_MS }));
    return new Map(jobs.flatMap(({ submission_id: id, ...job }) => (id ? [[id, job] as const] : [])));
  }

  /** All that a job has written, to standard output and error; '' where that is too much to read: what counts is on the storage as well. */
  async logs(id: string): Promise<string> {
    const answer = await this.#ask('GET', `/api/jobs/${id}/logs`, {
      taken: [404],
      timeout: LONG_MS,
      mostBytes: this.#bounds.log,
    }).catch((error: Error) => {
      if (error.cause instanceof AnswerCutOff && error.cause.why === 'too large') return null;
      throw error;
    });
    if (answer === null || answer.status === 404) return '';
    return this.#read(z.object({ logs: z.string().nullish() }), answer).logs ?? '';
  }

  /** The last lines of that, from the node that the job runs on; null where the cluster does not give them. */
  async logEnd(id: string, node: string, lines: number): Promise<string | null> {
    const path = `/api/v0/logs/file?node_id=${node}&filename=job-driver-${id}.log&lines=${lines}`;
    const answer = await this.#ask('GET', path, { taken: [404, 500, 501], timeout: LONG_MS });
    return answer.status === 200 ? answer.text : null;
  }

  /** Submits a job; one of its id that is there already is the same one, submitted before a crash. */
  async submit(job: JobSubmission): Promise<void> {
    const answer = await this.#ask('POST', '/api/jobs/', {
      body: Buffer.from(JSON.stringify(job)),
      taken: [400, 500],
    });
    if (answer.status === 200 || (await this.job(job.submission_id)) !== null) return;
    // 500 is also what a head says that has come back and whose agent is not there yet.
    const Refusal = answer.status === 500 ? Away : SophiaError;
    throw new Refusal('environment', `Cluster ${this.#access.cluster.name} took no job: ${lastLine(answer.text)}.`);
  }

  /** Ends a job now. One that waits for a place hears of it only once it has one: until then Ray says that it is pending. */
  async stop(id: string): Promise<void> {
    await this.#ask('POST', `/api/jobs/${id}/stop`, { taken: [404] });
  }

  /**
   * Removes what the cluster knows of a job that ended a while ago. Not at once: whoever watches it there writes it down again, as failed, if it is
   * gone before it was seen to end.
   */
  async forget(id: string): Promise<void> {
    await this.#ask('DELETE', `/api/jobs/${id}`, { taken: [400, 404, 500] });
  }

  /** Uploads a package unless the cluster has it; returns its URI. `name` is made of its content. */
  async upload(name: string, read: () => Buffer): Promise<string> {
    const path = `/api/packages/gcs/${name}`;
    const known = await this.#ask('GET', path, { taken: [404] });
    if (known.status === 404) await this.#ask('PUT', path, { body: read(), timeout: LONG_MS });
    return `gcs://${name}`;
  }

  #read<T extends z.ZodType>(schema: T, { text, path }: Answer): z.output<T> {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      throw this.#noRay(path, /^\s*</.test(text) ? 'a web page, as a log-in would' : 'something that is no JSON');
    }
    const result = schema.safeParse(json);
    if (result.success) return result.data;
    throw this.#noRay(path, 'something else');
  }

  #noRay(path: string, what: string): SophiaError {
    return noRay(this.#access.cluster, path, what);
  }

  /** One request. Statuses of `taken` and 200 are answers, all others errors. */
  async #ask(method: string, path: string, asked: Asked = {}): Promise<Answer> {
    const { body, taken = [], timeout = TIMEOUT_MS, mostBytes = this.#bounds.answer } = asked;
    const { cluster, token } = this.#access;
    const bounds = { mostBytes, quietMs: this.#bounds.quietMs };
    const { status, text, location } = await exchange(new URL(path.slice(1), slashed(cluster.address)), {
      method,
      body,
      token,
      timeout,
      bounds,
    }).catch((error: Error) => {
      if (error instanceof AnswerCutOff && error.why === 'too large')
        throw new SophiaError(
          'environment',
          `Cluster ${cluster.name}: ${cluster.address}${path} is not read: ${error.message}.`,
          'Give the address of the Ray dashboard itself.',
          { cause: error },
        );
      throw unanswered(cluster, error);
    });
    if (status === 200 || taken.includes(status)) return { status, text, path };
    throw refusal(cluster, { status, text, path, location });
  }
}

interface Asked {
  readonly body?: Buffer;
  readonly taken?: readonly number[];
  readonly timeout?: number;
  readonly mostBytes?: number;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly path: string;
}

const slashed = (address: string): string => (address.endsWith('/') ? address : `${address}/`);
