/** One entry of the table of settings under trainer trl (settings-table.ts). */
import type { Settings } from '../../../shared/settings/settings.ts';

/** One setting under trainer trl. */
export interface TrlSetting {
  /** In words, for the documentation; with `argument` alone it is left out. */
  readonly does?: string;
  /** The argument of GRPOConfig that takes the value as it is. */
  readonly argument?: string;
  /** Arguments that are made of it and others; what is undefined is left to TRL. */
  readonly arguments?: (settings: Settings) => Readonly<Record<string, unknown>>;
  /** Why a value cannot be had, null where it can; and in words which, for the documentation. */
  readonly refuses?: { readonly what: string; readonly why: (settings: Settings) => string | null };
}
