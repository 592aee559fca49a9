/**
 * Work beside the engine (work.ts), so that whoever asks something meanwhile is answered at once: a process for each lane of a home
 * (pictures, imports, the rest), started when there is something to do and ended when nobody has asked for a while, which gives their memory back.
 * Whoever leaves takes the work along: what waits is dropped, what is under way ends with its process, and with it every file and snapshot that it held.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SophiaError } from '../../../shared/errors.ts';
import { getOrMake, present } from '../../../shared/values/list.ts';
import type { Answer, Question } from './beside-process.ts';
import type { Asked, Given, WorkName } from './work.ts';

const PROCESS = fileURLToPath(new URL('./beside-process.ts', import.meta.url));
const IDLE_MS = 20_000;

/** The home, and the Node that runs its processes. */
export interface Place {
  readonly home: string;
  readonly node: string;
}

interface Waiting {
  readonly question: Question;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (given: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Works that do not wait with the rest: pictures, which are looked at; imports, of which there is one at a time; what waits for another machine. */
const LANES: Readonly<Partial<Record<WorkName, string>>> = {
  picture: 'pictures',
  archive: 'imports',
  log: 'imports',
  pack: 'imports',
  mlflow: 'mlflow',
};
const lanes = new Map<string, Lane>();

/**
 * Does work beside the engine. `signal`: of whoever waits for it. @throws SophiaError as the work does, 'interrupted' where the signal came first
 */
export function beside<Name extends WorkName>(
  { home, node }: Place,
  work: Name,
  asked: Asked<Name>,
  signal?: AbortSignal,
): Promise<Given<Name>> {
  const name = LANES[work] ?? 'the rest';
  const lane = getOrMake(lanes, `${name} ${node} ${home}`, () => new Lane(node));
  return new Promise((resolve, reject) => {
    lane.add({ question: { home, work, asked }, signal, resolve: resolve as (given: unknown) => void, reject });
  });
}

/** One process and those who wait for it. */
class Lane {
  readonly #node: string;
  readonly #waiting: Waiting[] = [];
  #child: ChildProcess | undefined;
  #isBusy = false;
  #idle: NodeJS.Timeout | undefined;

  constructor(node: string) {
    this.#node = node;
  }

  add(one: Waiting): void {
    this.#waiting.push(one);
    this.#next();
  }

  #next(): void {
    while (!this.#isBusy && this.#waiting.length > 0) {
      const one = present(this.#waiting.shift(), 'work that waits');
      if (one.signal?.aborted === true) one.reject(left());
      else this.#begin(one);
    }
    if (this.#isBusy) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#child?.kill('SIGKILL'), IDLE_MS);
    this.#idle.unref();
  }

  #begin({ question, signal, resolve, reject }: Waiting): void {
    clearTimeout(this.#idle);
    this.#isBusy = true;
    const child = this.#started();
    const end = (settle: () => void) => {
      child.unref();
      child.channel?.unref();
      child.off('message', said);
      child.off('exit', gone);
      child.off('error', gone);
      signal?.removeEventListener('abort', abort);
      this.#isBusy = false;
      settle();
      this.#next();
    };
    const said = (answer: Answer) => end(() => settled(answer, resolve, reject));
    const gone = () => {
      this.#child = undefined;
      end(() =>
        reject(signal?.aborted === true ? left() : new SophiaError('internal', 'The process beside the engine ended.')),
      );
    };
    const abort = () => void child.kill('SIGKILL');
    child.on('message', said);
    child.once('exit', gone);
    child.once('error', gone);
    signal?.addEventListener('abort', abort, { once: true });
    child.ref();
    child.channel?.ref();
    child.send(question, () => {});
  }

  /** The process; it keeps nobody from ending but while it works. */
  #started(): ChildProcess {
    if (this.#child?.connected === true) return this.#child;
    const child = fork(PROCESS, {
      execPath: this.#node,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.once('exit', () => {
      if (this.#child === child) this.#child = undefined;
    });
    this.#child = child;
    return child;
  }
}

/** What became of it; an unexpected error keeps where it came from. */
function settled(answer: Answer, resolve: (given: unknown) => void, reject: (error: unknown) => void): void {
  if ('given' in answer) {
    resolve(answer.given);
    return;
  }
  const { code, message, stack } = answer.failed;
  reject(code === null ? Object.assign(new Error(message), { stack }) : new SophiaError(code, message));
}

const left = () => new SophiaError('interrupted', 'Nobody waits for this any more.');
