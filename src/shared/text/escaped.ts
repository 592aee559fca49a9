/** Text within HTML and SVG. */

const SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** A text as it may stand in HTML or XML, between tags and in quoted attributes. Halves of characters are replaced: no file can hold them. */
export function escaped(text: string): string {
  return text.toWellFormed().replace(/[&<>"']/g, (sign) => SIGNS[sign] ?? sign);
}
