/**
 * What a home remembers about how it is used: theme, runs at a time, threads, disk limit, endpoints, clusters. Kept in HOME/settings.json. Keys are
 * never in here: an endpoint names the variable that its key goes by. Deliberately absent: settings of a study (settings.ts).
 */
import { z } from 'zod';
import { noticeHookSchema } from '../app/notices.ts';
import { given } from '../values/given.ts';
import { isBaseUrl, KEY_VARIABLE } from './base-url.ts';
import { clusterSchema } from './cluster.ts';

/** How the page looks. */
export const THEMES = ['system', 'light', 'dark'] as const;
/** One of them. */
export type Theme = (typeof THEMES)[number];

/** An OpenAI-compatible server that may give thinking rewards or annotations. */
export const endpointSchema = z.strictObject({
  name: z.string().trim().min(1, 'is missing').max(60),
  baseUrl: z
    .string()
    .max(2000, 'is longer than 2000 characters')
    .refine(
      isBaseUrl,
      'must be an http or https address without user name and password, such as http://127.0.0.1:8000/v1',
    ),
  model: z.string().trim().max(200, 'is longer than 200 characters'),
  keyVariable: z
    .string()
    .refine((name) => name === '' || KEY_VARIABLE.test(name), 'must be capitals, digits and _, such as OPENAI_API_KEY'),
});
/** A named endpoint; `keyVariable` is empty where it needs no key. */
export type Endpoint = z.infer<typeof endpointSchema>;
/** An endpoint as it is kept, without what the engine says of its key. */
export const plainEndpoint = ({ name, baseUrl, model, keyVariable }: Endpoint): Endpoint => ({
  name,
  baseUrl,
  model,
  keyVariable,
});

/** Every setting of a home; null: as the program sees fit. */
const homeSettings = z.strictObject({
  theme: z.enum(THEMES),
  parallel: z.int().min(1).max(64).nullable(), // runs at a time; null: one
  threads: z.int().min(1).max(512).nullable(), // of each run; null: the cores divided by the runs at a time
  diskLimitGiB: z.number().positive().max(1e6).nullable(), // null: no limit
  endpoints: z
    .array(endpointSchema)
    .max(50)
    .refine(
      (all) => new Set(all.map((endpoint) => endpoint.name)).size === all.length,
      'two endpoints have the same name',
    ),
  clusters: z
    .array(clusterSchema)
    .max(50)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'two clusters have the same name'),
  hooks: z
    .array(noticeHookSchema)
    .max(20)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'two hooks have the same name'),
});

/** Some settings of a home. */
export const homeSettingsPatch = homeSettings.partial();
const DEFAULTS = {
  theme: 'system',
  parallel: null,
  threads: null,
  diskLimitGiB: null,
  endpoints: [],
  clusters: [],
  hooks: [],
} satisfies HomeSettings;
/** Every setting of a home: what is not given stands at its default. */
export const homeSettingsSchema = homeSettingsPatch.transform(
  (some): HomeSettings => ({ ...DEFAULTS, ...given(some) }),
);
/** The settings of a home. */
export type HomeSettings = z.infer<typeof homeSettings>;

/** The origin of an address, such as https://api.openai.com, or null where it is none: a stored key goes to this origin only. */
export function originOf(baseUrl: string): string | null {
  try {
    return new URL(baseUrl).origin;
  } catch {
    return null;
  }
}
