/**
 * A Ray cluster of one process: the Jobs API with the answers of a real head (Ray 2.60.0, recorded by hand; real/real-head.test.ts holds the two
 * together), jobs as children of this process on a plain Python, and every fault that a way to a cluster has.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killGroup } from '../../setup/kill-group.ts';
import { PYTHON } from '../trl/plain/plain-python.ts';
import type { Faults } from './faults.ts';
import { begun, DIED, type Job, NODE, nested, SETS_UP, told, WAITED, WAITS } from './recorded-answers.ts';
import { unpack } from './unpack.ts';

/** How often Ray's own watch looks at a job. */
const WATCH_MS = 1000;
const GPUS = 2;

/** Node, job and lines that a request for the end of a log names. */
type EndAsked = readonly [path: string, node: string, id: string, lines: string];
type Say = (status: number, body: unknown) => unknown;

/** The cluster. */
export class FakeJobsApi {
  readonly faults: Faults = {};
  readonly jobs = new Map<string, Job>();
  readonly packages = new Map<string, Buffer>();
  readonly requests: { method: string; path: string; headers: IncomingMessage['headers'] }[] = [];
  logBytes = 0; // of logs, that it has given
  readonly folder = mkdtempSync(join(tmpdir(), 'sophia-fake-ray-'));
  readonly storage = join(this.folder, 'storage');
  token: string | null = null;
  packageBytes = 100 * 2 ** 20; // what it takes in one request
  /** Variables of its jobs. */
  environment: Record<string, string> = { FAKE_RAY: JSON.stringify({ CPU: 8, GPU: GPUS }) };
  readonly #server: Server;
  #count = 0;

  private constructor() {
    mkdirSync(this.storage);
    mkdirSync(join(this.folder, 'bin'));
    writeFileSync(join(this.folder, 'bin/python'), `#!/bin/sh\nexec '${PYTHON}' "$@"\n`, { mode: 0o755 });
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(): Promise<FakeJobsApi> {
    const fake = new FakeJobsApi();
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Jobs that train, in order. */
  get trained(): Job[] {
    return [...this.jobs.values()].filter(({ body }) => body.entrypoint.includes('run.py'));
  }

  /** The head dies with its jobs and comes back knowing nothing. */
  restartHead(): void {
    for (const job of this.jobs.values()) killGroup(job.child, 'SIGKILL');
    this.jobs.clear();
    this.packages.clear();
  }

  /** Lets a pending job begin. */
  begin(job: Job): void {
    if (job.status !== 'PENDING') return;
    this.faults.beforeJob?.();
    const name = job.body.runtime_env.working_dir.replace('gcs://', '');
    const bytes = this.packages.get(name);
    if (bytes === undefined) {
      const message = `runtime_env setup failed: Failed to set up runtime environment.\nOSError: no ${name}`;
      this.#ended(job, 'FAILED', { message, errorType: 'RUNTIME_ENV_SETUP_FAILURE' });
      return;
    }
    const at = join(this.folder, `job-${this.#count++}`);
    unpack(bytes, at);
    const log = openSync(job.log, 'a');
    writeSync(log, begun(job));
    job.status = 'RUNNING';
    job.message = 'Job is currently running.';
    job.child = spawn('/bin/sh', ['-c', job.body.entrypoint], {
      cwd: at,
      detached: true, // a group of its own, which a stop ends
      stdio: ['ignore', log, log],
      env: {
        ...process.env,
        PATH: `${join(this.folder, 'bin')}:${process.env.PATH}`,
        PYTHONPATH: join(import.meta.dirname, 'stub'),
        PYTHONDONTWRITEBYTECODE: '1',
        SOPHIA_NODE: process.execPath,
        ...this.environment,
      },
    });
    closeSync(log);
    job.child.on('close', (code) => {
      if (job.status !== 'RUNNING') return;
      if (code === 0) this.#ended(job, 'SUCCEEDED', { message: 'Job finished successfully.', code });
      else
        this.#ended(job, 'FAILED', {
          message: `Job entrypoint command failed with exit code ${code}, last available logs (truncated to 20,000 chars):\n${readFileSync(job.log, 'utf8')}`,
          errorType: 'JOB_ENTRYPOINT_COMMAND_ERROR',
          code,
        });
    });
    if (job.isToEnd) this.#end(job);
  }

  /** What Ray does with a job that has waited for a place for a quarter of an hour. */
  giveUp(job: Job): void {
    this.#ended(job, 'FAILED', { message: WAITED, errorType: 'JOB_SUPERVISOR_ACTOR_START_TIMEOUT' });
    job.endedAt = 0; // whoever watches it has let go of it
  }

  /** The node that a job runs on is gone. */
  loseNode(job: Job): void {
    this.#ended(job, 'FAILED', { message: DIED, errorType: 'JOB_SUPERVISOR_ACTOR_DIED' });
    killGroup(job.child, 'SIGKILL');
  }

