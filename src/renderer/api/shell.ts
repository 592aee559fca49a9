/** The window that the page is shown in, or undefined in a browser: native dialogs, the system's key store, notifications. */
import type { ChooseKind, ShellBridge } from '../../shared/app/shell-bridge.ts';

export const shell = (globalThis as { sophiaShell?: ShellBridge }).sophiaShell;

/** Asks for a path in a native dialog; null when nothing was chosen, or there is no window. */
export async function choosePath(what: ChooseKind): Promise<string | null> {
  return (await shell?.request({ kind: 'choose', what })) ?? null;
}
