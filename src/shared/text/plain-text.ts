/**
 * Characters that are no letters but orders: to a terminal (ANSI escapes begin with one) or to the direction and joining of the text around them.
 * In what a model or a file wrote they are shown, not obeyed.
 */

/** Control characters but tab and line end; marks, embeddings, overrides and isolates of direction; invisible spaces and joins of words. */
const ORDERS = /(?![\t\n])\p{Cc}|[\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/u;
const EVERY_ORDER = new RegExp(ORDERS, 'gu');

/** True where a text holds such a character. */
export const hasOrders = (text: string): boolean => ORDERS.test(text);

/** The text with a visible sign for each such character: "\u001b[31m" as "␛[31m", a right-to-left override as "⟨U+202E⟩". A line end of two characters is one. */
export function shownText(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(EVERY_ORDER, (order) => {
    const code = order.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '␡' : `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}
