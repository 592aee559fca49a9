/** Answers the page's requests (shared/app/shell-bridge.ts): key store, notifications, native dialogs, the home's folder. Only the window's own page is heard. */

import { dialog, ipcMain, type OpenDialogOptions, shell } from 'electron';
import {
  type ChooseKind,
  REQUEST_CHANNEL,
  type ShellAnswer,
  type ShellRequest,
} from '../../shared/app/shell-bridge.ts';
import { DATA_ENDINGS } from '../../shared/kinds/data-format.ts';
import type { KeyStore } from './key-store.ts';
import type { SystemNotifications } from './notify.ts';
import type { MainWindow } from './window.ts';

const DIALOGS: Readonly<Record<ChooseKind, OpenDialogOptions>> = {
  'model-folder': { title: 'Choose a model folder', properties: ['openDirectory'] },
  'data-file': {
    title: 'Choose a data file',
    properties: ['openFile'],
    filters: [{ name: 'Questions', extensions: [...DATA_ENDINGS] }],
  },
  archive: {
    title: 'Choose an archive of a study',
    properties: ['openFile'],
    filters: [{ name: 'Archive of a study', extensions: ['zip'] }],
  },
};

export interface BridgeOptions {
  readonly home: string;
  readonly keys: KeyStore;
  readonly notifications: SystemNotifications;
  readonly window: () => MainWindow | undefined;
  /** A key was stored or removed. */
  readonly onKeys: () => void;
}

/** Starts answering. Call once. */
export function answerRequests(options: BridgeOptions): void {
  ipcMain.handle(REQUEST_CHANNEL, (event, request: ShellRequest) => {
    const window = options.window();
    if (window === undefined || !window.isOwn(event.senderFrame)) throw new Error('Refused.');
    return answer(options, window, request);
  });
}

async function answer(
  { home, keys, notifications, onKeys }: BridgeOptions,
  window: MainWindow,
  request: ShellRequest,
): Promise<ShellAnswer<ShellRequest>> {
  switch (request.kind) {
    case 'key-state':
      return keys.state();
    case 'store-key': {
      const problem = keys.store(String(request.variable), String(request.key));
      onKeys();
      return { problem };
    }
    case 'remove-key': {
      const problem = keys.remove(String(request.variable));
      onKeys();
      return { problem };
    }
    case 'choose':
      return choose(window, request.what);
    case 'show-home':
      await shell.openPath(home);
      return null;
    case 'notification-state':
      return notifications.state();
    case 'turn-notifications':
      return notifications.turn(request.on === true);
    case 'test-notification':
      return notifications.test();
    default:
      throw new Error('Refused.');
  }
}

async function choose(window: MainWindow, what: ChooseKind): Promise<string | null> {
  const options = DIALOGS[what];
  if (options === undefined || window.native === undefined) return null;
  const { canceled, filePaths } = await dialog.showOpenDialog(window.native, options);
  return canceled ? null : (filePaths[0] ?? null);
}
