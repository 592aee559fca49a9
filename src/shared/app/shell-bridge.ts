/**
 * What the page can ask of the window that it is shown in, and hear from it; in a browser there is none of it. Declared once for the window's
 * process, the preload script and the page. Keys go in and never come back out.
 */

/** Requests of the page. */
export const REQUEST_CHANNEL = 'sophia:request';
/** Messages to the page. */
export const MESSAGE_CHANNEL = 'sophia:message';

/** What the window's process is asked. */
export type ShellRequest =
  | { readonly kind: 'key-state' }
  | { readonly kind: 'store-key'; readonly variable: string; readonly key: string }
  | { readonly kind: 'remove-key'; readonly variable: string }
  | { readonly kind: 'choose'; readonly what: ChooseKind }
  | { readonly kind: 'show-home' }
  | { readonly kind: 'notification-state' }
  | { readonly kind: 'turn-notifications'; readonly on: boolean }
  | { readonly kind: 'test-notification' };

/** What can be chosen in a native dialog. */
export type ChooseKind = 'model-folder' | 'data-file' | 'archive';

/** The system's key store: why it cannot be used, or null; and the variables that have a key in it. */
export interface KeyState {
  readonly problem: string | null;
  readonly variables: readonly string[];
}

/** Notifications of this window: whether they are on, and why they cannot be shown or kept so, or null. */
export interface NotificationState {
  readonly isOn: boolean;
  readonly problem: string | null;
}

/** What the system made of a test notification. */
export interface TestedNotification {
  readonly works: boolean;
  readonly says: string;
}

/** Each request's answer. A refusal is a line of words. */
export type ShellAnswer<R extends ShellRequest> = R extends { kind: 'key-state' }
  ? KeyState
  : R extends { kind: 'store-key' | 'remove-key' }
    ? { readonly problem: string | null }
    : R extends { kind: 'choose' }
      ? string | null
      : R extends { kind: 'notification-state' | 'turn-notifications' }
        ? NotificationState
        : R extends { kind: 'test-notification' }
          ? TestedNotification
          : null;

/** What the window tells the page: an address to show, or one of the page's actions (its id) that was chosen in the menu. */
export type ShellMessage =
  | { readonly kind: 'go'; readonly address: string }
  | { readonly kind: 'action'; readonly id: string };

/** `window.sophiaShell`. */
export interface ShellBridge {
  request<R extends ShellRequest>(request: R): Promise<ShellAnswer<R>>;
  /** Hears messages until the returned function is called. */
  listen(listener: (message: ShellMessage) => void): () => void;
}
