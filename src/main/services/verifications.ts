/** Verifications of archives: one of an archive's runs run again in a process of its own, for as long as the run took. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { SophiaError } from '../../shared/errors.ts';
import type { Program } from '../jobs/verbs/command-line.ts';
import { runVerb } from './run-verb.ts';
import { type FileSource, fileOf, withSource } from './uploads.ts';

/** What `sophia study verify --json` prints. */
const verdict = z.object({
  run: z.string(),
  variant: z.string(),
  seed: z.number(),
  identical: z.boolean(),
  rows: z.number(),
  differences: z.array(z.string()),
  environment: z.array(z.string()),
});

/** A verification: going on, or how it ended. */
export interface VerificationState {
  readonly file: string;
  readonly startedAt: number;
  readonly verdict: z.infer<typeof verdict> | null;
  readonly problem: string | null;
}

const LONGEST_MS = 7 * 86_400_000;
const verifications = new Map<string, VerificationState & { readonly stop: AbortController }>();

/** Starts a verification; returns the key that the other functions know it by. @throws SophiaError 'usage' where no file is named */
export function startVerification(home: string, program: Program, source: FileSource): string {
  const key = randomUUID();
  const stop = new AbortController();
  const path = fileOf(home, source);
  const begun = { file: source.name ?? path, startedAt: Date.now(), verdict: null, problem: null, stop };
  verifications.set(key, begun);
  const options = { timeoutMs: LONGEST_MS, signal: stop.signal, anyExit: true };
  withSource(home, source, async (file) =>
    verdict.parse(await runVerb(program, ['study', 'verify', file], options)),
  ).then(
    (found) => verifications.set(key, { ...begun, verdict: found }),
    (error: Error) => verifications.set(key, { ...begun, problem: stop.signal.aborted ? 'Stopped.' : error.message }),
  );
  return key;
}

/** How a verification is getting on. @throws SophiaError 'usage' for one of an earlier start of the engine */
export function verificationOf(key: string): VerificationState {
  const { stop: _stop, ...state } = known(key);
  return state;
}

/** Stops a verification. @throws SophiaError 'usage' for one of an earlier start of the engine */
export function stopVerification(key: string): void {
  known(key).stop.abort();
}

function known(key: string) {
  const found = verifications.get(key);
  if (found === undefined)
    throw new SophiaError(
      'usage',
      'This verification is no longer known.',
      'The engine was restarted: start it again.',
    );
  return found;
}
