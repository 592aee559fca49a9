/**
 * Any text as LaTeX text that pdfLaTeX compiles without further packages.
 */

const SPECIAL: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
  '<': '$<$',
  '>': '$>$',
  '|': '$|$',
  '"': "''",
  '`': '{`}',
  '±': '$\\pm$',
  '×': '$\\times$',
  '†': '$^{\\dagger}$',
  '−': '$-$',
  '–': '--',
  '—': '---',
  '‘': '`',
  '’': "'",
  '“': '``',
  '”': "''",
  '…': '\\ldots{}',
  '≤': '$\\leq$',
  '≥': '$\\geq$',
  '→': '$\\rightarrow$',
  '∞': '$\\infty$',
  '\u00a0': '~',
};

const GREEK =
  'α alpha β beta γ gamma δ delta ε epsilon ζ zeta η eta θ theta ι iota κ kappa λ lambda μ mu ν nu ξ xi π pi ρ rho σ sigma τ tau υ upsilon φ phi χ chi ψ psi ω omega Γ Gamma Δ Delta Θ Theta Λ Lambda Ξ Xi Π Pi Σ Sigma Φ Phi Ψ Psi Ω Omega µ mu'.split(
    ' ',
  );
const GREEK_NAMES = new Map(GREEK.flatMap((letter, i) => (i % 2 === 0 ? [[letter, GREEK[i + 1]!] as const] : [])));

/** Text with everything special escaped; characters that pdfLaTeX has no glyph for are named as [U+XXXX]. */
export function latexText(text: string): string {
  return [...text.normalize('NFC').replace(/\s+/g, (space) => (space === ' ' ? space : ' '))]
    .map(latexCharacter)
    .join('');
}

function latexCharacter(character: string): string {
  const special = SPECIAL[character];
  if (special !== undefined) return special;
  const greek = GREEK_NAMES.get(character);
  if (greek !== undefined) return `$\\${greek}$`;
  const code = character.codePointAt(0)!;
  if (code >= 0x20 && code < 0x7f) return character;
  // Letters of Latin-1 and Latin Extended-A are known to pdfLaTeX's utf8 input, but for these few.
  const known =
    /\p{L}/u.test(character) && code >= 0xc0 && code <= 0x17e && !'ĄąĘęĮįŲųĦħĸĿŀŉŊŋŦŧÞþÐðĐđĳĲ'.includes(character);
  return known ? character : `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
}

/** What a table of LaTeX is made of; caption, label and notes are plain text, `tabulars` lines of LaTeX. */
export interface LatexTable {
  readonly caption: string;
  readonly label: string;
  readonly tabulars: readonly string[];
  readonly notes: readonly string[];
}

/** Characters of notes that a table still takes at its foot: longer ones would push it off the page. */
const NOTES_AT_FOOT = 900;
/** Width of an article's line in points, of a character at \footnotesize on average, and between two columns. */
const LINE_PT = 345;
const CHARACTER_PT = 4.3;
const BETWEEN_PT = 4;

/**
 * Columns as they fit side by side on a line, in order, as lists of indices: `texts` are the longest text of each, in characters, `first` that of
 * the column that stands before each part. A column wider than the line gets one of its own.
 */
export function columnParts(texts: readonly number[], first: number): number[][] {
  const width = (characters: number) => characters * CHARACTER_PT + BETWEEN_PT;
  const parts: number[][] = [];
  let left = 0;
  for (const [i, text] of texts.entries()) {
    if (parts.length === 0 || width(text) > left) {
      parts.push([]);
      left = LINE_PT - width(first);
    }
    parts.at(-1)!.push(i);
    left -= width(text);
  }
  return parts;
}

/** A table to paste (needs \usepackage{booktabs}): caption, tabulars, notes at the foot, or after it where they are long. */
export function latexTable({ caption, label, tabulars, notes }: LatexTable): string[] {
  const name = `tab:${label.replace(/[^a-zA-Z0-9]+/g, '-')}`;
  const lines = notes.map((note) => `${latexText(note)}${note === notes.at(-1) ? '' : '\\\\'}`);
  const isLong = notes.join('').length > NOTES_AT_FOOT;
  const foot = ['', '\\smallskip', '\\begin{minipage}{0.95\\linewidth}\\footnotesize', ...lines, '\\end{minipage}'];
  return [
    '% Needs \\usepackage{booktabs} in the preamble.',
    '\\begin{table}[t]',
    '\\centering',
    '\\footnotesize',
    '\\setlength{\\tabcolsep}{2pt}',
    `\\caption{${latexText(caption)}}`,
    `\\label{${name}}`,
    ...tabulars,
    ...(isLong || notes.length === 0 ? [] : foot),
    '\\end{table}',
    ...(isLong
      ? ['', `{\\footnotesize\\noindent\\emph{Notes to Table~\\ref{${name}}.} ${lines[0]}`, ...lines.slice(1), '\\par}']
      : []),
  ];
}
