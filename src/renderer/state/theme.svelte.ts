/** Light, dark or as the system has it; remembered in the home (and here, for the first moment), told to canvases through `version`. */
import { THEMES, type Theme } from '../../shared/settings/home-settings.ts';
import { api } from '../api/client.ts';

const KEY = 'sophia-theme';

class ThemeState {
  choice = $state<Theme>('system');
  /** Changes whenever the colours do. */
  version = $state(0);

  start(): void {
    const kept = localStorage.getItem(KEY) as Theme | null;
    if (kept !== null && THEMES.includes(kept)) this.choice = kept;
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#apply());
    this.#apply();
    void api.settings.get.query().then(
      ({ theme }) => this.#take(theme),
      () => {}, // the engine is gone: what this browser remembers will do
    );
  }

  set(choice: Theme): void {
    this.#take(choice);
    api.settings.change.mutate({ theme: choice }).catch(() => {});
  }

  #take(choice: Theme): void {
    if (choice === this.choice && localStorage.getItem(KEY) === choice) return;
    this.choice = choice;
    localStorage.setItem(KEY, choice);
    this.#apply();
  }

  get isDark(): boolean {
    return this.choice === 'dark' || (this.choice === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  }

  #apply(): void {
    document.documentElement.dataset.theme = this.isDark ? 'dark' : 'light';
    this.version++;
  }
}

export const theme = new ThemeState();
