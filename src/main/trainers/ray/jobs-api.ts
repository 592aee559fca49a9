/**
 * Ray's Jobs API over node:http alone: Ray answers 405 to whatever looks like a browser, and fetch() sends the headers of one. Every refusal is one
 * line with its fix. Deliberately absent: what the jobs are (ray-job.ts), and patience with a cluster that is away (follow-job.ts).
 */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { z } from 'zod';
import { SophiaError } from '../../../shared/errors.ts';
import type { Cluster } from '../../../shared/settings/cluster.ts';

/** What a cluster is reached by. */
export interface ClusterAccess {
  readonly cluster: Cluster;
  readonly token: string | null;
}

/** How long an answer may take, in milliseconds; packages and logs take longer. */
const TIMEOUT_MS = 30_000;
const LONG_MS = 600_000;

const STATUSES = ['PENDING', 'RUNNING', 'STOPPED', 'SUCCEEDED', 'FAILED'] as const;
const jobSchema = z.object({
  status: z.enum(STATUSES),
  message: z.string().nullish(),
  error_type: z.string().nullish(), // why it failed, where Ray says so
  driver_exit_code: z.int().nullish(),
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

/** A cluster does not answer, or not now: to be asked again. Other refusals are final. */
export class Away extends SophiaError {}

/** The Jobs API of a cluster. */
export class JobsApi {
  readonly #now: () => ClusterAccess;

  /** `access` is asked for each request. */
  constructor(access: () => ClusterAccess) {
    this.#now = access;
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
    const answer = await this.#ask('GET', `/api/jobs/${id}`, undefined, [404]);
    return answer.status === 404 ? null : this.#read(jobSchema, answer);
  }

  /** Every job that the cluster has, by id. */
  async all(): Promise<ReadonlyMap<string, RayJob>> {
    const schema = z.array(jobSchema.extend({ submission_id: z.string().nullish() }));
    const jobs = this.#read(schema, await this.#ask('GET', '/api/jobs/', undefined, [], LONG_MS));
    return new Map(jobs.flatMap(({ submission_id: id, ...job }) => (id ? [[id, job] as const] : [])));
  }

  /** All that a job has written, to standard output and error. */
  async logs(id: string): Promise<string> {
    const answer = await this.#ask('GET', `/api/jobs/${id}/logs`, undefined, [404], LONG_MS);
    return answer.status === 404 ? '' : (this.#read(z.object({ logs: z.string().nullish() }), answer).logs ?? '');
  }

  /** Submits a job; one of its id that is there already is the same one, submitted before a crash. */
  async submit(job: JobSubmission): Promise<void> {
    const answer = await this.#ask('POST', '/api/jobs/', Buffer.from(JSON.stringify(job)), [400, 500]);
    if (answer.status === 200 || (await this.job(job.submission_id)) !== null) return;
    // 500 is also what a head says that has come back and whose agent is not there yet.
    const Refusal = answer.status === 500 ? Away : SophiaError;
    throw new Refusal('environment', `Cluster ${this.#access.cluster.name} took no job: ${lastLine(answer.text)}.`);
  }

  /** Ends a job now. One that waits for a place hears of it only once it has one: until then Ray says that it is pending. */
  async stop(id: string): Promise<void> {
    await this.#ask('POST', `/api/jobs/${id}/stop`, undefined, [404]);
  }

  /**
   * Removes what the cluster knows of a job that ended a while ago. Not at once: whoever watches it there writes it down again, as failed, if it is
   * gone before it was seen to end.
   */
  async forget(id: string): Promise<void> {
    await this.#ask('DELETE', `/api/jobs/${id}`, undefined, [400, 404, 500]);
  }

  /** Uploads a package unless the cluster has it; returns its URI. `name` is made of its content. */
  async upload(name: string, read: () => Buffer): Promise<string> {
    const path = `/api/packages/gcs/${name}`;
    const known = await this.#ask('GET', path, undefined, [404]);
    if (known.status === 404) await this.#ask('PUT', path, read(), [], LONG_MS);
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
    const { name, address } = this.#access.cluster;
    return new SophiaError(
      'environment',
      `Cluster ${name}: ${address}${path} answers with ${what}, not as Ray's Jobs API.`,
      'Give the address of the Ray dashboard itself, such as http://HEAD:8265, or of a tunnel to it.',
    );
  }

  /** One request. Statuses of `taken` and 200 are answers, all others errors. */
  async #ask(
    method: string,
    path: string,
    body?: Buffer,
    taken: readonly number[] = [],
    timeout = TIMEOUT_MS,
  ): Promise<Answer> {
    const { cluster, token } = this.#access;
    const { status, text } = await exchange(new URL(path.slice(1), slashed(cluster.address)), {
      method,
      body,
      token,
      timeout,
    }).catch((error: Error) => {
      throw new Away(
        'environment',
        `Cluster ${cluster.name} does not answer at ${cluster.address} (${error.message}).`,
        'Is its head running, and the address or tunnel right?',
        { cause: error },
      );
    });
    if (status === 200 || taken.includes(status)) return { status, text, path };
    throw this.#refusal(status, text, path);
  }

  #refusal(status: number, text: string, path: string): SophiaError {
    const { name, tokenVariable } = this.#access.cluster;
    const place = tokenVariable === '' ? 'Name the variable of its token: `sophia cluster add --token-env NAME`.' : '';
    if (status === 401)
      return new SophiaError(
        'environment',
        `Cluster ${name} wants a token (401).`,
        place || `Set ${tokenVariable} to it, or give it in Settings.`,
      );
    if (status === 403)
      return new SophiaError(
        'environment',
        `Cluster ${name} refuses the token (403).`,
        place || `Give the right one in ${tokenVariable}.`,
      );
    if (status === 405)
      return new SophiaError(
        'environment',
        `Cluster ${name} refuses the request as a browser's (405).`,
        'Something on the way adds a browser’s headers: give the address of the head itself, or a tunnel to it.',
      );
    if (status === 404) return this.#noRay(path, 'nothing (404)');
    if (status === 413)
      return new SophiaError(
        'environment',
        `Cluster ${name} takes no package of this size (413).`,
        'Use `sophia study pack`.',
      );
    const line = `Cluster ${name} answers ${status} to ${path}: ${lastLine(text)}.`;
    return status >= 500 || status === 429 ? new Away('environment', line) : new SophiaError('environment', line);
  }
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly path: string;
}

interface Exchange {
  readonly method: string;
  readonly body: Buffer | undefined;
  readonly token: string | null;
  readonly timeout: number;
}

function exchange(url: URL, { method, body, token, timeout }: Exchange): Promise<{ status: number; text: string }> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const headers = {
    Accept: 'application/json',
    ...(token !== null && { Authorization: `Bearer ${token}` }),
    ...(body !== undefined && {
      'Content-Type': method === 'PUT' ? 'application/octet-stream' : 'application/json',
      'Content-Length': body.length,
    }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, signal: AbortSignal.timeout(timeout) }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('error', reject);
      answer.on('end', () =>
        answer.complete
          ? resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(pieces).toString('utf8') })
          : reject(new Error('its answer broke off')),
      );
    });
    sent.on('error', (error: NodeJS.ErrnoException) =>
      reject(error.name === 'TimeoutError' || error.name === 'AbortError' ? new Error('no answer in time') : error),
    );
    sent.end(body);
  });
}

const slashed = (address: string): string => (address.endsWith('/') ? address : `${address}/`);

function lastLine(text: string): string {
  const line = text
    .split(/\\n|\n/)
    .map((part) => part.trim())
    .findLast((part) => /\w/.test(part));
  return (line ?? 'nothing').slice(0, 300).replace(/\.$/, '');
}
