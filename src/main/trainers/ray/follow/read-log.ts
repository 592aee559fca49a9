/**
 * Events out of a job's log: lines that begin with a mark, between whatever else was written. A line that is broken or missing shows as a gap in the
 * numbers. Deliberately absent: what is done about it (follow-job.ts).
 */
import { type NumberedEvent, parseEventLine, sequenceOf } from '../../../../shared/run/event-lines.ts';

/** As MARK in packed.py, and ANSWER in job.py. */
const MARK = '@sophia ';
const ANSWER = '@answer ';

/** The events of a log after a number, in order, up to the first gap or broken line. */
export function* eventsOfLog(text: string, after: number): Generator<NumberedEvent> {
  let last = after;
  for (const line of wholeLines(text)) {
    const at = line.indexOf(MARK);
    if (at < 0) continue;
    const json = line.slice(at + MARK.length);
    const sequence = sequenceOf(json);
    if (sequence === null || sequence <= last) continue; // none, or known
    if (sequence !== last + 1) return;
    try {
      yield parseEventLine(json, `event ${sequence}`);
    } catch {
      return; // another process wrote into it: it is read again from where it was kept
    }
    last = sequence;
  }
}

/** The numbers of the first and the last event that a log names, known or not; null where it names none. */
export function eventSpan(text: string): { readonly first: number; readonly last: number } | null {
  let [first, last] = [Number.POSITIVE_INFINITY, 0];
  for (const line of wholeLines(text)) {
    const at = line.indexOf(MARK);
    const sequence = at < 0 ? null : sequenceOf(line.slice(at + MARK.length));
    if (sequence === null) continue;
    [first, last] = [Math.min(first, sequence), Math.max(last, sequence)];
  }
  return last === 0 ? null : { first, last };
}

/** What a small job answered; null where it said nothing whole. */
export function answerOfLog(text: string): unknown {
  const line = [...wholeLines(text)].findLast((one) => one.includes(ANSWER));
  if (line === undefined) return null;
  try {
    return JSON.parse(line.slice(line.indexOf(ANSWER) + ANSWER.length));
  } catch {
    return null;
  }
}

/** The last lines of a log that are no events, for a reason. */
export function lastWords(text: string, most = 300): string {
  const said = [...wholeLines(text)].filter((line) => line.trim() !== '' && !line.includes(MARK));
  const line = said.findLast((one) => /error/i.test(one)) ?? said.at(-1) ?? '';
  return line.trim().slice(0, most);
}

/** Lines that have their end: the last one may still be being written. */
function* wholeLines(text: string): Generator<string> {
  for (let from = 0, end = text.indexOf('\n'); end >= 0; from = end + 1, end = text.indexOf('\n', from))
    yield text.slice(from, end);
}
