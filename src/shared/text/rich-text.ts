/**
 * Text that a model or a person wrote, with Markdown and LaTeX in it, as HTML that is safe by how it is made: HTML in the text stays text,
 * pictures are never loaded, links lead to https alone. Pure; who shows it in a page sanitises it once more (renderer/ui/text).
 */
import { Marked, type RendererThis, type Tokens } from 'marked';
import { escaped } from './escaped.ts';
import { shownText } from './plain-text.ts';

/** How a formula becomes HTML: its TeX, and whether it stands on a line of its own. */
export type MathWriter = (tex: string, display: boolean) => string;

/** A formula in a text. */
interface MathToken extends Tokens.Generic {
  readonly tex: string;
  readonly display: boolean;
}

/** A formula on lines of its own: $$...$$, \[...\], or an environment of amsmath. */
const BLOCK =
  /^ {0,3}(?:\$\$([\s\S]+?)\$\$|\\\[([\s\S]+?)\\\]|(\\begin\{((?:align|aligned|equation|gather|cases|matrix|pmatrix|bmatrix|array)\*?)\}[\s\S]+?\\end\{\4\}))[ \t]*(?:\n+|$)/;
/** A formula within a line. A single $ opens before what is no space and closes after it, and not before a digit: prices are no formulas. */
const INLINE =
  /^(?:\$\$([\s\S]+?)\$\$|\\\[([\s\S]+?)\\\]|\\\(([\s\S]+?)\\\)|\$(?!\s)((?:\\[\s\S]|[^\\$`\n]|\n(?!\n))+?)(?<!\s)\$(?!\d))/;

function mathExtensions(write: MathWriter) {
  const renderer = (token: Tokens.Generic) => write((token as MathToken).tex, (token as MathToken).display);
  return [
    {
      name: 'mathBlock',
      level: 'block' as const,
      start: (text: string) => /(?:^|\n) {0,3}(?:\$\$|\\\[|\\begin\{)/.exec(text)?.index,
      tokenizer: (text: string) => {
        const found = BLOCK.exec(text);
        if (found === null) return undefined;
        const [raw, dollars, brackets, environment] = found;
        const tex = (dollars ?? brackets ?? environment ?? '').trim();
        return tex === '' ? undefined : { type: 'mathBlock', raw, tex, display: true };
      },
      renderer: (token: Tokens.Generic) => `<p>${renderer(token)}</p>\n`,
    },
    {
      name: 'mathInline',
      level: 'inline' as const,
      start: (text: string) => /\$|\\\(|\\\[/.exec(text)?.index,
      tokenizer: (text: string) => {
        const found = INLINE.exec(text);
        if (found === null) return undefined;
        const [raw, dollars, brackets, parentheses, dollar] = found;
        const tex = (dollars ?? brackets ?? parentheses ?? dollar ?? '').trim();
        const display = dollars !== undefined || brackets !== undefined;
        return tex === '' ? undefined : { type: 'mathInline', raw, tex, display };
      },
      renderer,
    },
  ];
}

const isSafe = (href: string): boolean => /^https:\/\//i.test(href);

/** The text as HTML. `write` makes formulas; without one they stay as they were written, in a span of class "math". */
export function richText(text: string, write: MathWriter = mathSource): string {
  const marked = new Marked({ gfm: true, breaks: true, async: false });
  marked.use({
    extensions: mathExtensions(write),
    tokenizer: {
      // Tags are shown as they were written, and four spaces are no code: models indent what they reason.
      html: () => undefined,
      tag: () => undefined,
      code: () => undefined,
      url: () => undefined, // a bare address is no link: where it ends is a guess
    },
    renderer: {
      heading(this: RendererThis, { tokens, depth }: Tokens.Heading) {
        const level = Math.min(6, depth + 3); // below the headings of the page around it
        return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>\n`;
      },
      link(this: RendererThis, { href, tokens }: Tokens.Link) {
        const inside = this.parser.parseInline(tokens);
        if (!isSafe(href)) return inside;
        return `<a href="${escaped(href)}" target="_blank" rel="noreferrer noopener">${inside}</a>`;
      },
      image: ({ raw }: Tokens.Image) => escaped(raw),
      html: ({ raw }: Tokens.HTML | Tokens.Tag) => escaped(raw),
      checkbox: ({ checked }: Tokens.Checkbox) => (checked ? '☑ ' : '☐ '),
    },
  });
  return marked.parse(shownText(text)) as string;
}

/** A formula as its TeX, for who draws it later. */
function mathSource(tex: string, display: boolean): string {
  return `<span class="math${display ? ' display' : ''}">${escaped(tex)}</span>`;
}
