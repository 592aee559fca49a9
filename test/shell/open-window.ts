/** The app's window for tests: an Electron that runs this clone, a display, a home of its own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { _electron, type ElectronApplication } from 'playwright-core';
import { buildPage } from '../../scripts/setup/page.mjs';
import { buildShell } from '../../src/main/shell/build/build-shell.mjs';
import { oldElectron, removeElectron } from './old-electron.ts';
import { virtualDisplay } from './virtual-display.ts';

/** What a test file opens windows with; all of it is removed when the file ends. */
export interface Windows {
  /** Why there is no window here, or false. */
  readonly skip: string | false;
  home(): string;
  /** Opens the app as npm start does, on the home of this file; `env` over the tests' own. */
  open(env?: Readonly<Record<string, string | undefined>>): Promise<ElectronApplication>;
}

/** Finds Electron and a display. Call at the top of a test file, once. */
export async function windows(): Promise<Windows> {
  const own = process.env.SOPHIA_ELECTRON;
  const found = own === undefined ? await oldElectron() : { path: own };
  const screen = process.env.DISPLAY ? { display: process.env.DISPLAY, end: () => {} } : await virtualDisplay();
  let home: string;
  before(() => {
    home = mkdtempSync(join(tmpdir(), 'sophia-window-'));
  });
  after(() => {
    screen?.end();
    if ('path' in found && own === undefined) removeElectron(found.path);
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  });
  return {
    skip: 'why' in found ? found.why : screen === null ? 'no display and no Xvfb' : false,
    home: () => home,
    async open(env = {}) {
      await buildPage();
      await buildShell();
      const all = {
        ...process.env,
        DISPLAY: screen!.display,
        SOPHIA_HOME: home,
        SOPHIA_ENGINE_NODE: nodeWithTestEngine(home),
        SOPHIA_NO_DIALOGS: '1',
        ...env,
      };
      return _electron.launch({
        executablePath: (found as { path: string }).path,
        args: ['--no-sandbox', '--disable-gpu', '--lang=en-US'],
        env: Object.fromEntries(
          Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
        ),
      });
    },
  };
}

/**
 * A Node for the window that starts its engine with the fake trainer (engine-entry.ts beside this file) where it asks for the engine's entry,
 * and is Node for all else: the window itself stays as it is.
 */
function nodeWithTestEngine(folder: string): string {
  const file = join(folder, 'node');
  const script = `#!/bin/sh
for last; do :; done
case "$last" in
  */src/main/shell/engine/engine-entry.ts) exec "${process.execPath}" --disable-warning=ExperimentalWarning "${join(import.meta.dirname, 'engine-entry.ts')}" ;;
  *) exec "${process.execPath}" "$@" ;;
esac
`;
  writeFileSync(file, script, { mode: 0o755 });
  return file;
}
