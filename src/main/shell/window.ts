/** The one window: sandboxed, without Node, where it was the last time. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BrowserWindow, type Rectangle, screen, type WebFrameMain } from 'electron';
import { MESSAGE_CHANNEL, type ShellMessage } from '../../shared/app/shell-bridge.ts';

interface Kept {
  readonly bounds: Rectangle;
  readonly maximized: boolean;
}

const DEFAULT = { width: 1400, height: 900 };
const LEAST = { minWidth: 640, minHeight: 480 };

export class MainWindow {
  readonly #file: string;
  #window: BrowserWindow | undefined;

  constructor(stateFolder: string) {
    this.#file = join(stateFolder, 'window.json');
  }

  /** Makes the window, unseen and empty: Chromium's process for its page comes up meanwhile. */
  warmUp(): void {
    this.#window ??= this.#create();
    void this.#window.loadURL('about:blank').catch(() => {}); // the page's address was faster
  }

  /** Opens the window on an address, or leads the open one there. */
  async show(url: string): Promise<void> {
    this.#window ??= this.#create();
    await this.#window.loadURL(url);
    this.#window.show();
  }

  get isFocused(): boolean {
    return this.#window?.isFocused() ?? false;
  }

  focus(): void {
    if (this.#window?.isMinimized()) this.#window.restore();
    this.#window?.show();
    this.#window?.focus();
  }

  /** Tells the page something, such as what was chosen in the menu. */
  tell(message: ShellMessage): void {
    this.#window?.webContents.send(MESSAGE_CHANNEL, message);
  }

  /** Whether something came from the page in this window, not from elsewhere. */
  isOwn(frame: WebFrameMain | null): boolean {
    return frame !== null && frame === this.#window?.webContents.mainFrame;
  }

  get native(): BrowserWindow | undefined {
    return this.#window;
  }

  hide(): void {
    this.#window?.hide();
  }

  /** The taskbar's progress; null for none. */
  showProgress(share: number | null): void {
    this.#window?.setProgressBar(share ?? -1);
  }

  #create(): BrowserWindow {
    const kept = this.#read();
    const window = new BrowserWindow({
      ...DEFAULT,
      ...(kept?.bounds ?? {}),
      ...LEAST,
      show: false,
      title: 'Sophia Lab',
      backgroundColor: '#12161b',
      ...(process.platform === 'linux' && { icon: join(__dirname, 'icon.png') }), // elsewhere it is the program's own
      webPreferences: {
        preload: join(__dirname, 'preload.cjs'), // beside the bundle
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        webviewTag: false,
        spellcheck: false,
      },
    });
    if (kept?.maximized) window.maximize();
    window.on('close', () => this.#write(window));
    window.on('closed', () => {
      this.#window = undefined;
    });
    return window;
  }

  #read(): Kept | null {
    try {
      const kept = JSON.parse(readFileSync(this.#file, 'utf8')) as Kept;
      const { x, y, width, height } = kept.bounds;
      const seen = screen
        .getAllDisplays()
        .some(
          ({ workArea: area }) =>
            x < area.x + area.width - 50 &&
            x + width > area.x + 50 &&
            y < area.y + area.height - 50 &&
            y >= area.y - 20,
        );
      return seen && width > 0 && height > 0 ? kept : null;
    } catch {
      return null; // first start, or the file was damaged: defaults
    }
  }

  #write(window: BrowserWindow): void {
    try {
      writeFileSync(this.#file, JSON.stringify({ bounds: window.getNormalBounds(), maximized: window.isMaximized() }));
    } catch {} // a full disk must not keep the window open
  }
}
