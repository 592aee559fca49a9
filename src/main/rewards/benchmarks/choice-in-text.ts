/**
 * Which option a response means, by VLMEvalKit's rule without a judge (vlmeval/utils/matching_util.py, can_infer): the one letter that
 * stands alone near the end, else "answer is X", else the one option whose text is in the response.
 */

/** Replies of refusal that the rule counts as no option. */
const REFUSALS = [
  "Sorry, I can't help with images of people yet.",
  "I can't process this file.",
  "I'm sorry, but without the image provided",
  'Cannot determine the answer',
];
/** What the rule takes for no option. */
const NONE = 'Z';
const STRIPPED = /[.()[\],:;!*#{}]/g;
const TOLD = /(?:correct\s+)?answer\s+is\s+\**([ABCD])\**/i;
/** How far from the end, in words, the letter may stand. */
const LAST_WORDS = 5;

/** The letter, "Z" for a refusal, null where none can be told. */
export function inferChoice(response: string, choices: Readonly<Record<string, string>>): string | null {
  return inferLetter(response, Object.keys(choices)) ?? inferText(response, choices);
}

function inferLetter(response: string, letters: readonly string[]): string | null {
  if (response.includes('Failed to obtain answer via API')) return null;
  if (REFUSALS.some((refusal) => response.includes(refusal))) return NONE;
  const words = pythonWords(response.replace(STRIPPED, ' '));
  const named = letters.filter((letter) => words.includes(letter));
  const [only] = named;
  if (only !== undefined && named.length === 1 && words.indexOf(only) > words.length - LAST_WORDS) return only;
  if (named.length === 0 && words.includes(NONE)) return NONE;
  const told = TOLD.exec(response)?.[1]?.toUpperCase();
  return told !== undefined && letters.includes(told) ? told : null;
}

function inferText(response: string, choices: Readonly<Record<string, string>>): string | null {
  const text = response.toLowerCase();
  const entries = Object.entries(choices);
  if ([...text].length > 2 * entries.reduce((sum, [, option]) => sum + [...option].length, 0)) return null;
  const [only, ...others] = entries.filter(([, option]) => text.includes(option.toLowerCase()));
  return only !== undefined && others.length === 0 ? only[0] : null;
}

const pythonWords = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');
