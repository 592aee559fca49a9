/** What the window's own process offers the page (src/main/shell/preload.ts); absent in a browser, where the page does without. */

/** The bridge, as the preload script exposes it. */
export interface ShellBridge {
  /** A native dialog for a folder or a file; null when it was closed without a choice. */
  chooseFolder(title: string): Promise<string | null>;
  chooseFile(title: string, endings: readonly string[]): Promise<string | null>;
  /** Where a dropped file lies on disk. */
  pathOf(file: File): string;
  /** Names of the keys in the system's key store, never the keys. */
  keyNames(): Promise<{ readonly available: boolean; readonly names: readonly string[] }>;
  /** Keeps a key in the system's key store and gives it to runs from now on; an empty one is forgotten. */
  setKey(name: string, value: string): Promise<void>;
  /** Told of pages and actions chosen in the native menu. */
  onCommand(listener: (command: string) => void): void;
}

/** The bridge, or undefined in a browser. */
export const shell = (globalThis as { sophiaShell?: ShellBridge }).sophiaShell;
