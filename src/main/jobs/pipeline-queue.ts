/**
 * Steps of the TRM's pipeline that the page starts: one after the other, each the command line's own verb in a process of its own, which
 * writes beside the engine (store/open/open-database.ts). What a step makes is in the database; what it said is kept here until the engine ends.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { SophiaError } from '../../shared/errors.ts';
import { commandOf, type StepValues } from '../../shared/trm/pipeline-command.ts';
import type { TrmStepName } from '../../shared/trm/pipeline-steps.ts';
import { HOST_VARIABLE, type Program } from './command-line.ts';
import { threadVariables } from './thread-variables.ts';

/** How far a step is. */
export type PipelineState = 'waiting' | 'running' | 'finished' | 'failed' | 'stopped';

/** A step as the page shows it; times are ms since 1970. */
export interface PipelineJob {
  readonly id: number;
  readonly step: TrmStepName;
  readonly command: string; // as it is typed in a terminal
  readonly state: PipelineState;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly lines: readonly string[]; // the last it printed
  readonly problem: string | null;
}

export interface PipelineOptions {
  readonly home: string;
  /** The command line, which runs a step. */
  readonly program: Program;
  readonly threads: () => number;
  /** What a step's process finds in its environment beside the engine's own: the key of the endpoint it asks. */
  readonly environmentOf: (values: StepValues) => Record<string, string>;
  /** Throws for values that the engine lets nobody start a step with. */
  readonly refuse?: (values: StepValues) => void;
  /** Told when a process that writes begins and when it has ended. */
  readonly onWriter: (isThere: boolean) => void;
  readonly graceMs?: number;
}

const MOST_LINES = 1000;
const MOST_JOBS = 50;
/** Steps that compute say on how many threads. */
const COMPUTES: ReadonlySet<TrmStepName> = new Set(['train', 'validate']);

interface Entry {
  job: PipelineJob;
  readonly args: readonly string[];
  readonly values: StepValues;
  child?: ChildProcess;
  isStopped?: boolean;
}

/** The queue. */
export class PipelineQueue {
  readonly #options: PipelineOptions;
  #entries: Entry[] = [];
  #isClosed = false;
  #current: Promise<void> | undefined;

  constructor(options: PipelineOptions) {
    this.#options = options;
  }

  /** Newest first. */
  get jobs(): readonly PipelineJob[] {
    return this.#entries.map((entry) => entry.job);
  }

  /** Puts a step at the end of the queue. @throws SophiaError 'usage' for values that it does not take */
  add(step: TrmStepName, values: StepValues): PipelineJob {
    const args = commandOf(step, values);
    this.#options.refuse?.(values);
    const id = (this.#entries[0]?.job.id ?? 0) + 1;
    const command = `bin/sophia ${args
      .filter((arg) => arg !== '--')
      .map(quoted)
      .join(' ')}`;
    const job = {
      id,
      step,
      command,
      state: 'waiting',
      startedAt: null,
      endedAt: null,
      lines: [],
      problem: null,
    } as const;
    this.#entries = [{ job, args, values }, ...this.#entries].slice(0, MOST_JOBS);
    this.#next();
    return this.#entry(id).job;
  }

  /** Takes a waiting step out; lets a running one end at its next safe point, asked again kills it. @throws SophiaError 'conflict' where it has ended */
  stop(id: number): void {
    const entry = this.#entry(id);
    if (entry.job.state === 'waiting') this.#end(entry, 'stopped', null);
    else if (entry.child === undefined) throw new SophiaError('conflict', 'This step has ended.');
    else this.#stopChild(entry);
  }

  /** Stops what runs and what waits; resolves when no process is left. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const entry of this.#entries) {
      if (entry.job.state === 'waiting') this.#end(entry, 'stopped', null);
      if (entry.child === undefined) continue;
      this.#stopChild(entry);
      setTimeout(() => entry.child?.kill('SIGKILL'), this.#options.graceMs ?? 10_000).unref();
    }
    await this.#current;
  }

  #entry(id: number): Entry {
    const entry = this.#entries.find(({ job }) => job.id === id);
    if (entry === undefined) throw new SophiaError('usage', `There is no step ${id}.`);
    return entry;
  }

  #stopChild(entry: Entry): void {
    entry.child?.kill(entry.isStopped ? 'SIGKILL' : 'SIGINT');
    entry.isStopped = true;
  }

  #next(): void {
    if (this.#isClosed || this.#current !== undefined) return;
    const entry = this.#entries.findLast(({ job }) => job.state === 'waiting');
    if (entry === undefined) return;
    this.#current = this.#run(entry)
      .catch((error: Error) => this.#end(entry, 'failed', error.message))
      .then(() => {
        this.#current = undefined;
        this.#next();
      });
  }

  async #run(entry: Entry): Promise<void> {
    const { home, program, threads, environmentOf, onWriter } = this.#options;
    const [verb = '', step = '', ...rest] = entry.args;
    const own = COMPUTES.has(entry.job.step) ? [`--threads=${threads()}`] : [];
    const args = [verb, step, `--home=${home}`, ...own, ...rest];
    const host = { [HOST_VARIABLE]: String(process.pid) };
    onWriter(true);
    const child = spawn(program.node, ['--disable-warning=ExperimentalWarning', program.commandLine, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...threadVariables(threads()), ...environmentOf(entry.values), ...host },
    });
    entry.child = child;
    entry.job = { ...entry.job, state: 'running', startedAt: Date.now() };
    let said: string | undefined;
    createInterface({ input: child.stdout }).on('line', (line) => {
      entry.job = { ...entry.job, lines: [...entry.job.lines, line].slice(-MOST_LINES) };
    });
    createInterface({ input: child.stderr }).on('line', (line) => {
      said = /^sophia: (.*)$/.exec(line)?.[1] ?? said;
    });
    const ended = await new Promise<{ code: number | null; error?: Error }>((resolve) => {
      child.on('error', (error) => resolve({ code: null, error }));
      child.on('close', (code) => resolve({ code }));
    });
    delete entry.child;
    onWriter(false);
    if (ended.code === 0) this.#end(entry, 'finished', null);
    else if (entry.isStopped) this.#end(entry, 'stopped', said ?? null);
    else this.#end(entry, 'failed', said ?? ended.error?.message ?? `Its process ended with code ${ended.code}.`);
  }

  #end(entry: Entry, state: PipelineState, problem: string | null): void {
    entry.job = { ...entry.job, state, problem, endedAt: Date.now() };
  }
}

/** An argument as a shell takes it. */
function quoted(text: string): string {
  return /^[\w./:=@,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
