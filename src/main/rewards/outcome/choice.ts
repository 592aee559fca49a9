/**
 * Multiple choice: 1 when the chosen options are the true ones, else 0. Two readings of an answer, by preset.
 */
import { strip } from './python-text.ts';

/** LaTeX that only dresses its argument; taken off from the inside out until none is left. */
const DRESSED =
  /\\(?:text|mathrm|mathbf|textbf|mathit|textit|mathsf|mbox|boxed|fbox|underline|operatorname)\s*\{([^{}]*)\}/g;
const MARKS = /\\[()[\]]|[$*`"'“”‘’]|\\[,;:! ]/g;
const ONE_LETTER = /^[([{]?([A-Za-z])[.:)\]},]?$/;
/** "B. a red square", "(b)3 cm", "B: 3", "B, because ...": a letter with its mark, then text. */
const LABELLED = /^(?:[([]([A-Za-z])[)\]][.:,]?\s*|([A-Za-z])[.:)、]\s*|([A-Z]),\s+(?=\p{L}{2}))\S/u;
/** A letter that may name an option: no other Latin letter or digit touches it; Chinese writes no spaces around it. */
const OPTION = String.raw`(?<![\p{Script=Latin}\p{N}'-])[([]?[A-J][)\]]?(?![\p{Script=Latin}\p{N}'-])`;
const SOME_OPTIONS = String.raw`${OPTION}(?:\s*(?:,|&|/|\b(?:and|or|nor)\b|[和或、])\s*${OPTION})*`;
/** "not B", "rather than A", "neither A nor C", "不是A": what an answer turns down (apostrophes are gone by then). */
const TURNED_DOWN = new RegExp(
  String.raw`(?:\b(?:not|neither|rather\s+than|instead\s+of|cannot\s+be|cant\s+be|isnt|except)\s+(?:choose\s+|pick\s+|select\s+)?(?:options?\s+|choices?\s+)?|(?:而?不是|不选|排除)\s*(?:选项)?)${SOME_OPTIONS}`,
  'giu',
);
/** "A and C are wrong", "A是错的". */
const CALLED_WRONG = new RegExp(
  String.raw`${SOME_OPTIONS}\s*(?:\b(?:(?:is|are)\s+(?:both\s+|all\s+)?(?:wrong|incorrect|false|not|ruled\s+out)|isnt|arent|cant\s+be|cannot\s+be)\b(?:\s+(?:correct|right|true|possible|it))?|(?:是|都是)?(?:错误?的?|不对|不正确))`,
  'gu',
);
const SEPARATOR = /\s*[,;&/、，]\s*(?:and\s+)?|\s+and\s+|\s+/i;
/** "A. Wait, no, it is B.": what stands before such a word is taken back by what follows. */
const TAKEN_BACK = /^[\s\S]*\b(?:wait|actually|correction|scratch that|on second thought|let me correct)\b/i;
const OPPOSITE: Readonly<Record<string, string>> = { yes: 'no', no: 'yes', true: 'false', false: 'true' };
/** "the answer is B", "option (B)", "answers: A and C", "choose B". */
const ANNOUNCED =
  /\b(?:answers?|options?|choices?|choose|select|pick)(?:\s+(?:is|are|was|would\s+be|should\s+be|must\s+be))?\s*:?\s*(?:option\s+)?[([]?([A-Z])[)\]]?(?![\p{L}\p{N}'])((?:\s*(?:,|and|&)\s*[([]?[A-Z][)\]]?(?![\p{L}\p{N}']))*)/giu;
const STANDING_ALONE = /(?<![\p{Script=Latin}\p{N}'-])([A-J])(?![\p{Script=Latin}\p{N}'-])/gu;
/** "A or B" offers both. */
const EITHER = new RegExp(String.raw`${OPTION}\s*(?:\bor\b|或者?)\s*${OPTION}`, 'u');
const SEVERAL = new RegExp(String.raw`${OPTION}\s*(?:,|&|\band\b|[和、])\s*${OPTION}`, 'u');
/** A line of a question that states an option: "A. cat", "(B) dog", "C: owl". */
const OPTION_LINE = /^\s*[([]?([A-J])[.):\]]\s*(.+?)\s*$/gm;

/**
 * The official code's rule: the answer is split at commas, there must be as many parts as the truth has characters, and each part
 * must occur in the truth. So "A, B" is right for "BA", "A, A" too, "AB" and "(A)" are not, and an empty answer is right for a
 * truth of one letter.
 */
export function choiceOfficial(answer: string, truth: string): boolean {
  const parts = answer.split(',').map(strip);
  return parts.length === [...truth].length && parts.every((part) => truth.includes(part));
}

/**
 * The paper's "option match", read robustly: the set of options that the answer names equals the truth's. "B", "(b)", "B.3 cm",
 * "\boxed{\text{B}}", "A, C", "AC", "The answer is B.", "选B" are read, and an option's own text where the question lists its options. "A or B"
 * names neither, "B, not A" B. Where the truth names no letter, the texts are compared, ignoring case.
 */
export function choicePaper(answer: string, truth: string, question = ''): boolean {
  const options = optionsOf(question);
  const wanted = optionLetters(truth) ?? runOfLetters(truth) ?? letterOfText(truth, options);
  const given = chosenLetters(answer, options);
  if (wanted !== null && given !== null) return wanted === given;
  const [text, right] = [plain(answer).toLowerCase(), plain(truth).toLowerCase()];
  return text !== '' && (text === right || (wanted === null && saysOf(text) === right));
}

/** "yes, it is", "No, there isn't.": the yes or no that a sentence begins with and does not take back; null for any other. */
function saysOf(text: string): string | null {
  const [, first = ''] = /^(yes|no|true|false)(?=[,.:;!]|\s)/.exec(text) ?? [];
  const other = OPPOSITE[first];
  return other === undefined || new RegExp(`\\b${other}\\b`).test(text) ? null : first;
}

/** The option letters a text names and nothing else, in capitals, sorted, each once ("A, c" -> "AC"); null when it names none clearly. */
function optionLetters(text: string): string | null {
  const bare = plain(text)
    .replace(/^(?:options?|choices?|选项)\s*:?\s*(?=\S)/i, '')
    .replace(/^[,;\s]+|[.。,;\s]+$/g, '')
    .replaceAll(')(', ') (');
  const parts = bare.split(SEPARATOR).filter((part) => part !== '');
  const letters = parts.map((part) => ONE_LETTER.exec(part)?.[1]);
  if (letters.length > 0 && letters.every((letter) => letter !== undefined)) return canonical(letters.join(''));
  const labelled = LABELLED.exec(bare);
  if (labelled !== null && !EITHER.test(bare)) return canonical(labelled[1] ?? labelled[2] ?? labelled[3] ?? '');
  const run = /^[([]?([A-Z]{2,})[)\]]?$/.exec(bare)?.[1]; // "ABD": letters in order, so that a word is not one
  return run !== undefined && canonical(run) === run ? run : null;
}

/** A truth of several letters in any order: "CA". */
function runOfLetters(truth: string): string | null {
  const run = plain(truth);
  return /^[A-J]{2,5}$/.test(run) && canonical(run).length === run.length ? canonical(run) : null;
}

/** The letters that an answer chooses, also in a sentence or by an option's text. */
function chosenLetters(answer: string, options: ReadonlyMap<string, string>): string | null {
  const last = plain(answer).replace(TAKEN_BACK, '');
  const namesOne = last.search(STANDING_ALONE) >= 0 || mentioned(last, options) !== null;
  const stated = namesOne ? last : plain(answer);
  const text = stated.replace(TURNED_DOWN, ' ').replace(CALLED_WRONG, ' ').replace(/,\s*,/g, ',').trim();
  if (EITHER.test(text)) return null;
  return (
    letterOfText(stated, options) ??
    optionLetters(text) ??
    announced(text) ??
    letterAlone(text) ??
    mentioned(text, options)
  );
}

/** What the sentence announces; two announcements must agree. */
function announced(text: string): string | null {
  const said = [...text.matchAll(ANNOUNCED)]
    .filter(([, letter]) => letter === letter?.toUpperCase())
    .map(([, letter = '', more = '']) => canonical(letter + (more.match(/[A-Z](?![\p{L}])/gu) ?? []).join('')));
  const [first] = new Set(said);
  return first !== undefined && new Set(said).size === 1 ? first : null;
}

/** The one capital letter that stands alone in a sentence; A and I may be words there, so they do not count unless marked. */
function letterAlone(text: string): string | null {
  if (SEVERAL.test(text)) return canonical([...text.matchAll(STANDING_ALONE)].map((match) => match[1] ?? '').join(''));
  const letters = [...text.matchAll(STANDING_ALONE)].filter(
    (match) => (match[1] !== 'A' && match[1] !== 'I') || isMarked(text, match.index),
  );
  const distinct = [...new Set(letters.map((match) => match[1] ?? ''))];
  const [only] = distinct;
  return distinct.length === 1 && only !== undefined ? only : null;
}

function isMarked(text: string, at: number): boolean {
  return (
    /[([\p{Script=Han}:]/u.test(text[at - 1] ?? '') || /[)\].:]/.test(text[at + 1] ?? '') || at + 1 === text.length
  );
}

/** The option whose text is the whole of this one. */
function letterOfText(text: string, options: ReadonlyMap<string, string>): string | null {
  const bare = comparable(text);
  const found = bare === '' ? [] : [...options].filter(([, option]) => comparable(option) === bare);
  const [only] = found;
  return found.length === 1 && only !== undefined ? only[0] : null;
}

/** The one option whose text the answer mentions; one that lies within another mentioned one does not count. */
function mentioned(text: string, options: ReadonlyMap<string, string>): string | null {
  const bare = ` ${comparable(text.replace(/,?\s*\b(?:but )?not (?:an? |the )?[\p{L}\p{N}]+(?=[.,;!]|$)/giu, ''))} `;
  const found = [...options].filter(
    ([, option]) => comparable(option) !== '' && bare.includes(` ${comparable(option)} `),
  );
  const outer = found.filter(([, option]) =>
    found.every(([, other]) => other === option || !` ${comparable(other)} `.includes(` ${comparable(option)} `)),
  );
  const [only] = outer;
  return outer.length === 1 && only !== undefined ? only[0] : null;
}

/** The options that a question's text lists, letter to text; fewer than two are no list. */
function optionsOf(question: string): Map<string, string> {
  const options = new Map([...question.matchAll(OPTION_LINE)].map(([, letter = '', text = '']) => [letter, text]));
  return options.size < 2 ? new Map() : options;
}

function comparable(text: string): string {
  return plain(text)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}.%°-]+/gu, ' ')
    .replace(/\.+$/, '')
    .trim()
    .replace(/^(?:an?|the) (?=\S)/, '');
}

function canonical(letters: string): string {
  return [...new Set(letters.toUpperCase())].sort().join('');
}

/** Without LaTeX and Markdown marks, full-width signs as ASCII, white space made single. */
function plain(text: string): string {
  let bare = text.normalize('NFKC');
  for (let before = ''; before !== bare; ) {
    before = bare;
    bare = bare.replace(DRESSED, '$1').replace(MARKS, '');
  }
  return strip(bare).replace(/\s+/g, ' ');
}
