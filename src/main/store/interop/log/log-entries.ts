/**
 * The entries of other programs' logs, one after the other: Hugging Face's trainer_state.json, TRL's printed dicts and JSON lines, verl's JSON
 * lines and console lines, EasyR1's console blocks. What they are numbered and how they become curves is read-log.ts's.
 */

import { SophiaError } from '../../../../shared/errors.ts';
import type { LogFormat } from '../../../../shared/run/log-formats.ts';
import { isTooDeep } from '../../../../shared/values/parsed-json.ts';
import { readLines } from '../../../tasks/import/read-text.ts';
import { loggedNumber } from './logged-value.ts';
import { printedDicts, withWholeDicts } from './python-dict.ts';
import { withStepBlocks } from './step-blocks.ts';

/** The values of one line or entry; step null where it names none. `between`: measured between steps (a validation), so it counts as none. */
export interface Entry {
  readonly step: number | null;
  readonly between: boolean;
  readonly values: Readonly<Record<string, number | null>>;
  /** Names whose values are no numbers, with the beginning of each. */
  readonly unread: readonly (readonly [name: string, text: string])[];
}
type Entries = Generator<{ place: string; entry: Entry }>;

/** Names under which trainers tell how far a run is and how long it will take; the step is LLaMA-Factory's 20 or ms-swift's "20/100". */
const PROGRESS_STEPS = ['current_steps', 'global_step/max_steps'];
const PROGRESS = ['total_steps', 'percentage', 'elapsed_time', 'remaining_time'];
/** Names under which trainers write where a run is; the first that an entry has counts. */
const STEP_NAMES = [
  ...['step', 'training/global_step', 'global_step', 'train/global_step', 'trainer/global_step', '_step'],
  ...PROGRESS_STEPS,
];
/** What says where a run is, and is no metric. */
const NO_METRIC = new Set([...STEP_NAMES, 'epoch', 'training/epoch', 'train/epoch', '_runtime', '_timestamp']);
/** Metrics of a validation or of a whole run, which trainers print between steps. */
const BETWEEN_STEPS =
  /^(?:eval_|eval\/|val\/|test_|train_(?:runtime|loss|samples_per_second|steps_per_second|tokens_per_second)$|total_flos$)/;
const MOST_NESTED = 8;
/** Larger files are no trainer_state.json. */
const STATE_BYTES = 256 * 2 ** 20;

/** The entries of a log, one after the other, each with its place. `tell` hears of what cannot be read. */
export const logEntries = (path: string, format: LogFormat, tell: (problem: string) => void): Entries =>
  READERS[format](path, tell);

/** What reads each format, entry by entry. */
const READERS = {
  'trainer-state': stateEntries,
  trl: (path, tell) => lineEntries(path, tell, trlEntries, withWholeDicts),
  verl: (path, tell) => lineEntries(path, tell, verlEntries, withStepBlocks),
} as const satisfies Record<LogFormat, (path: string, tell: (problem: string) => void) => Entries>;

function* stateEntries(path: string): Entries {
  let text = '';
  for (const line of readLines(path, STATE_BYTES)) {
    text += `${line.text}\n`;
    if (text.length > STATE_BYTES) throw new SophiaError('data', `${path} is too large for a trainer_state.json.`);
  }
  let history: unknown;
  try {
    history = (parseLoose(text) as { log_history?: unknown } | null)?.log_history;
  } catch (error) {
    throw new SophiaError('data', `${path} is not JSON: ${(error as Error).message}.`);
  }
  if (!Array.isArray(history))
    throw new SophiaError('data', `${path} has no log_history.`, 'Give a trainer_state.json.');
  for (const [i, entry] of history.entries())
    if (typeof entry === 'object' && entry !== null)
      yield { place: `entry ${i + 1}`, entry: toEntry(entry as Record<string, unknown>) };
}

function* lineEntries(
  path: string,
  tell: (problem: string) => void,
  entriesOf: (text: string) => Entry[],
  gathered: typeof withStepBlocks,
): Entries {
  for (const { line, text } of gathered(withoutColours(readLines(path)), tell)) {
    const place = `line ${line}`;
    const trimmed = text.trim();
    if (trimmed === '') continue;
    const rank = OTHER_RANK.exec(trimmed)?.[1];
    if (rank !== undefined && Number(rank) > 0) {
      tell(`${place}: is from another process (rank ${rank}); skipped`);
      continue;
    }
    const entries = entriesOf(trimmed).filter(({ values }) => Object.keys(values).length > 0);
    if (entries.length === 0 && LOOKS_LOGGED.test(trimmed)) tell(`${place}: cannot be read`);
    for (const entry of entries) yield { place, entry };
  }
}

