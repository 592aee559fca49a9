/**
 * The window: starts the engine as a process of its own and shows its page. Electron's main process does nothing else: no database, no
 * tensors, no training. Bundled to dist/shell/main.cjs by build/build-shell.mjs.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog, Menu } from 'electron';
import { homeOf } from './app-home.ts';
import { answerRequests } from './bridge.ts';
import { askWhereToSave } from './downloads.ts';
import { type EngineProcess, startEngineProcess } from './engine/engine-process.ts';
import { KeyStore } from './key-store.ts';
import { secureSessions } from './lock-down.ts';
import { menuTemplate } from './menu.ts';
import { SystemNotifications } from './notify.ts';
import { MainWindow } from './window.ts';

const home = homeOf(process.env);
const stateFolder = join(home, 'window');
mkdirSync(stateFolder, { recursive: true });
app.setPath('userData', stateFolder); // one window per home, not per machine
app.setName('Sophia Lab');

const keys = new KeyStore(stateFolder);
let engine: EngineProcess | undefined;
let window: MainWindow | undefined;
const notifications = new SystemNotifications(stateFolder, () => window);
let quitting = false;
let restarts = 0;

if (!app.requestSingleInstanceLock()) app.quit();
else void run();

async function run(): Promise<void> {
  app.on('second-instance', () => window?.focus());
  app.on('window-all-closed', () => app.quit());
  app.on('before-quit', (event) => {
    if (engine === undefined) return;
    event.preventDefault();
    void quit();
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit());
  // Electron, the engine's process and the window's come up at the same time.
  await startEngine(app.whenReady().then(prepare));
}

/** All that a window needs before it opens. */
function prepare(): void {
  const menu = menuTemplate(app.name, process.platform, (message) => window?.tell(message));
  Menu.setApplicationMenu(Menu.buildFromTemplate(menu));
  secureSessions();
  if (process.env.SOPHIA_NO_DIALOGS === undefined) askWhereToSave();
  answerRequests({
    ...{ home, keys, notifications, window: () => window },
    onKeys: () => engine?.giveKeys(keys.decrypted()),
  });
  window = new MainWindow(stateFolder);
  window.warmUp();
}

/** Starts the engine and, when all is `prepared`, shows its page; a refusal (home in use, newer database) is told in a dialog of one line. */
async function startEngine(prepared = Promise.resolve()): Promise<void> {
  try {
    const started = await startEngineProcess({
      home,
      keys: prepared.then(() => keys.decrypted()),
      onRunFinished: (ended) => notifications.tellRunEnd(ended),
      onNotice: (notice) => notifications.tell(notice),
      onProgress: (share) => window?.showProgress(share),
      onExit: (why) => void engineEnded(why),
    });
    engine = started;
    await prepared;
    await window?.show(started.pageUrl);
  } catch (error) {
    await fail((error as Error).message);
  }
}

/** The engine ended without being asked: its runs are safe, so it is started again, unless it keeps ending. */
async function engineEnded(why: string | null): Promise<void> {
  engine = undefined;
  window?.showProgress(null);
  if (quitting) return;
  if (why !== null) return fail(why);
  if (restarts++ < 2) return startEngine();
  await fail('The engine has ended three times. Recorded data is safe; see the log in the terminal.');
}

async function fail(message: string): Promise<void> {
  console.error(`sophia: ${message}`);
  if (process.env.SOPHIA_NO_DIALOGS === undefined) {
    await app.whenReady();
    await dialog.showMessageBox({
      type: 'error',
      title: 'Sophia Lab',
      message: 'Sophia Lab cannot continue',
      detail: message,
    });
  }
  app.exit(1);
}

/** Asks when runs would be stopped; then the engine ends first, the window after it. */
async function quit(): Promise<void> {
  if (quitting || engine === undefined) return;
  quitting = true;
  const { running } = engine;
  if (running > 0 && process.env.SOPHIA_NO_DIALOGS === undefined) {
    const { response } = await dialog.showMessageBox({
      type: 'question',
      buttons: ['Stop and quit', 'Cancel'],
      defaultId: 1,
      cancelId: 1,
      message: running === 1 ? '1 run is running' : `${running} runs are running`,
      detail: 'Running runs stop after the current step and can be resumed later.',
    });
    if (response === 1) {
      quitting = false;
      return;
    }
  }
  window?.hide();
  await engine.stop();
  engine = undefined;
  app.quit();
}
