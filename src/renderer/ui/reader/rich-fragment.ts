/** Markdown and formulas as elements. The HTML is safe by how it is made and sanitised once more; formulas are drawn through the DOM, as the content policy forbids style attributes. */
import DOMPurify from 'dompurify';
import katex from 'katex';
import 'katex/dist/katex.min.css';
import { richText } from '../../../shared/text/rich-text.ts';

const BLOCKS = ['p', 'br', 'hr', 'h4', 'h5', 'h6', 'ul', 'ol', 'li', 'blockquote', 'pre'];
const TABLES = ['table', 'thead', 'tbody', 'tr', 'th', 'td'];
const WORDS = ['strong', 'em', 'del', 'code', 'a', 'span'];

/** The text as elements that belong to no page yet. */
export function richFragment(text: string): DocumentFragment {
  const fragment = DOMPurify.sanitize(richText(text), {
    RETURN_DOM_FRAGMENT: true,
    ALLOWED_TAGS: [...BLOCKS, ...TABLES, ...WORDS],
    ALLOWED_ATTR: ['href', 'target', 'rel', 'class', 'start'],
    ALLOWED_URI_REGEXP: /^https:\/\//i,
  });
  for (const place of fragment.querySelectorAll<HTMLElement>('span.math')) {
    const displayMode = place.classList.contains('display');
    const tex = place.textContent ?? '';
    try {
      // KaTeX's own look of a faulty formula is a style attribute, so it may throw.
      katex.render(tex, place, {
        displayMode,
        throwOnError: true,
        strict: 'ignore',
        trust: false,
        maxExpand: 500,
        maxSize: 20,
      });
    } catch (error) {
      place.textContent = tex;
      place.classList.add('faulty');
      place.title = error instanceof Error ? error.message : String(error);
    }
  }
  return fragment;
}
