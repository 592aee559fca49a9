/**
 * The one error type users meet. Every message is a single line that names what went wrong and where; `fix` says what to do.
 * Texts that more than one place throws are declared here once. Deliberately absent: stack traces (only --debug prints them).
 */
import leven from 'leven';

/** Kinds of expected failure; the CLI's exit code and the API's status follow from them. */
export type ErrorCode =
  | 'usage' // bad input: setting, flag, study file (exit 2)
  | 'data' // a file, record, checkpoint or reply that cannot be read (exit 1)
  | 'conflict' // locked home, taken port, wrong state (exit 1)
  | 'environment' // missing part, unwritable folder, full disk (exit 1)
  | 'diverged' // NaN or exploding loss (exit 1)
  | 'altered' // what a run relies on is no longer what it was (exit 1)
  | 'interrupted' // stopped by the user (exit 130)
  | 'internal'; // a bug (exit 1)

/** Longest message: what others wrote (a name, a parser's words) may be part of it, of any length and with breaks of lines. */
const LONGEST = 1500;

const onOneLine = (text: string): string => {
  const line = text.replace(/\s*[\r\n]\s*/g, ' ');
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST)}…`;
};

/** The field of a form or a file that an error is about: its dotted path, and what is wrong without the field's name. */
export interface FieldFault {
  readonly path: string;
  readonly reason: string;
}

/** An expected failure: `message` is one clear line, `fix` what to do about it. */
export class SophiaError extends Error {
  readonly code: ErrorCode;
  readonly fix: string | undefined;
  /** Where a form can mark it, or undefined. */
  readonly field: FieldFault | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    fix?: string,
    options?: ErrorOptions & { readonly field?: FieldFault },
  ) {
    super(fix === undefined ? onOneLine(message) : `${onOneLine(message)} ${fix}`, options);
    this.name = 'SophiaError';
    this.code = code;
    this.fix = fix;
    this.field = options?.field;
  }
}

/** The process exit code for an error: 2 bad usage, 130 interrupted, 1 anything else. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof SophiaError)) return 1;
  return error.code === 'usage' ? 2 : error.code === 'interrupted' ? 130 : 1;
}

/** Ends a switch that must be exhaustive; throws an internal error naming the value when it was not. */
export function assertNever(value: never, what: string): never {
  throw new SophiaError('internal', `${what}: unexpected value ${JSON.stringify(value)}.`);
}

/**
 * The entry of `known` nearest to `name` by edit distance (for "did you mean"), or undefined when none is close: two edits or a third of the name,
 * one of two or three letters, none of one.
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  const most = name.length < 4 ? Math.min(1, name.length - 1) : Math.max(2, Math.ceil(name.length / 3));
  let bestDistance = most + 1;
  for (const candidate of known) {
    const distance = leven(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}
