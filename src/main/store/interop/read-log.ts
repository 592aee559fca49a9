/**
 * Metric logs of other programs as points: Hugging Face's trainer_state.json (log_history), TRL's printed or JSONL logs, verl's JSONL file
 * logger and console lines, EasyR1's console blocks. NaN and infinities are no values. Whatever is odd is told with its line (of trainer_state.json: its entry): a
 * metric given twice for a step (the later value counts), lines that cannot be read, steps that begin again: a run that was resumed from an
 * older checkpoint. What it had logged beyond that is kept apart, as this program's own resume does.
 */

import { SophiaError } from '../../../shared/errors.ts';
import { namesOf } from '../../../shared/kinds/kind.ts';
import { LOG_FORMATS, type LogFormat } from '../../../shared/run/log-formats.ts';
import { storedMetricName } from '../../../shared/run/metric-aliases.ts';
import { hasOrders } from '../../../shared/text/plain-text.ts';
import { LIMITS } from '../../../shared/values/limits.ts';
import { readLines } from '../../tasks/import/read-text.ts';
import { withStepBlocks } from './step-blocks.ts';

/** Metric -> step -> value, by our names where there is one. */
export type MetricPoints = ReadonlyMap<string, ReadonlyMap<number, number | null>>;

/** What a log says. */
export interface MetricLog {
  readonly metrics: MetricPoints;
  readonly lastStep: number;
  /** What resumes cut off, oldest first: the points after step `cutStep`, up to `lastStep`. */
  readonly cutOff: readonly { readonly cutStep: number; readonly lastStep: number; readonly metrics: MetricPoints }[];
  readonly problems: readonly string[];
}

/** The values of one line or entry; step null where it names none. `between`: measured between steps (a validation), so it counts as none. */
interface Entry {
  readonly step: number | null;
  readonly between: boolean;
  readonly values: Readonly<Record<string, number | null>>;
}

/** What says where a run is, and is no metric. */
const NO_METRIC = new Set(['step', 'training/global_step', 'epoch', 'training/epoch']);
/** Metrics of a validation or of a whole run, which trainers print between steps. */
const BETWEEN_STEPS =
  /^(?:eval_|eval\/|val\/|test_|train_(?:runtime|loss|samples_per_second|steps_per_second|tokens_per_second)$|total_flos$)/;
const MOST_NESTED = 8;
const MOST_PROBLEMS = 100;
/** Larger files are no trainer_state.json. */
const STATE_BYTES = 256 * 2 ** 20;

/** Reads a log. @throws SophiaError 'data' when it holds no metric at all, 'usage' when it cannot be opened. */
export function readLog(path: string, format: LogFormat): MetricLog {
  const metrics = new Map<string, Map<number, number | null>>();
  const cutOff: MetricLog['cutOff'][number][] = [];
  const problems: string[] = [];
  const tell = (problem: string) => {
    if (problems.length < MOST_PROBLEMS) problems.push(problem);
    else if (problems.length === MOST_PROBLEMS) problems.push('... and more');
  };
  let last = 0;
  let latest = -1;
  let counted = 0;
  for (const { place, entry } of READERS[format](path, tell)) {
    if (entry.step === null && counted === 0) tell(`${place}: no step is named; the entries are counted instead`);
    const step = entry.step ?? (entry.between ? counted : counted + 1);
    if (entry.step !== null || !entry.between) counted++;
    if (!Number.isSafeInteger(step) || step < 0 || step > LIMITS.step) {
      tell(`${place}: step ${step} is not a whole number from 0 to ${LIMITS.step}; skipped`);
      continue;
    }
    const isStep = entry.step !== null && !entry.between;
    if (isStep && step < latest && isGivenAgain(entry, step, metrics)) {
      tell(
        `${place}: step ${step} comes after step ${latest}, as in a resumed run; what was logged from there on is kept as a branch`,
      );
      cutOff.push({ cutStep: step - 1, lastStep: last, metrics: takenFrom(metrics, step) });
      last = latest = step;
    } else if (step < latest) tell(`${place}: step ${step} comes after step ${latest}`);
    latest = Math.max(latest, step);
    last = Math.max(last, step);
    for (const [theirs, value] of Object.entries(entry.values)) {
      const name = storedMetricName(theirs);
      if (name.length > LIMITS.metricName || hasOrders(name)) {
        tell(
          `${place}: "${name.slice(0, 40)}…" is not a metric name (at most ${LIMITS.metricName} characters); skipped`,
        );
        continue;
      }
      if (value === null) tell(`${place}: ${theirs} is not a number at step ${step}; stored as missing`);
      const points = metrics.get(name) ?? new Map<number, number | null>();
      if (points.has(step) && !entry.between)
        tell(`${place}: ${theirs} is given again for step ${step}; the later value counts`);
      metrics.set(name, points.set(step, value));
    }
  }
  if (metrics.size > 0) return { metrics, lastStep: last, cutOff, problems };
  throw new SophiaError(
    'data',
    `${path} holds no metric that is read as ${format}.`,
    problems.length === 0 ? `Formats: ${namesOf(LOG_FORMATS).join(', ')}.` : `First: ${problems[0]}.`,
  );
}

