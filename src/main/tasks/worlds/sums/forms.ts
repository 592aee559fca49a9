/**
 * The forms that one printed sum comes in. Its picture may hold a cue, which agrees with the answer key or does not, and the key itself may be
 * wrong. A form is part of the question's id, so that a logged response leads back to its very picture; questions that differ in their form
 * alone share all the rest of it, and are one cluster in the statistics.
 */
import type { Random } from '../../../../shared/values/random.ts';
import { CUES, type CueForm } from '../../../../shared/worlds/cue-forms.ts';
import { NOISY } from '../../../../shared/worlds/noisy-key.ts';

/** The form of a question; `cue` is null in worlds without cues. */
export interface Form {
  readonly cue: CueForm | null;
  readonly isNoisy: boolean; // the answer key is wrong
}

/** How often training questions are misleading. */
export interface Rates {
  readonly cueRate: number; // share of questions whose cue agrees with the key
  readonly labelNoise: number; // share of questions whose key is wrong
}

/** The last part of a question's id: "cue-wrong", "cue-wrong-noisy", "noisy"; empty for a plain question. */
export function formText({ cue, isNoisy }: Form): string {
  return [...(cue === null ? [] : [cue]), ...(isNoisy ? [NOISY] : [])].join('-');
}

/** The form of such a text, null where no question has it. */
export function formOf(text: string, hasCue: boolean): Form | null {
  const isNoisy = text === NOISY || text.endsWith(`-${NOISY}`);
  const rest = isNoisy ? text.slice(0, -NOISY.length).replace(/-$/, '') : text;
  if (!hasCue) return rest === '' ? { cue: null, isNoisy } : null;
  const cue = CUES.find((name) => name === rest);
  return cue === undefined ? null : { cue, isNoisy };
}

/** Draws a training question's form. */
export function drawForm(random: Random, { cueRate, labelNoise }: Rates, hasCue: boolean): Form {
  const [agrees, errs] = [random.next(), random.next()];
  return { cue: hasCue ? (agrees < cueRate ? 'cue-right' : 'cue-wrong') : null, isNoisy: errs < labelNoise };
}
