/** What the system shows beside the window: where to save a file, notices, the question before runs are stopped. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Event, MessageBoxOptions, Notification, SaveDialogOptions } from 'electron';
import { studyYaml } from '../setup/with-engine.ts';
import { windows } from './open-window.ts';

const { skip, home: homeOf, open } = await windows();

/** What the window's process was made to note. */
interface Noted {
  readonly saves: SaveDialogOptions[];
  readonly notifications: Notification[];
  readonly questions: MessageBoxOptions[];
  /** Where the next download goes, in place of the dialog that nobody could answer. */
  target: string;
  answer: number;
  /** Of the taskbar: below 0 for none. */
  progress: number;
}
declare global {
  /** In the window's process, where the functions given to `evaluate` run. */
  var noted: Noted;
}

test('a file asks where to go, in the folder of the last one; notices come once, and not where they are switched off; runs are not stopped unasked', {
  skip,
  timeout: 300_000,
}, async () => {
  const home = homeOf();
  const app = await open({ SOPHIA_NO_DIALOGS: undefined });
  const page = await app.firstWindow();
  await page.getByRole('heading', { name: 'Studies' }).waitFor();
  // Ours have been asked before this listener hears of a download: what the dialog would show is settled, and a path given now keeps it closed.
  await app.evaluate(({ BrowserWindow, dialog, session, Notification }) => {
    globalThis.noted = { saves: [], notifications: [], questions: [], target: '', answer: 1, progress: -1 };
    const window = BrowserWindow.getAllWindows()[0]!;
    window.setProgressBar = (share) => {
      noted.progress = share;
    };
    session.defaultSession.on('will-download', (_event, item) => {
      noted.saves.push(item.getSaveDialogOptions());
      item.setSavePath(noted.target);
    });
    Notification.isSupported = () => true;
    Notification.prototype.show = function (this: Notification) {
      noted.notifications.push(this);
      setImmediate(() => this.emit('show', {} as Event));
    };
    dialog.showMessageBox = (async (options: MessageBoxOptions) => {
      noted.questions.push(options);
      return { response: noted.answer, checkboxChecked: false };
    }) as never;
  });
  const engine = JSON.parse(readFileSync(join(home, 'engine.json'), 'utf8')) as { token: string; url: string };
  const { token, url } = engine;
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  const get = async <T>(path: string, input: unknown): Promise<T> => {
    const response = await fetch(`${url}/api/${path}?input=${encodeURIComponent(JSON.stringify(input))}`, { headers });
    return ((await response.json()) as { result: { data: T } }).result.data;
  };
  const start = async (yaml: string): Promise<number> => {
    const body = JSON.stringify({ yaml });
    const response = await fetch(`${url}/api/studies.start`, { method: 'POST', headers, body });
    return ((await response.json()) as { result: { data: { studyId: number } } }).result.data.studyId;
  };
  const runOf = async (studyId: number) =>
    (await get<{ cells: { id: number; name: string; state: string }[] }>('studies.get', { id: studyId })).cells[0]!;

  // Saved twice: the second time the dialog opens where the first file went.
  const folder = join(home, 'saved here');
  mkdirSync(folder);
  const saveAs = async (format: string, file: string) => {
    await app.evaluate((_electron, target) => void (noted.target = target), join(folder, file));
    await page.getByRole('button', { name: 'Save the published figures' }).click();
    await page.getByRole('menuitem', { name: format, exact: true }).click();
    while ((await app.evaluate(() => noted.saves.length)) === 0) await sleep(50);
    const [options] = await app.evaluate(() => noted.saves.splice(0));
    for (;;) {
      try {
        const text = readFileSync(join(folder, file), 'utf8');
        if (text !== '') return { options, text };
      } catch {}
      await sleep(50);
    }
  };
  await page.getByRole('link', { name: 'Tables', exact: true }).click();
  const documents = await app.evaluate(({ app: inner }) => inner.getPath('documents'));
  const first = await saveAs('CSV', 'mine.csv');
  const { title, defaultPath, filters } = first.options!;
  assert.deepEqual(
    { title, defaultPath, filters },
    {
      title: 'Save published-figures.csv',
      defaultPath: join(documents, 'published-figures.csv'),
      filters: [{ name: 'CSV', extensions: ['csv'] }],
    },
  );
  assert.match(first.text, /SophiaVL-R1/);
  const second = await saveAs('LaTeX', 'mine.tex');
  assert.equal(second.options!.defaultPath, join(folder, 'published-figures.tex'));
  assert.match(second.text, /\\begin\{tabular\}/);

  // A study finishes while the window is looked at: nothing. While it is not: a notification, whose click brings window and study.
  const lookAt = (isFocused: boolean) =>
    app.evaluate(({ BrowserWindow }, focused) => {
      const window = BrowserWindow.getAllWindows()[0]!;
      window.isFocused = () => focused; // a display without a window manager gives nobody the focus
      if (!focused) window.hide();
    }, isFocused);
  const titles = () => app.evaluate(() => noted.notifications.map((notification) => notification.title));
  const one = (name: string, script = 'fake', steps = 8, seeds = '[0]') =>
    start(studyYaml({ name, script, steps, seeds, variants: '[grpo]' }));
  await lookAt(true);
  const watched = await one('looked-at');
  while ((await runOf(watched)).state !== 'finished') await sleep(50);
  await app.evaluate(() => void (noted.progress = -1));
  const away = await one('while-away', 'fake:ms=20', 300);
  while ((await app.evaluate(() => noted.progress)) < 0) await sleep(50); // what the engine said before has been heard
  await lookAt(false);
  while ((await titles()).length === 0) await sleep(50);
  const body = await app.evaluate(() => {
    const [notification] = noted.notifications;
    notification!.emit('click', {} as Event);
    return notification!.body;
  });
  assert.equal(body, 'Its run has finished.');
  await page.getByRole('heading', { name: 'while-away' }).waitFor();
  assert.ok(page.url().endsWith(`#/studies/${away}`), page.url());
  assert.ok(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.isVisible()));

  // A failed run is told once; of two runs the first that finishes is told, then the study with the second.
  const broken = await one('breaks', 'fake:throw@2');
  while ((await titles()).length < 2) await sleep(50);
  const two = await one('two', 'fake:ms=20', 20, '[0, 1]');
  while (!(await titles()).includes('Study two finished')) await sleep(50);
  const { cells } = await get<{ cells: { name: string }[] }>('studies.get', { id: two });
  const [, failed, ended, ...more] = await titles();
  assert.equal(failed, `${(await runOf(broken)).name} failed`);
  assert.ok(
    cells.some(({ name }) => ended === `${name} finished`),
    ended,
  );
  assert.deepEqual(more, ['Study two finished']);

  // The switch is this window's, is kept, and goes before a test and everything else.
  await page.getByRole('link', { name: 'Settings' }).click();
  const toggle = page.getByLabel('System notifications of this window');
  await page.getByRole('button', { name: 'Send a test' }).click();
  await page.getByText('Shown: the system took the test.').waitFor();
  assert.equal((await titles()).at(-1), 'Sophia Lab');
  await toggle.uncheck();
  assert.ok(await page.getByRole('button', { name: 'Send a test' }).isDisabled());
  const kept = () => JSON.parse(readFileSync(join(home, 'window/notifications.json'), 'utf8')) as object;
  assert.deepEqual(kept(), { isOn: false });
  const before = (await titles()).length;
  const quiet = await one('quiet');
  while ((await runOf(quiet)).state !== 'finished') await sleep(50);
  await page.locator('.toasts').getByText('Study quiet finished').waitFor(); // the page has heard of it
  assert.equal((await titles()).length, before);
  await toggle.check();
  assert.deepEqual(kept(), { isOn: true });

  // Quitting asks while a run goes on; "Cancel" leaves it alone, "Stop and quit" ends both.
  const long = studyYaml({ name: 'long', script: 'fake:ms=20', steps: 5000, seeds: '[0]', variants: '[grpo]' });
  while ((await app.evaluate(() => noted.progress)) >= 0) await sleep(50); // the taskbar shows that nothing runs any more
  const longId = await start(long);
  while ((await app.evaluate(() => noted.progress)) < 0) await sleep(50);
  await app.evaluate(({ app: inner }) => inner.quit());
  while ((await app.evaluate(() => noted.questions.length)) === 0) await sleep(50);
  const question = await app.evaluate(() => noted.questions[0]!);
  assert.deepEqual([question.message, question.buttons], ['1 run is running', ['Stop and quit', 'Cancel']]);
  assert.equal((await runOf(longId)).state, 'running');
  assert.equal(app.windows().length, 1);
  const closed = app.waitForEvent('close');
  await app.evaluate(({ app: inner }) => {
    noted.answer = 0;
    inner.quit();
  });
  await closed;
});
