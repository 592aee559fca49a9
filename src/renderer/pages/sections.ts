/** The sections of the navigation: the pages of shared/app/actions.ts with their icons. */
import Columns3 from '@lucide/svelte/icons/columns-3';
import FlaskConical from '@lucide/svelte/icons/flask-conical';
import Gauge from '@lucide/svelte/icons/gauge';
import GitCompareArrows from '@lucide/svelte/icons/git-compare-arrows';
import Library from '@lucide/svelte/icons/library';
import MessagesSquare from '@lucide/svelte/icons/messages-square';
import Plus from '@lucide/svelte/icons/plus';
import Settings from '@lucide/svelte/icons/settings';
import Shuffle from '@lucide/svelte/icons/shuffle';
import type { Component } from 'svelte';
import { PAGES, type PageEntry } from '../../shared/app/actions.ts';

export interface Section extends PageEntry {
  readonly icon: Component<{ size?: number | string }>;
}

const ICONS = {
  studies: FlaskConical,
  new: Plus,
  compare: GitCompareArrows,
  rollouts: MessagesSquare,
  'what-if': Shuffle,
  tables: Columns3,
  trm: Gauge,
  library: Library,
  settings: Settings,
} as const satisfies Record<(typeof PAGES)[number]['path'], unknown>;

export const SECTIONS: readonly Section[] = PAGES.map((page) => ({ ...page, icon: ICONS[page.path] }));
