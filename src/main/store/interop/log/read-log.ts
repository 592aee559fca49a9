/**
 * Metric logs of other programs as points: Hugging Face's trainer_state.json (log_history), TRL's printed or JSONL logs, verl's JSONL file
 * logger and console lines, EasyR1's console blocks. NaN and infinities are no values. Whatever is odd is told with its line (of trainer_state.json: its entry): a
 * metric given twice for a step (the later value counts), lines that cannot be read, steps that begin again: a run that was resumed from an
 * older checkpoint. What it had logged beyond that is kept apart, as this program's own resume does.
 */

import { SophiaError } from '../../../../shared/errors.ts';
import { namesOf } from '../../../../shared/kinds/kind.ts';
import { LOG_FORMATS, type LogFormat } from '../../../../shared/run/log-formats.ts';
import { storedMetricName } from '../../../../shared/run/metric-aliases.ts';
import { hasOrders } from '../../../../shared/text/plain-text.ts';
import { LIMITS } from '../../../../shared/values/limits.ts';
import { type Entry, logEntries } from './log-entries.ts';

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

const MOST_PROBLEMS = 100;
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
  const unread = new Set<string>();
  for (const { place, entry } of logEntries(path, format, tell)) {
    if (entry.step === null && counted === 0) tell(`${place}: no step is named; the entries are counted instead`);
    // What is measured between steps belongs to the newest one: the newest named, where steps are named.
    const newest = latest >= 0 ? latest : counted;
    const step = entry.step ?? (entry.between ? newest : counted + 1);
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
    for (const [theirs, text] of entry.unread) {
      if (!unread.has(theirs)) tell(`${place}: ${theirs} is no number (${text}); skipped wherever it is none`);
      unread.add(theirs);
    }
    for (const [theirs, value] of Object.entries(entry.values)) {
      const name = storedMetricName(theirs);
      if (name.trim() === '' || name.length > LIMITS.metricName || hasOrders(name)) {
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
