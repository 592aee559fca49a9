/** One setting's schema with what forms and tables show of it. Deliberately absent: which settings there are (settings.ts). */
import { z } from 'zod';
import { type KindTable, namesOf } from '../kinds/kind.ts';
import type { TrainerName } from '../kinds/trainers.ts';

/** What a form or a table shows of one setting. */
export interface SettingMeta {
  readonly title: string;
  readonly unit?: string;
  readonly symbol?: string;
  readonly help?: string;
  /** Came when studies had hashes already: no part of them where it has its default (hashedSettings). */
  readonly addedLater?: true;
  /** What holds where the setting is null: it may be. */
  readonly whenNull?: string;
  /** A text that may have several lines. */
  readonly isLong?: true;
  /** The table that a choice's values come from, with their titles. */
  readonly kinds?: KindTable;
  /** The trainers to which it means something; all of them where it is not given. */
  readonly trainers?: readonly TrainerName[];
}

/** A schema with what is told of its setting. */
export function about<T extends z.ZodType>(schema: T, title: string, more: Omit<SettingMeta, 'title'> = {}): T {
  return schema.meta({ title, ...more }) as T;
}

/** A text of one's own, of several lines if need be; empty: what the program would say. Added when studies had hashes. */
export const ownText = (title: string, help: string) =>
  about(z.string().max(4000).default(''), title, { help, addedLater: true, isLong: true });

/** A whole number in a range. */
export const count = (low = 1, high = 1_000_000) => z.int().min(low).max(high);

/** A bound on the pixels of pictures; null: the checkpoint's own. Added when studies had hashes. */
export const pixelLimit = (title: string, help: string) =>
  about(count(1, 1_000_000_000).nullable().default(null), title, {
    help,
    unit: 'pixels',
    addedLater: true,
    whenNull: "the checkpoint's own",
  });

/** A choice among the names of a table; forms show the entries' titles. */
export function choice<T extends KindTable>(
  kinds: T,
  first: Extract<keyof T, string>,
  title: string,
  more: Omit<SettingMeta, 'title'> = {},
) {
  return about(z.enum(namesOf(kinds)).default(first as never), title, { ...more, kinds });
}

/** The choice of a setting that turns it off, such as trust none: what "on" and "off" mean wherever they are typed. Undefined where it has none. */
export function offChoice({ kinds = {} }: Pick<SettingMeta, 'kinds'>): string | undefined {
  return Object.entries(kinds).find(([, kind]) => 'isOff' in kind && kind.isOff === true)?.[0];
}
