/** Programs that the soak starts and kills: each in a process group of its own, and all of them known by a mark in their environment. Linux only. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** The command lines: with the fake trainer, and as it is. */
export const FAKE = at('../e2e/sophia.ts');
export const REAL = at('../../src/main/cli/main.ts');

/** A program that was started. */
export interface Program {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  hasEnded(): boolean;
}

/** Starts a Node program; what it says on standard error goes to the log. */
export function start(
  file: string,
  args: readonly string[],
  { environment = {}, log }: { readonly environment?: NodeJS.ProcessEnv; readonly log: string },
): Program {
  const errors = openSync(log, 'a');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file, ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', errors],
    env: { ...process.env, ...environment },
  });
  closeSync(errors);
  giveWay(child.pid);
  child.stdout?.resume();
  let isOver = false;
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.on('error', () => resolve(null));
    child.on('exit', (code, signal) => {
      isOver = true;
      resolve(code ?? signal);
    });
  });
  return { child, pid: child.pid ?? 0, ended, hasEnded: () => isOver };
}

/** A session of its own has a priority of its own: SOAK_NICE (0 to 19) says which, so that a soak may run beside other work. */
function giveWay(pid: number | undefined): void {
  const nice = process.env.SOAK_NICE;
  if (pid === undefined || nice === undefined) return;
  try {
    writeFileSync(`/proc/${pid}/autogroup`, nice);
  } catch {} // a system without groups of processes by session
}

/** Sends a signal; false where there is no such process. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}

/** Ids of the processes below one. */
export function below(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const id of processes()) {
    const parent = Number(
      read(id, 'stat')
        .replace(/^.*\) \S /, '')
        .split(' ', 1)[0],
    );
    children.set(parent, [...(children.get(parent) ?? []), id]);
  }
  const found: number[] = [];
  for (let todo = [pid]; todo.length > 0; ) {
    const next = children.get(todo.pop()!) ?? [];
    found.push(...next);
    todo = [...todo, ...next];
  }
  return found;
}

/** The processes of runs below an engine. */
export const workers = (engine: number): number[] =>
  below(engine).filter((id) => /(fake|native)-run\.ts/.test(read(id, 'cmdline')));

/** Ids of processes that have this in their environment, without this one. */
export const marked = (mark: string): number[] =>
  processes().filter((id) => id !== process.pid && read(id, 'environ').split('\0').includes(mark));

/** What is left of the marked processes after so many ms; each was given the time to end. */
export async function orphans(mark: string, ms: number): Promise<number[]> {
  for (const began = performance.now(); ; await sleep(100)) {
    const left = marked(mark);
    if (left.length === 0 || performance.now() - began > ms) return left;
  }
}

const processes = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

function read(pid: number, what: string): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'utf8');
  } catch {
    return ''; // it has ended
  }
}
