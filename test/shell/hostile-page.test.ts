/**
 * What a page that was taken over may do in the window: nothing. Script of the page tries each way out in a real window; beside it stands a server that
 * would see whatever got through, and what the system's browser would be asked to open is noted instead.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ElectronApplication, Page } from 'playwright-core';
import { windows } from './open-window.ts';

const { skip, open } = await windows();
const SLOW = { timeout: 240_000 };

describe('a page that was taken over', { skip }, () => {
  let app: ElectronApplication;
  let page: Page;
  let server: Server;
  let outside: string;
  const seen: string[] = [];
  before(async () => {
    server = createServer((request, response) => {
      seen.push(request.url ?? '');
      response.setHeader('access-control-allow-origin', '*');
      response.end('<script>parent.postMessage("in", "*")</script>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    outside = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    app = await open();
    page = await app.firstWindow();
    await page.getByRole('heading', { name: 'Studies' }).waitFor();
    await app.evaluate(({ shell }) => {
      const opened: string[] = [];
      Object.assign(globalThis, { opened });
      shell.openExternal = (async (url: string) => void opened.push(url)) as never;
    });
  }, SLOW);
  after(async () => {
    await app?.close();
    server?.close();
    server?.closeAllConnections();
  });

  /** Runs script in the page as the page's own: past the content policy, as one of its files would. */
  const run = <T>(script: string): Promise<T> =>
    app.evaluate(
      ({ BrowserWindow }, code) => BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript(code, true),
      script,
    ) as Promise<T>;
  const opened = () => app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened.splice(0));
  /** The window has its page still, alone, and the server outside was asked for nothing. */
  async function nothingHappened(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 400));
    const urls = await app.evaluate(({ webContents }) =>
      webContents
        .getAllWebContents()
        .filter((contents) => !contents.getURL().startsWith('devtools'))
        .map((contents) => contents.getURL()),
    );
    assert.equal(urls.length, 1, urls.join('\n'));
    assert.match(urls[0]!, /^http:\/\/127\.0\.0\.1:\d+\/.*#\/studies$/);
    assert.ok(!urls[0]!.startsWith(outside));
    assert.deepEqual(seen.splice(0), []);
  }

  const goes: Readonly<Record<string, (to: string) => string>> = {
    'by its address': (to) => `location.href = ${JSON.stringify(to)}; 0`,
    'in place of its history': (to) => `location.replace(${JSON.stringify(to)}); 0`,
    'by a link': (to) =>
      `{ const a = document.createElement('a'); a.href = ${JSON.stringify(to)}; document.body.append(a); a.click(); a.remove(); } 0`,
    'by a form': (to) =>
      `{ const f = document.createElement('form'); f.action = ${JSON.stringify(to)}; f.method = 'post'; document.body.append(f); f.submit(); f.remove(); } 0`,
    'by a refresh': (to) =>
      `{ const m = document.createElement('meta'); m.httpEquiv = 'refresh'; m.content = '0;url=' + ${JSON.stringify(to)}; document.head.append(m); } 0`,
  };
  for (const [way, script] of Object.entries(goes))
    test(`goes nowhere ${way}`, async () => {
      for (const to of [
        `${outside}/gone`,
        'file:///etc/passwd',
        'data:text/html,<h1>x</h1>',
        'javascript:document.title="x"',
      ]) {
        await run(script(to));
        await nothingHappened();
      }
      assert.deepEqual(await opened(), [], 'nor is the browser asked for what is not https');
    });

  test('opens no window, of its own or by a link; an https link goes to the system’s browser', async () => {
    const link = (to: string) =>
      `{ const a = document.createElement('a'); a.target = '_blank'; a.href = ${JSON.stringify(to)}; document.body.append(a); a.click(); a.remove(); } 0`;
    for (const to of [`${outside}/w`, 'file:///etc/passwd', 'about:blank', 'smb://x/y', 'calculator:'])
      for (const script of [`window.open(${JSON.stringify(to)}) === null`, link(to)]) await run(script);
    await nothingHappened();
    assert.deepEqual(await opened(), []);
    await run(link('https://example.org/doc'));
    await nothingHappened();
    assert.deepEqual(await opened(), ['https://example.org/doc']);
  });

  test('embeds nothing: no frame, no object, no webview', async () => {
    for (const [tag, attribute] of [
      ['iframe', 'src'],
      ['embed', 'src'],
      ['object', 'data'],
      ['webview', 'src'],
    ])
      await run(
        `{ const e = document.createElement('${tag}'); e.setAttribute('${attribute}', '${outside}/${tag}'); document.body.append(e); } 0`,
      );
    await nothingHappened();
    await run(`document.querySelectorAll('iframe, embed, object, webview').forEach((e) => e.remove()); 0`);
  });

  test('is given no permission, asked for or looked up, but to copy a text', async () => {
    const answers = await run<Record<string, string>>(`(async () => {
      const end = (promise) => Promise.race([promise, new Promise((resolve) => setTimeout(resolve, 3000, 'no answer'))]);
      const out = {};
      out.notifications = await end(Notification.requestPermission());
      out.place = await end(new Promise((resolve) => navigator.geolocation.getCurrentPosition(() => resolve('given'), () => resolve('denied'))));
      for (const [name, wanted] of [['camera', { video: true }], ['microphone', { audio: true }]])
        out[name] = await end(navigator.mediaDevices.getUserMedia(wanted).then(() => 'given', () => 'denied'));
      out.screen = await end(navigator.mediaDevices.getDisplayMedia({ video: true }).then(() => 'given', () => 'denied'));
      out.midi = await end(navigator.requestMIDIAccess({ sysex: true }).then(() => 'given', () => 'denied'));
      out.paste = await end(navigator.clipboard.readText().then(() => 'given', () => 'denied'));
      for (const name of ['usb', 'hid', 'serial'])
        out[name] = navigator[name] === undefined ? 'denied' : await end((name === 'serial' ? navigator.serial.requestPort() : navigator[name].requestDevice({ filters: [] })).then((got) => (Array.isArray(got) && got.length === 0 ? 'denied' : 'given'), () => 'denied'));
      out.keyboard = await end(navigator.keyboard.lock().then(() => 'locked', () => 'denied'));
      return out;
    })()`);
    const { keyboard: _keyboard, ...others } = answers; // locking keys needs full screen to have an effect, and asks nobody
    assert.deepEqual([...new Set(Object.values(others))], ['denied'], JSON.stringify(answers));
  });

  test('its content policy lets nothing in and nothing out', async () => {
    const results = await run<Record<string, string>>(`(async () => {
      const out = {};
      const end = (promise) => Promise.race([promise, new Promise((resolve) => setTimeout(resolve, 1500, 'blocked'))]);
      const add = (name, tag, set) => end(new Promise((resolve) => {
        const e = document.createElement(tag);
        e.onload = () => resolve('loaded');
        e.onerror = () => resolve('blocked');
        set(e);
        document.head.append(e);
      })).then((said) => { out[name] = said; });
      try { out.eval = String(eval('1 + 1')); } catch { out.eval = 'blocked'; }
      try { out.function = String(new Function('return 2')()); } catch { out.function = 'blocked'; }
      const inline = document.createElement('script');
      inline.textContent = 'window.injected = true';
      document.head.append(inline);
      out.inline = window.injected === true ? 'ran' : 'blocked';
      const button = document.createElement('button');
      button.setAttribute('onclick', 'window.clicked = true');
      document.body.append(button);
      button.click();
      button.remove();
      out.attribute = window.clicked === true ? 'ran' : 'blocked';
      await add('script', 'script', (e) => { e.src = '${outside}/script'; });
      await add('blobScript', 'script', (e) => { e.src = URL.createObjectURL(new Blob(['window.blobbed = true'])); });
      await add('style', 'link', (e) => { e.rel = 'stylesheet'; e.href = '${outside}/style'; });
      await add('picture', 'img', (e) => { e.src = '${outside}/picture'; });
      await add('dataPicture', 'img', (e) => { e.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACw='; });
      out.fetch = await end(fetch('${outside}/fetch').then(() => 'sent', () => 'blocked'));
      out.beacon = (() => { try { navigator.sendBeacon('${outside}/beacon', 'x'); } catch {} return 'blocked'; })();
      out.socket = await end(new Promise((resolve) => {
        try {
          const s = new WebSocket('${outside.replace('http', 'ws')}/socket');
          s.onopen = () => resolve('sent');
          s.onerror = () => resolve('blocked');
        } catch { resolve('blocked'); }
      }));
      out.worker = await end(new Promise((resolve) => {
        try {
          const w = new Worker(URL.createObjectURL(new Blob(['postMessage(1)'])));
          w.onmessage = () => resolve('ran');
          w.onerror = () => resolve('blocked');
        } catch { resolve('blocked'); }
      }));
      const base = document.createElement('base');
      base.href = '${outside}/';
      document.head.append(base);
      out.base = new URL('x', document.baseURI).origin === '${outside}' ? 'moved' : 'blocked';
      base.remove();
      return out;
    })()`);
    const through = Object.entries(results).filter(([, said]) => said !== 'blocked');
    assert.deepEqual(through, []);
    await nothingHappened();
  });

  test('the door to the main process hears the window’s own page alone: a page of another origin is refused', async () => {
    const ask = `sophiaShell.request({ kind: 'key-state' }).then(() => 'heard', (error) => String(error))`;
    assert.equal(await run(ask), 'heard');
    const preload = fileURLToPath(new URL('../../dist/shell/preload.cjs', import.meta.url));
    assert.ok(existsSync(preload), preload);
    const said = await app.evaluate(
      async ({ BrowserWindow }, { to, script, preload }) => {
        const webPreferences = { sandbox: true, contextIsolation: true, preload };
        const stranger = new BrowserWindow({ show: false, webPreferences });
        try {
          await stranger.loadURL(to);
          return (await stranger.webContents.executeJavaScript(script)) as string;
        } finally {
          stranger.destroy();
        }
      },
      { to: `${outside}/stranger`, script: `typeof sophiaShell === 'undefined' ? 'no door' : ${ask}`, preload },
    );
    assert.match(said, /Refused/, 'the stranger was given the same door');
    seen.length = 0;
  });
});
