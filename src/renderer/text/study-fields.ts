/** A study file as form fields, and edits of the form put back into the file's text: what the form does not touch stays as written. */

import { Document, isMap, parseDocument } from 'yaml';
import { VARIANTS } from '../../shared/study/variants.ts';

/** One arm as the file writes it: a name, and what it changes where it is no built-in variant as it is. */
export interface VariantEntry {
  readonly name: string;
  readonly value?: Readonly<Record<string, unknown>>;
}

export interface StudyFields {
  readonly name: string;
  readonly description: string;
  readonly variants: readonly VariantEntry[];
  /** As written: what is no number is kept, and refused by the check. */
  readonly seeds: readonly (number | string)[];
  readonly settings: Readonly<Record<string, unknown>>;
  /** Settings in which arms may differ, as declared; empty: not declared. */
  readonly factors: readonly string[];
  /** Differences that the study is made to tell, as written; empty: not declared. */
  readonly contrasts: readonly string[];
  /** What the others are compared with, as written; empty: not declared. */
  readonly baseline: string;
}

/** Fields of a parsed study file; missing ones get the schema's defaults. */
export function fieldsOf(data: unknown): StudyFields {
  const { name, description, variants, seeds, settings, ...more } = (isPlain(data) ? data : {}) as Record<
    string,
    unknown
  >;
  return {
    name: String(name ?? ''),
    description: String(description ?? ''),
    variants: variants === undefined ? [{ name: 'grpo' }, { name: 'full' }] : entriesOf(variants),
    seeds: Array.isArray(seeds) ? seeds.map((seed) => (typeof seed === 'number' ? seed : String(seed))) : [0],
    settings: isPlain(settings) ? settings : {},
    factors: textsOf(more.factors),
    contrasts: textsOf(more.contrasts),
    baseline: String(more.baseline ?? ''),
  };
}

/** The change that gives a variant another name, wherever the study names it. */
export function renamed(fields: StudyFields, from: string, to: string): Partial<StudyFields> {
  const parts = (text: string) =>
    text.split(/(\s+[-\u2212\u2013]\s+)/).map((part) => (part.trim() === from ? to : part));
  return {
    variants: fields.variants.map((variant) => (variant.name === from ? entryNamed(variant, to) : variant)),
    contrasts: fields.contrasts.map((text) => parts(text).join('')),
    ...(fields.baseline === from && { baseline: to }),
  };
}

/** The change to these variants: a baseline and contrasts that name one that is gone go with it. */
export function withVariants(fields: StudyFields, variants: readonly VariantEntry[]): Partial<StudyFields> {
  const isHere = (name: string) => variants.some((variant) => variant.name === name);
  const gone = fields.variants.map(({ name }) => name).filter((name) => !isHere(name));
  const namesGone = (contrast: string) =>
    contrast.split(/\s+[-\u2212\u2013]\s+/).some((part) => gone.includes(part.trim()));
  return {
    variants,
    ...(gone.includes(fields.baseline) && { baseline: '' }),
    ...(fields.contrasts.some(namesGone) && { contrasts: fields.contrasts.filter((text) => !namesGone(text)) }),
  };
}

/** A variant that goes by a built-in one's name starts from it: under another name that has to be said. */
function entryNamed({ name, value }: VariantEntry, to: string): VariantEntry {
  return { name: to, value: { ...(name in VARIANTS && { base: name }), ...value } };
}

function textsOf(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((entry): entry is string => typeof entry === 'string') : [];
}

function entriesOf(variants: unknown): VariantEntry[] {
  const pairs = (Array.isArray(variants) ? variants : [variants]).flatMap((variant): [string, unknown][] =>
    typeof variant === 'string' ? [[variant, null]] : isPlain(variant) ? Object.entries(variant) : [],
  );
  return pairs.map(([name, value]) => ({ name, ...(isPlain(value) && { value }) }));
}

/** Kept even where empty, so that the study is refused instead of getting the default in silence. */
const NEEDED = ['name', 'variants', 'seeds'];

/** The text with some fields changed; comments and everything else stay. A text that is no study is written anew. */
export function editedText(text: string, change: Partial<StudyFields>): string {
  const parsed = parseDocument(text);
  const document = parsed.errors.length === 0 && isMap(parsed.contents) ? parsed : new Document({});
  for (const [key, value] of Object.entries(change)) {
    if (isEmpty(value) && !NEEDED.includes(key)) document.delete(key);
    else document.set(key, nodeOf(document, key, value));
  }
  return document.toString({ lineWidth: 100 });
}

function nodeOf(document: Document, key: string, value: unknown): unknown {
  const plain =
    key === 'variants'
      ? (value as VariantEntry[]).map((variant) => (variant.value ? { [variant.name]: variant.value } : variant.name))
      : value;
  const isShort = Array.isArray(plain) && plain.every((variant) => typeof variant !== 'object');
  return document.createNode(plain, { flow: isShort, aliasDuplicateObjects: false });
}

function isEmpty(value: unknown): boolean {
  return (
    value === '' || (Array.isArray(value) ? value.length === 0 : isPlain(value) && Object.keys(value).length === 0)
  );
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
