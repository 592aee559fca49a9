/**
 * Whether a study was registered before its first run, in words for tables, verdicts and pages. Registered: what it would compare was on record
 * before anything of it was known. Everything else is exploratory, which is no fault; it must be told.
 */
import { canonicalJson } from '../values/hash.ts';
import type { Study } from './study.ts';

/** Who says when a study was registered. */
export const REGISTERED_BY = ['home', 'archive'] as const;

/** What is known of a study's registration; times are ms since 1970. */
export type RegistrationStatus =
  | { readonly state: 'registered'; readonly at: number; readonly by: (typeof REGISTERED_BY)[number] }
  | {
      readonly state: 'exploratory';
      /** A registered study of the same name, and the parts in which this one is another. */
      readonly differsFrom: { readonly at: number; readonly parts: readonly string[] } | null;
    };

/** A moment as people read it, to the minute. */
export const dateOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** One sentence. */
export function registrationText(status: RegistrationStatus): string {
  if (status.state === 'registered') {
    const when = `Registered on ${dateOf(status.at)} before the first run`;
    return status.by === 'home'
      ? `${when}.`
      : `${when}, as the archive claims that the study came from; nothing here can check it.`;
  }
  const { differsFrom } = status;
  if (differsFrom === null) return 'Exploratory: not registered before its first run.';
  const { at, parts } = differsFrom;
  return `Exploratory: it differs from the study registered under this name on ${dateOf(at)} in ${parts.join(', ')}.`;
}

const PARTS = {
  settings: 'settings',
  variants: 'variants',
  seeds: 'seeds',
  baseline: 'baseline',
  factors: 'factors',
  contrasts: 'contrasts',
  thresholds: 'thresholds',
  description: 'description',
} as const satisfies Partial<Record<keyof Study, string>>;

/** The parts in which two studies differ, named as in a study file. */
export function differingParts(a: Study, b: Study): string[] {
  return (Object.keys(PARTS) as (keyof typeof PARTS)[]).filter(
    (part) => canonicalJson(a[part] ?? null) !== canonicalJson(b[part] ?? null),
  );
}
