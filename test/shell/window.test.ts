import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ElectronApplication } from 'playwright-core';
import { studyYaml } from '../setup/with-engine.ts';
import { windows } from './open-window.ts';

const { skip, home: homeOf, open } = await windows();

let app: ElectronApplication;

test('a window shows the page, is locked down, keeps its place, and ends its engine', {
  skip,
  timeout: 300_000,
}, async () => {
  const home = homeOf();
  app = await open();
  const page = await app.firstWindow();
  await page.getByRole('heading', { name: 'Studies' }).waitFor();
  const { pid, token, url } = JSON.parse(readFileSync(join(home, 'engine.json'), 'utf8')) as {
    pid: number;
    token: string;
    url: string;
  };

  const preferences = await app.evaluate(({ BrowserWindow }) => {
    const { webContents } = BrowserWindow.getAllWindows()[0]!;
    const inner = webContents as unknown as { getLastWebPreferences(): Record<string, unknown> };
    const all = inner.getLastWebPreferences();
    const on = ['sandbox', 'contextIsolation', 'webSecurity'].filter((name) => all[name] === true);
    const off = ['nodeIntegration', 'nodeIntegrationInWorker', 'nodeIntegrationInSubFrames', 'webviewTag'];
    const never = [
      'allowRunningInsecureContent',
      'experimentalFeatures',
      'enableBlinkFeatures',
      'enablePreferredSizeMode',
    ];
    return {
      on,
      given: [...off, ...never].filter((name) => all[name] !== undefined && all[name] !== false && all[name] !== ''),
    };
  });
  assert.deepEqual(preferences, { on: ['sandbox', 'contextIsolation', 'webSecurity'], given: [] });
  assert.equal(await page.evaluate(() => location.protocol), 'http:', 'no page comes from a file');
  assert.deepEqual(
    await page.evaluate(() => {
      const { sophiaShell, ...others } = globalThis as unknown as { sophiaShell: object; electron?: unknown };
      const names = ['electron', 'ipcRenderer', 'Buffer', 'global'].filter((name) => name in others);
      return [Object.keys(sophiaShell).sort(), names];
    }),
    [['listen', 'request'], []],
    'of Electron the page has these two functions',
  );
  assert.deepEqual(
    await page.evaluate(() => ['require', 'process', 'module'].filter((name) => name in globalThis)),
    [],
  );

  // The one door to this process: keys go in and never out; dialogs are the system's; the menu's actions reach the page.
  type Bridge = { request(one: object): Promise<unknown> };
  const ask = (one: object) =>
    page.evaluate((request) => (globalThis as unknown as { sophiaShell: Bridge }).sophiaShell.request(request), one);
  const { problem } = (await ask({ kind: 'key-state' })) as { problem: string | null };
  const stored = (await ask({ kind: 'store-key', variable: 'SOME_KEY', key: 'sk-very-secret' })) as {
    problem: unknown;
  };
  assert.equal(stored.problem, problem, 'a system without a key store keeps no key');
  const kept = join(home, 'window/keys.json');
  assert.equal(existsSync(kept), problem === null);
  if (existsSync(kept)) assert.doesNotMatch(readFileSync(kept, 'utf8'), /very-secret/);
  assert.deepEqual(Object.keys((await ask({ kind: 'key-state' })) as object), ['problem', 'variables']);
  await assert.rejects(ask({ kind: 'decrypt' }), /Refused/);
  await app.evaluate(({ dialog }) => {
    dialog.showOpenDialog = (async () => ({ canceled: false, filePaths: ['/data/model'] })) as never;
  });
  assert.equal(await ask({ kind: 'choose', what: 'model-folder' }), '/data/model');
  const choose = (id: string) =>
    app.evaluate(({ Menu }, item) => Menu.getApplicationMenu()!.getMenuItemById(item)!.click(), id);
  await choose('shortcuts');
  await page.getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor();
  await page.keyboard.press('Escape');
  await choose('import-model');
  await page.getByRole('dialog').getByRole('button', { name: 'Choose…' }).click();
  assert.equal(await page.getByRole('dialog').getByRole('textbox').first().inputValue(), '/data/model');
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Studies', exact: true }).click();

  await page.evaluate(() => window.open('https://example.com/'));
  assert.equal(app.windows().length, 1);
  assert.equal(
    await page.evaluate(() =>
      navigator.permissions.query({ name: 'geolocation' }).then((permission) => permission.state),
    ),
    'denied',
  );

  const started = await fetch(`${url}/api/studies.start`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ yaml: studyYaml({ name: 'in-a-window', seeds: '[0]' }) }),
  });
  assert.equal(started.status, 200);
  await page.getByRole('link', { name: 'in-a-window' }).click();
  await page.getByText('2 runs finished', { exact: true }).click({ timeout: 60_000 });
  await page.locator('td:has-text("finished")').nth(1).waitFor();

  await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]!.setBounds({ x: 40, y: 50, width: 1000, height: 700 }),
  );
  await app.close();
  assert.throws(() => process.kill(pid, 0), 'the engine ended with its window');

  app = await open();
  await (await app.firstWindow()).getByRole('heading', { name: 'Studies' }).waitFor(); // before, it is an empty window
  const bounds = await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.getBounds());
  assert.deepEqual([bounds.width, bounds.height], [1000, 700]);
  const address = await app.evaluate(async ({ BrowserWindow }) => {
    const { webContents } = BrowserWindow.getAllWindows()[0]!;
    await webContents.executeJavaScript(
      "location.href = 'http://127.0.0.1:1/'; new Promise((resolve) => setTimeout(resolve, 500))",
    );
    return webContents.getURL();
  });
  assert.match(address, /#\/studies$/, 'it stays on its page');
  await app.close();
});
