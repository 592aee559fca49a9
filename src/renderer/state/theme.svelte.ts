/** Light, dark or as the system has it; remembered, and told to canvases through `version`. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
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
  }

  set(choice: Theme): void {
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
