/** bin/sophia's verbs as a process, with the fake trainer. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { studyYaml } from '../setup/with-engine.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const environment = () => ({ ...process.env, NODE_NO_WARNINGS: '1' });

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly error: string;
}

/** A home of its own, with a study file in it. */
export function newHome(study: Parameters<typeof studyYaml>[0] = {}) {
  const home = mkdtempSync(join(tmpdir(), 'sophia-cli-'));
  const file = join(home, 'study.yaml');
  writeFileSync(file, studyYaml(study));
  return { home, file, remove: () => rmSync(home, { recursive: true, force: true, maxRetries: 3 }) };
}

/** Starts a verb; `ended` resolves when it exits. */
export function start(...args: string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [here('./sophia.ts'), ...args], { env: environment() });
  let out = '';
  let error = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (error += chunk));
  return {
    child,
    ended: new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, out, error }))),
  };
}

/** Runs a verb to its end. */
export const sophia = (...args: string[]): Promise<Ended> => start(...args).ended;

/** Resolves when stdout or stderr has said `wanted`. */
export function said(child: ChildProcess, wanted: RegExp): Promise<string> {
  let text = '';
  return new Promise((resolve, reject) => {
    const listen = (chunk: Buffer) => {
      text += chunk;
      if (wanted.test(text)) resolve(text);
    };
    child.stdout!.on('data', listen);
    child.stderr!.on('data', listen);
    child.on('close', () => reject(new Error(`ended without saying ${wanted}: ${text}`)));
  });
}
