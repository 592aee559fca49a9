/**
 * Work that the page starts and a process does: one verb of the command line after the other, each in a process of its own that writes beside the
 * engine (store/open/open-database.ts). What it makes is in the database; what it said is kept here until the engine ends.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { SophiaError } from '../../../shared/errors.ts';
import { threadVariables } from '../thread-variables.ts';
import { HOST_VARIABLE, type Program } from './command-line.ts';

/** How far a job is. */
export type JobState = 'waiting' | 'running' | 'finished' | 'failed' | 'stopped';

/** A verb that was started, as the page shows it; times are ms since 1970. */
export interface VerbJob {
  readonly id: number;
  readonly command: string; // as it is typed in a terminal
  readonly state: JobState;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly lines: readonly string[]; // the last it printed
  readonly problem: string | null;
}

/** What runs verbs, and for whom. */
export interface VerbQueueOptions {
  readonly home: string;
  /** The command line, which does the work. */
  readonly program: Program;
  readonly threads: () => number;
  /** Told when a process that writes begins and when it has ended. */
  readonly onWriter: (isThere: boolean) => void;
  readonly graceMs?: number;
}

/** A verb with what its process needs. */
export interface Verb {
  readonly args: readonly string[]; // verb, sub-verb, options, operands
  /** Whether it takes --threads. */
  readonly computes: boolean;
  /** What its process finds in its environment beside the engine's own; asked when it starts. */
  readonly environment?: () => Record<string, string>;
}

const MOST_LINES = 1000;
const MOST_JOBS = 50;

interface Entry<Note> {
  job: VerbJob & Note;
  readonly verb: Verb;
  child?: ChildProcess;
  isStopped?: boolean;
}

/** The queue; `Note` is what its owner says of a job. */
export class VerbQueue<Note extends object> {
  readonly #options: VerbQueueOptions;
  #entries: Entry<Note>[] = [];
  #isClosed = false;
  #current: Promise<void> | undefined;

  constructor(options: VerbQueueOptions) {
    this.#options = options;
  }

  /** Newest first. */
  get jobs(): readonly (VerbJob & Note)[] {
    return this.#entries.map((entry) => entry.job);
  }

  /** Puts a verb at the end of the queue. */
  add(note: Note, verb: Verb): VerbJob & Note {
    const id = (this.#entries[0]?.job.id ?? 0) + 1;
    const command = `bin/sophia ${verb.args
      .filter((arg) => arg !== '--')
      .map(quoted)
      .join(' ')}`;
    const waiting = {
      id,
      command,
      state: 'waiting',
      startedAt: null,
      endedAt: null,
      lines: [],
      problem: null,
    } as const;
    this.#entries = [{ job: { ...note, ...waiting }, verb }, ...this.#entries].slice(0, MOST_JOBS);
    this.#next();
    return this.#entry(id).job;
  }

  /** Takes a waiting job out; lets a running one end at its next safe point, asked again kills it. @throws SophiaError 'conflict' where it has ended */
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

  #entry(id: number): Entry<Note> {
    const entry = this.#entries.find(({ job }) => job.id === id);
    if (entry === undefined) throw new SophiaError('usage', `There is no step ${id}.`);
    return entry;
  }

  #stopChild(entry: Entry<Note>): void {
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

  async #run(entry: Entry<Note>): Promise<void> {
    const { home, program, threads, onWriter } = this.#options;
    const { args, computes, environment } = entry.verb;
    const [verb = '', sub = '', ...rest] = args;
    const own = computes ? [`--threads=${threads()}`] : [];
    const host = { [HOST_VARIABLE]: String(process.pid) };
    onWriter(true);
    const child = spawn(
      program.node,
      ['--disable-warning=ExperimentalWarning', program.commandLine, verb, sub, `--home=${home}`, ...own, ...rest],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ...threadVariables(threads()), ...environment?.(), ...host },
      },
    );
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

  #end(entry: Entry<Note>, state: JobState, problem: string | null): void {
    entry.job = { ...entry.job, state, problem, endedAt: Date.now() };
  }
}

/** An argument as a shell takes it. */
function quoted(text: string): string {
  return /^[\w./:=@,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
