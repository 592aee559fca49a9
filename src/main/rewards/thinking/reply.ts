/**
 * Reading the score out of a reward model's reply. `official-code`: the released code's chain of patterns, faults included ("0.85"
 * is 0, "**Total Wrong Steps**: 3" is 1, nothing found is 0). `paper`: a score is one of 0, 0.1, ..., 1.0, clearly stated, or
 * there is none (null, with the kind of failure), never a guess. Deliberately absent: asking the model.
 */

import type { RewardPreset } from '../../../shared/kinds/trust.ts';
import { asciiDigits } from '../outcome/python-text.ts';

/** Why a reply holds no valid score. */
export type ReplyFailure =
  | 'empty' // nothing but white space
  | 'no_score' // no number stated as the score
  | 'out_of_range' // a score below 0 or above 1
  | 'off_grid' // in [0, 1], but none of 0, 0.1, ..., 1.0
  | 'other_scale' // a percentage, or out of something other than 1
  | 'ambiguous' // two different scores, or a range
  | 'truncated'; // the model was cut off inside its thinking

/** A reply's score in {0, 0.1, ..., 1.0}, or why there is none. Preset `official-code` always gives a score. */
export interface ReplyReading {
  readonly score: number | null;
  readonly failure: ReplyFailure | null;
}

/** The score of a reply under a preset. */
export function readReply(reply: string, preset: RewardPreset): ReplyReading {
  return READERS[preset](reply);
}

const READERS = {
  paper: readReplyPaper,
  'official-code': (reply) => ({ score: readReplyOfficial(reply), failure: null }),
} as const satisfies Record<RewardPreset, (reply: string) => ReplyReading>;

// Python's \d, \s, \w and \b are Unicode's: a digit after a Chinese character does not start a word.
const NOT_AFTER_WORD = '(?<![\\p{L}\\p{N}_])';
const NOT_BEFORE_WORD = '(?![\\p{L}\\p{N}_])';
/** The released code's extractors in its order (verl/workers/reward/custom.py, extract_score); the first that finds one decides. */
const OFFICIAL_PATTERNS: readonly RegExp[] = [
  /\\box(?:es)?\{([01](?:\.\p{Nd})?)\}/u,
  /<answer>\s*([01](?:\.\p{Nd})?)\s*<\/answer>/u,
  new RegExp(`${NOT_AFTER_WORD}([01](?:\\.\\p{Nd})?)${NOT_BEFORE_WORD}`, 'u'),
  /<\/think>\s*<answer>\s*([\p{Nd}.]+)\s*<\/answer>/u,
  /<\/think>\s*([\p{Nd}.]+)/u,
  /Total Wrong Steps\*\*:\s*(\p{Nd}+)/u,
  /\*\*(\p{Nd}+)\s+wrong steps\*\*/u,
  new RegExp(`\\*\\*[^\\n]*?${NOT_AFTER_WORD}Wrong Steps\\*\\*:\\s*(\\p{Nd}+)`, 'u'),
];

/** The released code's reading: the first pattern that fits, cut to [0, 1]; 0 where none does or the number cannot be read. */
function readReplyOfficial(reply: string): number {
  for (const pattern of OFFICIAL_PATTERNS) {
    const found = pattern.exec(reply)?.[1];
    if (found === undefined) continue;
    const value = Number(asciiDigits(found)); // "1.2.3" fails there too, and ends as 0 after ten tries
    return Number.isNaN(value) ? 0 : Math.min(1, Math.max(0, value));
  }
  return 0;
}

const NUMBER = '[-+−]?(?:\\d+(?:[.,]\\d+)?|\\.\\d+)';
/** What may follow a score: its scale. "/1", "out of 1.0" are ours; "/10", "%", "out of 5" are not. */
const SCALE = `(?:\\s*%|\\s*(?:/|out of)\\s*${NUMBER})?`;
const ONE_SCORE = `(${NUMBER})(${SCALE})`;
const WHOLE = new RegExp(`^${ONE_SCORE}\\s*(?:points?)?\\s*\\.?$`, 'i');
const TAGGED = /<(answer|score)>([\s\S]*?)<\/\1>/gi;
const BOXED = /\\box(?:ed|es)?\s*\{([^{}]*)\}/g;
const LABEL = '(?:(?:overall|final|total)\\s+)?(?:score|rating|rate|grade|mark|overall|final|give|assign|award)';
const LABELLED = new RegExp(
  `\\b${LABEL}(?:s|d|ed)?\\b(?:\\s+(?:score|rating|it|this|reasoning|the|of|is|as|be|at|a|would|to|quality|process))*\\s*[:=]?\\s*${ONE_SCORE}(?![\\d.]*\\d)`,
  'giu',
);
const FINAL = /\b(?:overall|final|total)\b/i;

/**
 * The strict reading. Looked at in this order, after any `<think>` part: answer or score tags, a box, the whole reply, scores
 * labelled overall/final/total, other labelled scores. Different scores at the level that decides are ambiguous. A trailing zero
 * ("0.70") and a missing one (".7") are accepted; a decimal comma, a percentage and another scale are not.
 */
function readReplyPaper(reply: string): ReplyReading {
  const text = asciiDigits(reply.replace(/[*_`]+/g, ''));
  if (text.trim() === '') return failed('empty');
  if (/<think>/i.test(text) && !/<\/think>/i.test(text)) return failed('truncated');
  const said = text
    .slice(text.toLowerCase().lastIndexOf('</think>') + 1)
    .replace(/^\/think>/i, '')
    .trim();
  if (said === '') return failed('empty');
  const marked = [...said.matchAll(TAGGED)].map(([, , inner = '']) => inner);
  const boxed = marked.length > 0 ? marked : [...said.matchAll(BOXED)].map(([, inner = '']) => inner);
  const whole = boxed.length > 0 ? boxed : WHOLE.test(said) ? [said] : [];
  if (whole.length > 0) return agreed(whole.map(wholeScore));
  if (/\bbetween\b|\d\s*(?:-|–|to)\s*[\d.]/i.test(said)) return failed('ambiguous');
  const labelled = [...said.matchAll(LABELLED)];
  const final = labelled.filter((match) => FINAL.test(match[0]));
  const deciding = final.length > 0 ? final : labelled;
  return deciding.length > 0
    ? agreed(deciding.map(([, number = '', scale = '']) => valid(number, scale)))
    : failed('no_score');
}

function wholeScore(text: string): ReplyReading {
  const [, number, scale = ''] = WHOLE.exec(text.trim().replace(/^(?:score|rating)\s*[:=]\s*/i, '')) ?? [];
  return number === undefined ? failed('no_score') : valid(number, scale);
}

/** One reading where all agree; the failure where the only reading failed; else ambiguous. */
function agreed(readings: readonly ReplyReading[]): ReplyReading {
  const [first] = readings as readonly [ReplyReading];
  return readings.every(({ score, failure }) => score === first.score && failure === first.failure)
    ? first
    : failed('ambiguous');
}

function valid(number: string, scale: string): ReplyReading {
  if (number.includes(',')) return failed('off_grid');
  const denominator = /[\d.]+$/.exec(scale)?.[0];
  if (scale !== '' && (denominator === undefined || Number(denominator) !== 1)) return failed('other_scale');
  const value = Number(number.replace('−', '-'));
  if (value < 0 || value > 1) return failed('out_of_range');
  const tenths = Math.round(value * 10);
  return Math.abs(value * 10 - tenths) < 1e-9 ? { score: tenths / 10, failure: null } : failed('off_grid');
}

function failed(failure: ReplyFailure): ReplyReading {
  return { score: null, failure };
}
