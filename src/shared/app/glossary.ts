/** Looking up symbols of the glossary (glossary-entries.ts): by a setting's symbol, by a curve, by what people call them. */
import { GLOSSARY, type GlossaryEntry, type GlossaryName } from './glossary-entries.ts';

/** Symbols as the settings' schema writes them, where the glossary has them under another name. */
const SCHEMA: Readonly<Record<string, GlossaryName>> = { 'exp(-steps/T)': 'decay' };

/** The glossary's name of a setting's symbol, or undefined. */
export function glossaryOfSymbol(symbol: string): GlossaryName | undefined {
  return SCHEMA[symbol] ?? (Object.hasOwn(GLOSSARY, symbol) ? (symbol as GlossaryName) : undefined);
}

/** The symbol that a curve shows, or undefined. */
export function glossaryOfMetric(metric: string): GlossaryName | undefined {
  return entries().find(([, { metrics }]) => metrics?.includes(metric))?.[0];
}

/** Every entry with its name, in order. */
export function entries(): readonly (readonly [GlossaryName, GlossaryEntry])[] {
  return Object.entries(GLOSSARY) as unknown as (readonly [GlossaryName, GlossaryEntry])[];
}

/** What an entry is found by: its name, sign, title and further words. */
export function glossaryWords(name: GlossaryName): string {
  const { sign, above = '', below = '', title, words = [] }: GlossaryEntry = GLOSSARY[name];
  return [name, `${sign}${above}${below}`, sign, title, ...words].join(' ');
}

/** A sign in plain text, for lists and tooltips: "γ", "Rᵒ", "μc". */
export function plainSign(name: GlossaryName): string {
  const { sign, above = '', below = '' }: GlossaryEntry = GLOSSARY[name];
  return `${sign}${above.replace('o', 'ᵒ').replace('t', 'ᵗ')}${below}`;
}
