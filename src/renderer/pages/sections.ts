/** The sections of the navigation, in order; `key` is the letter after `g`. */
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

export interface Section {
  readonly path: string;
  readonly title: string;
  readonly key: string;
  readonly icon: Component<{ size?: number | string }>;
}

export const SECTIONS: readonly Section[] = [
  { path: 'studies', title: 'Studies', key: 's', icon: FlaskConical },
  { path: 'new', title: 'New study', key: 'n', icon: Plus },
  { path: 'compare', title: 'Compare', key: 'c', icon: GitCompareArrows },
  { path: 'rollouts', title: 'Rollouts', key: 'r', icon: MessagesSquare },
  { path: 'what-if', title: 'What if', key: 'w', icon: Shuffle },
  { path: 'tables', title: 'Tables', key: 't', icon: Columns3 },
  { path: 'trm', title: 'TRM', key: 'k', icon: Gauge },
  { path: 'library', title: 'Models & data', key: 'm', icon: Library },
  { path: 'settings', title: 'Settings', key: ',', icon: Settings },
];