const ESCAPES = new RegExp(String.raw`${String.fromCharCode(27)}\[[0-9;]*[A-Za-z]`, 'g');

/** Lines without what colours them in a terminal. */
function* withoutColours(lines: ReturnType<typeof readLines>): Generator<{ line: number; text: string }> {
  for (const { line, text } of lines) yield { line, text: text.replace(ESCAPES, '') };
}

/** What torchrun and accelerate put before a process's lines: "[rank1]:", "(rank 2)", "[default1]:". */
const OTHER_RANK = /^\s*[[(]?(?:rank[ :]?|default)(\d+)[\])]?\s*:?/i;
const LOOKS_LOGGED = /[{]\s*['"]|\bstep:\S+ - /;
const JSON_IN_LINE = /\{\s*"[\s\S]*\}/;

/** "Global step 12: {...}": the step that stands before a line's only dict. */
const STEP_BEFORE = /\bstep[ :=#]*(\d+)\s*[:|-]?\s*$/i;

/** JSON, or dicts that Python prints: {'loss': 0.5, 'reward': nan}; several may share a line with a progress bar. */
function trlEntries(text: string): Entry[] {
  const data = jsonObject(text) ?? jsonObject(JSON_IN_LINE.exec(text)?.[0] ?? '');
  const dicts = data === null ? printedDicts(text) : [data];
  const step = dicts.length === 1 ? STEP_BEFORE.exec(text.slice(0, text.indexOf('{')))?.[1] : undefined;
  return dicts.map((dict) => toEntry({ ...(step !== undefined && { step }), ...dict }));
}

/** {"step": 1, "data": {...}}, EasyR1's {"step": 1, "actor": {"pg_loss": ...}}, or "step:1 - actor/pg_loss:0.1 - ...", whatever stands before it. */
function verlEntries(text: string): Entry[] {
  const data = jsonObject(text) ?? jsonObject(JSON_IN_LINE.exec(text)?.[0] ?? '');
  if (data !== null)
    return [toEntry({ ...(data.data as object | undefined), ...(data.data === undefined && data), step: data.step })];
  const from = text.search(/\bstep:\d+ - /i);
  if (from < 0) return [];
  const pairs = text
    .slice(from)
    .split(' - ')
    .map((pair) => [pair.slice(0, pair.lastIndexOf(':')).trim(), pair.slice(pair.lastIndexOf(':') + 1)]);
  return [toEntry(Object.fromEntries(pairs))];
}

/** Nested objects under names joined by "/", as EasyR1's and verl's own loggers flatten them. */
function flattened(data: Record<string, unknown>, prefix = '', depth = 0): Record<string, unknown> {
  const flat: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(data)) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && depth < MOST_NESTED)
      Object.assign(flat, flattened(value as Record<string, unknown>, `${prefix}${name}/`, depth + 1));
    else flat[`${prefix}${name}`] = value;
  }
  return flat;
}

function toEntry(nested: Record<string, unknown>): Entry {
  const data = flattened(nested);
  const values: Record<string, number | null> = {};
  const unread: [string, string][] = [];
  const tellsProgress = PROGRESS_STEPS.some((name) => data[name] != null);
  for (const [name, given] of Object.entries(data)) {
    if (NO_METRIC.has(name) || given === undefined || (tellsProgress && PROGRESS.includes(name))) continue;
    const number = loggedNumber(given);
    if (number !== undefined) values[name] = number;
    else unread.push([name, shortly(given)]);
  }
  const given = STEP_NAMES.map((name) => data[name]).find((value) => value != null);
  const step = loggedNumber(typeof given === 'string' ? given.replace(/^['"]?(\d+)\/\d+['"]?$/, '$1') : given);
  const names = Object.keys(values);
  const between = names.length > 0 && names.every((name) => BETWEEN_STEPS.test(name));
  return { step: step ?? null, values, unread, between };
}

const shortly = (given: unknown): string => {
  const text = typeof given === 'string' ? given : (JSON.stringify(given) ?? '');
  return text.length <= 40 ? text : `${text.slice(0, 40)}…`;
};

function jsonObject(text: string): Record<string, unknown> | null {
  try {
    const data = parseLoose(text);
    return typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** JSON with Python's NaN and Infinity, which become null. */
function parseLoose(text: string): unknown {
  if (isTooDeep(text)) throw new Error('nested too deep');
  return JSON.parse(text.replace(/([:[,]\s*)(NaN|-?Infinity)(?=\s*[,}\]])/g, '$1null'));
}
