/** Which page an address shows, and the sections of the navigation. */
import FlaskConical from '@lucide/svelte/icons/flask-conical';
import type { Component } from 'svelte';
import NotFoundPage from './NotFoundPage.svelte';
import StudiesPage from './StudiesPage.svelte';
import StudyPage from './StudyPage.svelte';

/** The navigation, in order. */
export const SECTIONS: readonly {
  readonly path: string;
  readonly title: string;
  readonly icon: Component<{ size?: number | string }>;
}[] = [{ path: 'studies', title: 'Studies', icon: FlaskConical }];

export interface Page {
  readonly section: string;
  /** A new key makes a new page; the same key keeps the page while its query changes. */
  readonly key: string;
  // biome-ignore lint/suspicious/noExplicitAny: each page declares its own properties.
  readonly component: Component<any>;
  readonly props: Readonly<Record<string, unknown>>;
}

/** The page of an address. */
export function pageOf(path: readonly string[]): Page {
  const [section = 'studies', first] = path;
  const id = Number(first);
  const hasId = Number.isInteger(id) && id > 0;
  const key = path.join('/');
  if (section === 'studies' && first === undefined) return { section, key, component: StudiesPage, props: {} };
  if (section === 'studies' && hasId) return { section, key, component: StudyPage, props: { id } };
  return { section, key, component: NotFoundPage, props: { path: key } };
}
