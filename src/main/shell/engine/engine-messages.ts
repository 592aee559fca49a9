/** What the window's process and the engine's process say to each other. */

import type { Notice } from '../../../shared/app/notices.ts';

/** A run that has finished. */
export interface RunEnded {
  readonly id: number;
  readonly name: string;
  readonly variant: string;
  readonly seed: number;
}

export type FromEngine =
  | { readonly kind: 'ready'; readonly pageUrl: string }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'progress'; readonly running: number; readonly share: number | null }
  | { readonly kind: 'run-finished'; readonly run: RunEnded }
  | { readonly kind: 'notice'; readonly notice: Notice };

export type ToEngine =
  | { readonly kind: 'stop' }
  /** Every key of the system's key store, by variable: at the start, and whenever one is stored or removed. */
  | { readonly kind: 'keys'; readonly keys: Readonly<Record<string, string>> };