  #ended(job: Job, status: Job['status'], how: Partial<Job>): void {
    Object.assign(job, how, { status, endedAt: Date.now() });
  }

  #end(job: Job): void {
    this.#ended(job, 'STOPPED', { message: 'Job was intentionally stopped.' });
    killGroup(job.child, 'SIGTERM');
    setTimeout(() => killGroup(job.child, 'SIGKILL'), 3000).unref();
  }

  async end(): Promise<void> {
    for (const job of this.jobs.values()) killGroup(job.child, 'SIGKILL');
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const { method = '', url: path = '', headers } = request;
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const { away, answers } = this.faults;
    if (away) return request.socket.destroy();
    this.requests.push({ method, path, headers });
    const say = (status: number, body: unknown) =>
      response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
    if (answers !== undefined) return say(answers.status, answers.text);
    const isBrowser =
      Object.keys(headers).some((name) => name.startsWith('sec-fetch-')) || /Mozilla/.test(headers['user-agent'] ?? '');
    if (isBrowser && method !== 'GET') return say(405, `'${method}' method not allowed for browser traffic.`);
    if (this.token !== null) {
      if (headers.authorization === undefined) return say(401, 'Unauthorized: Missing authentication token');
      if (headers.authorization !== `Bearer ${this.token}`) return say(403, 'Forbidden: Invalid authentication token');
    }
    return this.#route(method, path, Buffer.concat(pieces), say, request);
  }

  #route(method: string, path: string, body: Buffer, say: Say, request: IncomingMessage): unknown {
    if (path === '/api/version')
      return say(200, { version: '4', ray_version: '2.60.0', ray_commit: 'x', session_name: 'session' });
    const [, name] = /^\/api\/packages\/gcs\/([^/]+)$/.exec(path) ?? [];
    if (name !== undefined) {
      if (body.length > this.packageBytes) return say(413, 'Maximum request body size exceeded');
      if (method === 'PUT') this.packages.set(name, body);
      return say(
        method === 'PUT' || this.packages.has(name) ? 200 : 404,
        method === 'PUT' || this.packages.has(name) ? '' : `Package gcs://${name} does not exist`,
      );
    }
    const end = /^\/api\/v0\/logs\/file\?node_id=(\w+)&filename=job-driver-([^&]+)\.log&lines=(\d+)$/.exec(path);
    if (end !== null) return this.#logEnd(end as unknown as EndAsked, say);
    if (path === '/api/jobs/' && method === 'GET') return say(200, [...this.jobs.values()].map(told));
    if (path === '/api/jobs/' && method === 'POST') return this.#submit(JSON.parse(body.toString()), say, request);
    const [, id = '', what] = /^\/api\/jobs\/([^/]+)(?:\/(\w+))?$/.exec(path) ?? [];
    const job = this.jobs.get(id);
    if (job === undefined) return say(404, `Job ${id} does not exist`);
    if (method === 'GET' && what === undefined) return say(200, told(job));
    if (what === 'logs') return say(200, { logs: this.#log(job, id) });
    if (what === 'stop') {
      if (job.status === 'PENDING') job.isToEnd = true;
      else if (job.status === 'RUNNING') this.#end(job);
      else return say(200, { stopped: false });
      return say(200, { stopped: true });
    }
    if (method === 'DELETE') {
      if (job.endedAt === null)
        return say(
          500,
          nested(`RuntimeError: Attempted to delete job '${id}', but it is in a non-terminal state ${job.status}.`),
        );
      this.jobs.delete(id);
      if (Date.now() - job.endedAt < WATCH_MS) {
        // Whoever watches it finds it neither ended nor alive.
        const found = { status: 'FAILED', message: DIED, errorType: 'JOB_SUPERVISOR_ACTOR_DIED' } as const;
        setTimeout(() => this.jobs.set(id, { ...job, ...found }), WATCH_MS).unref();
      }
      return say(200, { deleted: true });
    }
    return say(404, 'not found');
  }

  /** What is given of a log: all of it, or its last lines. */
  #log(job: Job, id: string, lines = Number.POSITIVE_INFINITY): string {
    const text = readFileSync(job.log, 'utf8');
    const left = (this.faults.logs?.(text, id) ?? text)
      .split(/(?<=\n)/)
      .slice(-lines)
      .join('');
    this.logBytes += left.length;
    return left;
  }

  #logEnd([, node, id, lines]: EndAsked, say: Say): unknown {
    const job = this.jobs.get(id);
    if (this.faults.noLogEnds) return say(404, '404: Not Found');
    if (node !== NODE) return say(500, `Agent for node id: ${node} doesn't exist.`);
    if (job === undefined) return say(500, `A file is not found at: /tmp/ray/session/logs/job-driver-${id}.log`);
    return say(200, this.#log(job, id, Number(lines)));
  }

  #submit(body: Job['body'], say: Say, request: IncomingMessage): unknown {
    const { submission_id: id } = body;
    if (this.faults.noAgent) return say(500, 'Traceback (most recent call last):\nRuntimeError: no agent\n');
    if (!body.entrypoint) return say(400, 'Traceback (most recent call last):\nTypeError: no entrypoint\n');
    if (this.jobs.has(id))
      return say(
        500,
        nested(`ValueError: Job with submission_id ${id} already exists. Please use a different submission_id.`),
      );
    const log = join(this.folder, `log-${this.#count++}.txt`);
    writeFileSync(log, '');
    const asks = body.entrypoint_num_cpus !== undefined || body.entrypoint_num_gpus !== undefined;
    const message = `Job has not started yet.${asks ? WAITS : ''}${body.runtime_env ? SETS_UP : ''}`;
    const job: Job = { status: 'PENDING', message, errorType: null, code: null, endedAt: null, body, log };
    this.jobs.set(id, job);
    const waits =
      (this.faults.pending && body.entrypoint.includes('run.py')) || Number(body.entrypoint_num_gpus) > GPUS;
    if (!waits) this.begin(job);
    if (this.faults.dropSubmission && body.entrypoint.includes('run.py')) {
      this.faults.dropSubmission = false;
      return request.socket.destroy();
    }
    return say(200, { job_id: id, submission_id: id });
  }
}
