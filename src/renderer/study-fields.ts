/** A study file as form fields and back. What the form does not know is carried along untouched. */

export interface StudyFields {
  readonly name: string;
  readonly description: string;
  readonly variants: readonly string[];
  /** Set where the file defines variants of its own: the form leaves them alone. */
  readonly custom?: unknown;
  readonly seeds: readonly number[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly rest: Readonly<Record<string, unknown>>;
}

/** Fields of a parsed study file; missing ones get the schema's defaults. */
export function fieldsOf(data: unknown): StudyFields {
  const { name, description, variants, seeds, settings, ...rest } = (isPlain(data) ? data : {}) as Record<
    string,
    unknown
  >;
  const plain = variants === undefined || (Array.isArray(variants) && variants.every((one) => typeof one === 'string'));
  return {
    name: String(name ?? ''),
    description: String(description ?? ''),
    variants: plain ? ((variants as string[] | undefined) ?? ['grpo', 'full']) : [],
    ...(plain ? {} : { custom: variants }),
    seeds: Array.isArray(seeds) ? seeds.filter((one): one is number => typeof one === 'number') : [0],
    settings: isPlain(settings) ? settings : {},
    rest,
  };
}

/** The file's text; empty parts are left out. */
export function textOf(
  fields: StudyFields,
  stringify: (value: unknown, options?: Record<string, unknown>) => string,
): string {
  const { name, description, variants, custom, seeds, settings, rest } = fields;
  const data = {
    name,
    ...(description !== '' && { description }),
    variants: custom ?? [...variants],
    seeds: [...seeds],
    ...rest,
    ...(Object.keys(settings).length > 0 && { settings }),
  };
  return stringify(data, { lineWidth: 100 });
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