function isGivenAgain(entry: Entry, step: number, metrics: MetricPoints): boolean {
  return Object.keys(entry.values).some((name) => metrics.get(storedMetricName(name))?.has(step));
}

/** Takes the points from a step on out of `metrics`. */
function takenFrom(metrics: Map<string, Map<number, number | null>>, step: number): MetricPoints {
  const taken = new Map<string, Map<number, number | null>>();
  for (const [name, points] of metrics) {
    const later = new Map([...points].filter(([at]) => at >= step));
    for (const at of later.keys()) points.delete(at);
    if (later.size > 0) taken.set(name, later);
    if (points.size === 0) metrics.delete(name);
  }
  return taken;
}

type Entries = Generator<{ place: string; entry: Entry }>;

/** What reads each format, entry by entry. */
const READERS = {
  'trainer-state': stateEntries,
  trl: (path, tell) => lineEntries(path, tell, trlEntries),
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
  gathered: typeof withStepBlocks = (lines) => lines as ReturnType<typeof withStepBlocks>,
): Entries {
  for (const { line, text } of gathered(readLines(path), tell)) {
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

/** What torchrun and accelerate put before a process's lines: "[rank1]:", "(rank 2)". */
const OTHER_RANK = /^\s*[[(]?rank[ :]?(\d+)[\])]?\s*:?/i;
const LOOKS_LOGGED = /[{]\s*['"]|\bstep:\d/;
/** A dict as Python prints it, anywhere in a line: a progress bar or a time may stand before it. */
const PRINTED_DICT = /\{\s*'[^{}]*\}/g;
const JSON_IN_LINE = /\{\s*"[\s\S]*\}/;

/** JSON, or dicts that Python prints: {'loss': 0.5, 'reward': nan}; several may share a line with a progress bar. */
function trlEntries(text: string): Entry[] {
  const data = jsonObject(text) ?? jsonObject(JSON_IN_LINE.exec(text)?.[0] ?? '');
  if (data !== null) return [toEntry(data)];
  return (text.match(PRINTED_DICT) ?? []).map((dict) => {
    const values: Record<string, unknown> = {};
    for (const [, name = '', value] of dict.matchAll(/'([^']+)':\s*'?([^,'}]+)'?/g)) values[name] = value;
    return toEntry(values);
  });
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
  for (const [name, given] of Object.entries(data)) {
    if (NO_METRIC.has(name) || given === undefined) continue;
    const number = numberOf(given);
    if (number !== undefined) values[name] = number;
  }
  const step = numberOf(data.step ?? data['training/global_step']);
  const names = Object.keys(values);
  return { step: step ?? null, values, between: names.length > 0 && names.every((name) => BETWEEN_STEPS.test(name)) };
}

/** A number, null for NaN and infinities (and None), undefined for what is no number. */
function numberOf(given: unknown): number | null | undefined {
  if (given === null) return null;
  if (typeof given === 'boolean') return Number(given);
  if (typeof given === 'number') return Number.isFinite(given) ? given : null;
  if (typeof given !== 'string') return undefined;
  const text = given.trim().replace(/^np\.\w+\(|\)$/g, '');
  if (/^([+-]?(nan|inf|infinity)|none)$/i.test(text)) return null;
  if (/^(?:true|false)$/i.test(text)) return Number(text.toLowerCase() === 'true');
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;
}

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
  return JSON.parse(text.replace(/([:[,]\s*)(NaN|-?Infinity)(?=\s*[,}\]])/g, '$1null'));
}
