/**
 * A Ray cluster of one process: the Jobs API by Ray's documented schema (2.60), jobs as children of this process on a plain Python, and every fault
 * that a way to a cluster has. Not recorded from a real head.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { makePlain, PYTHON } from '../trl/plain/plain-python.ts';

interface Job {
  status: 'PENDING' | 'RUNNING' | 'STOPPED' | 'SUCCEEDED' | 'FAILED';
  message: string;
  readonly body: { submission_id: string; entrypoint: string; runtime_env: { working_dir: string; pip?: string[] } };
  readonly log: string; // path
  child?: ChildProcess;
}

/** What goes wrong now; to be set at any time. */
export interface Faults {
  away?: boolean; // connections break off
  answers?: { status: number; text: string }; // to everything
  logs?: (text: string, id: string) => string; // what is left of a log
  pending?: boolean; // new jobs that train wait
  dropSubmission?: boolean; // the next submission is taken, and its answer lost
}

type Say = (status: number, body: unknown) => unknown;

/** The cluster. */
export class FakeJobsApi {
  readonly faults: Faults = {};
  readonly jobs = new Map<string, Job>();
  readonly packages = new Map<string, Buffer>();
  readonly requests: { method: string; path: string; headers: IncomingMessage['headers'] }[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), 'sophia-fake-ray-'));
  readonly storage = join(this.folder, 'storage');
  token: string | null = null;
  /** Variables of its jobs. */
  environment: Record<string, string> = { FAKE_RAY: '{"CPU": 8, "GPU": 2}' };
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
    for (const job of this.jobs.values()) kill(job.child, 'SIGKILL');
    this.jobs.clear();
    this.packages.clear();
  }

  /** Lets a pending job begin. */
  begin(job: Job): void {
    if (job.status !== 'PENDING') return;
    const name = job.body.runtime_env.working_dir.replace('gcs://', '');
    const bytes = this.packages.get(name);
    if (bytes === undefined)
      return void Object.assign(job, { status: 'FAILED', message: `runtime_env setup failed: no ${name}` });
    const at = join(this.folder, `job-${this.#count++}`);
    for (const [path, content] of Object.entries(unzipSync(bytes))) {
      mkdirSync(dirname(join(at, path)), { recursive: true });
      writeFileSync(join(at, path), content);
    }
    if (existsSync(join(at, 'sophia_trl'))) makePlain(at);
    else mkdirSync(at, { recursive: true });
    const log = openSync(job.log, 'a');
    job.status = 'RUNNING';
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
      job.status = code === 0 ? 'SUCCEEDED' : 'FAILED';
      job.message = code === 0 ? 'Job finished successfully.' : `Job entrypoint command failed with exit code ${code}`;
    });
  }

  async end(): Promise<void> {
    for (const job of this.jobs.values()) kill(job.child, 'SIGKILL');
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
    if (isBrowser && method !== 'GET') return say(405, 'Browser requests not allowed');
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
      if (method === 'PUT') this.packages.set(name, body);
      return say(
        method === 'PUT' || this.packages.has(name) ? 200 : 404,
        method === 'PUT' ? '{}' : 'Package not found',
      );
    }
    if (path === '/api/jobs/' && method === 'POST') return this.#submit(JSON.parse(body.toString()), say, request);
    const [, id = '', what] = /^\/api\/jobs\/([^/]+)(?:\/(\w+))?$/.exec(path) ?? [];
    const job = this.jobs.get(id);
    if (job === undefined) return say(404, `Job ${id} does not exist`);
    if (method === 'GET' && what === undefined)
      return say(200, {
        type: 'SUBMISSION',
        job_id: null,
        submission_id: id,
        driver_info: null,
        status: job.status,
        message: job.message,
        error_type: null,
        start_time: 1,
        end_time: null,
        metadata: {},
        runtime_env: job.body.runtime_env,
        driver_exit_code: null,
      });
    if (what === 'logs') {
      const text = readFileSync(job.log, 'utf8');
      return say(200, { logs: this.faults.logs?.(text, id) ?? text });
    }
    if (what === 'stop') {
      if (job.status === 'PENDING' || job.status === 'RUNNING') {
        job.status = 'STOPPED';
        kill(job.child, 'SIGTERM');
        setTimeout(() => kill(job.child, 'SIGKILL'), 3000).unref();
      }
      return say(200, { stopped: true });
    }
    if (method === 'DELETE') {
      this.jobs.delete(id);
      return say(200, { deleted: true });
    }
    return say(404, 'not found');
  }

  #submit(body: Job['body'], say: Say, request: IncomingMessage): unknown {
    const { submission_id: id } = body;
    if (this.jobs.has(id))
      return say(
        400,
        `Traceback\nValueError: Job with submission_id ${id} already exists. Please use a different submission_id.`,
      );
    const log = join(this.folder, `log-${this.#count++}.txt`);
    writeFileSync(log, '');
    const job: Job = { status: 'PENDING', message: 'Job has not started yet.', body, log };
    this.jobs.set(id, job);
    if (!(this.faults.pending && body.entrypoint.includes('run.py'))) this.begin(job);
    if (this.faults.dropSubmission && body.entrypoint.includes('run.py')) {
      this.faults.dropSubmission = false;
      return request.socket.destroy();
    }
    return say(200, { job_id: id, submission_id: id });
  }
}

function kill(child: ChildProcess | undefined, signal: NodeJS.Signals): void {
  if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, signal);
  } catch {} // it has ended
}
