/** HTML and SVG by template: what is put in is escaped unless it is markup that was made here. */
import { escaped } from '../../../shared/text/escaped.ts';
import { shownText } from '../../../shared/text/plain-text.ts';

/** Markup that is safe to write as it stands. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What a template takes: text (escaped, orders to terminals shown as signs), markup, lists of both; null, undefined and false are nothing. */
export type Content = Markup | string | number | null | undefined | false | readonly Content[];

function textOf(content: Content): string {
  if (content === null || content === undefined || content === false) return '';
  if (content instanceof Markup) return content.text;
  if (Array.isArray(content)) return content.map(textOf).join('');
  return escaped(shownText(String(content)));
}

/** Markup from a template literal: `html`<b>${name}</b>``. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(parts.reduce((text, part, i) => text + textOf(values[i - 1]) + part));
}
