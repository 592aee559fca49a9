/** The page's one door to the window's process: the requests and messages of shared/app/shell-bridge.ts, and nothing else of Electron. */
import { contextBridge, ipcRenderer } from 'electron';
import {
  MESSAGE_CHANNEL,
  REQUEST_CHANNEL,
  type ShellBridge,
  type ShellMessage,
} from '../../shared/app/shell-bridge.ts';

const bridge: ShellBridge = {
  request: (request) => ipcRenderer.invoke(REQUEST_CHANNEL, request),
  listen(listener) {
    const hear = (_event: unknown, message: ShellMessage) => listener(message);
    ipcRenderer.on(MESSAGE_CHANNEL, hear);
    return () => void ipcRenderer.removeListener(MESSAGE_CHANNEL, hear);
  },
};
contextBridge.exposeInMainWorld('sophiaShell', bridge);
