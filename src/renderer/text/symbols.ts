/** Symbols with something below them, written "μ_c", as print has them: below the line where marks are allowed, without the line elsewhere. */

/** A piece of a text, and what stands below its end. */
export interface SymbolPart {
  readonly text: string;
  readonly below: string;
}

const WITH_BELOW = /(μ|G(?=_))_?([cw])(?![\p{L}\p{N}_])/gu;

/** "μ_c − μ_w" or "μc − μw" in parts: "μ" with "c" below, " − μ" with "w" below. Names with an underscore of their own stay whole. */
export function symbolParts(text: string): SymbolPart[] {
  const parts: SymbolPart[] = [];
  let from = 0;
  for (const found of text.matchAll(WITH_BELOW)) {
    parts.push({ text: text.slice(from, found.index) + (found[1] ?? ''), below: found[2] ?? '' });
    from = found.index + found[0].length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), below: '' });
  return parts;
}

/** "μc − μw": for names that readers of screens say, and tooltips. */
export const plainSymbols = (text: string): string => text.replace(WITH_BELOW, '$1$2');
