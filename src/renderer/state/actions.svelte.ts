/** What can be done now: the actions that every page has, and those of the page that is shown. Palette, keys and native menu use them. */
import { untrack } from 'svelte';
import { ACTIONS, type ActionId } from '../../shared/app/actions.ts';
import type { ShellMessage } from '../../shared/app/shell-bridge.ts';
import { assertNever } from '../../shared/errors.ts';
import { route } from './route.svelte.ts';
import { theme } from './theme.svelte.ts';

export interface Action {
  readonly id: string;
  readonly title: string;
  /** One key without modifiers but Shift. */
  readonly keys?: string | undefined;
  readonly run: () => unknown;
}

/** A key as it is written on the screen: a capital is pressed with Shift. */
export const keyText = (keys: string): string => (/^[A-Z]$/.test(keys) ? `Shift ${keys}` : keys);

/** What is open over the page. */
export type OpenDialog = 'palette' | 'shortcuts' | 'import-archive' | 'verify-archive' | 'export-study' | null;

class Actions {
  /** Of the page that is shown, as it offered them. */
  ofPage = $state.raw<readonly Action[]>([]);
  dialog = $state<OpenDialog>(null);
  /** The study that is to be exported, for that dialog. */
  study = $state.raw<{ readonly id: number; readonly name: string } | null>(null);
  /** The text of a study file that was opened, until the page New study takes it. */
  studyText = $state.raw<string | null>(null);

  /** For an effect of a page: offers actions until the effect ends. */
  offer(list: readonly Action[]): () => void {
    this.ofPage = list;
    return () => {
      if (untrack(() => this.ofPage) === list) this.ofPage = [];
    };
  }

  /** The actions of every page. */
  get global(): readonly Action[] {
    return ACTIONS.map((action: { id: ActionId; title: string; keys?: string }) => ({
      ...action,
      run: () => this.#run(action.id),
    }));
  }

  /** Does what a key stands for; false where it stands for nothing now. */
  press(key: string): boolean {
    const found = [...this.ofPage, ...this.global].find((action) => action.keys === key);
    void found?.run();
    return found !== undefined;
  }

  /** Does what the native menu, or a click on a notification, asked for. */
  hear(message: ShellMessage): void {
    if (message.kind === 'go') location.hash = `#${message.address}`;
    else void this.global.find((action) => action.id === message.id)?.run();
  }

  exportStudy(study: { readonly id: number; readonly name: string }): void {
    this.study = study;
    this.dialog = 'export-study';
  }

  #run(id: ActionId): unknown {
    switch (id) {
      case 'new-study':
        return route.go(['new']);
      case 'open-study-file':
        return openStudyFile((text) => {
          this.studyText = text;
          route.go(['new']);
        });
      case 'import-model':
        return route.go(['library'], { import: 'model' });
      case 'import-data':
        return route.go(['library'], { import: 'data' });
      case 'theme':
        return theme.set(theme.isDark ? 'light' : 'dark');
      case 'palette':
      case 'shortcuts':
      case 'import-archive':
      case 'verify-archive':
        this.dialog = id;
        return;
      default:
        return assertNever(id, 'action');
    }
  }
}

/** Asks for a file (in the window, by the system's own dialog) and reads it. */
function openStudyFile(taken: (text: string) => void): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.yaml,.yml';
  input.onchange = () => void input.files?.[0]?.text().then(taken);
  input.click();
}

export const actions = new Actions();
