/** Which page an address shows. */

import type { Component } from 'svelte';
import { kindNamed } from '../../shared/kinds/kind.ts';
import ComparePage from './compare/ComparePage.svelte';
import GlossaryPage from './glossary/GlossaryPage.svelte';
import LibraryPage from './library/LibraryPage.svelte';
import NotFoundPage from './NotFoundPage.svelte';
import NewStudyPage from './new-study/NewStudyPage.svelte';
import RolloutsPage from './rollouts/RolloutsPage.svelte';
import RunPage from './run/RunPage.svelte';
import SettingsPage from './settings/SettingsPage.svelte';
import StudiesPage from './studies/StudiesPage.svelte';
import RunsPage from './study/runs/RunsPage.svelte';
import StudyPage from './study/StudyPage.svelte';
import TablesPage from './tables/TablesPage.svelte';
import TrmPage from './trm/TrmPage.svelte';
import WhatIfPage from './what-if/WhatIfPage.svelte';

// biome-ignore lint/suspicious/noExplicitAny: each page declares its own properties.
type AnyPage = Component<any>;

export interface Page {
  readonly section: string;
  /** A new key makes a new page; the same key keeps the page while its query changes. */
  readonly key: string;
  readonly component: AnyPage;
  readonly props: Readonly<Record<string, unknown>>;
}

const WITHOUT_ID: Readonly<Record<string, AnyPage>> = {
  studies: StudiesPage,
  new: NewStudyPage,
  compare: ComparePage,
  rollouts: RolloutsPage,
  'what-if': WhatIfPage,
  tables: TablesPage,
  library: LibraryPage,
  trm: TrmPage,
  settings: SettingsPage,
  glossary: GlossaryPage,
};
const WITH_ID: Readonly<Record<string, { readonly component: AnyPage; readonly section: string }>> = {
  studies: { component: StudyPage, section: 'studies' },
  runs: { component: RunPage, section: 'studies' },
};
/** Pages of a part of what has an id: `studies/3/runs`. */
const PARTS: typeof WITH_ID = { 'studies/runs': { component: RunsPage, section: 'studies' } };

/** The page of an address. */
export function pageOf(path: readonly string[]): Page {
  const [section = 'studies', first] = path;
  const key = path.join('/');
  const id = Number(first);
  const whole = kindNamed(WITHOUT_ID, section);
  if (path.length <= 1 && whole !== undefined) return { section, key, component: whole, props: {} };
  const single = path.length === 3 ? kindNamed(PARTS, `${section}/${path[2]}`) : kindNamed(WITH_ID, section);
  if (path.length <= 3 && single !== undefined && Number.isInteger(id) && id > 0)
    return { ...single, key, props: { id } };
  return { section, key, component: NotFoundPage, props: { path: key } };
}
