/**
 * System notifications of a real browser: each event arrives once, whatever tabs are open and however often they are loaded again, and not where
 * it is switched off; the switch asks, says why it may not and tests.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { refusalOf } from '../../../src/renderer/ui/notices/permission.ts';
import type { NoticeEvent } from '../../../src/shared/app/notices.ts';
import { studyYaml, type TestEngine, testEngine } from '../../setup/with-engine.ts';
import { browserProblem, openBrowser, openPage, seriousFaults } from '../browser.ts';

const SWITCH = 'System notifications in this browser';

describe('system notifications', { skip: await browserProblem() }, () => {
  let browser: Browser;
  let engine: TestEngine;
  before(async () => {
    browser = await openBrowser();
    engine = await testEngine({ parallel: 1 });
    await start('first');
    await engine.engine.queue.whenIdle();
  });
  after(async () => {
    await browser?.close();
    await engine?.end();
  });

  const start = (name: string, script = 'fake') =>
    engine.client.studies.start.mutate({ yaml: studyYaml({ name, script, seeds: '[0]', variants: '[full]' }) });
  /** What happens, and the title of what is told of it; each can happen more than once. */
  const happenings: Record<NoticeEvent, (n: number) => Promise<RegExp>> = {
    'run-failed': async (n) => {
      await start(`breaks-${n}`, 'fake:throw@2');
      return / failed$/;
    },
    'study-finished': async (n) => {
      await start(`goes-${n}`);
      return new RegExp(`^Study goes-${n} finished$`);
    },
    hacking: async (n) => {
      const message = `R^t rises, the rubric falls (${n}).`;
      const alert = { kind: 'alert', step: 8, level: 'warning', name: 'hacking/rubric', message } as const;
      engine.engine.store.recordEvent(1, 1, alert);
      engine.engine.changes.notify();
      return /^Hacking watch: /;
    },
    endpoint: async (n) => {
      const { studyId } = await start(`asks-${n}`);
      await engine.engine.queue.whenIdle();
      const { cells } = await engine.client.studies.get.query({ id: studyId });
      const reason = '3 thinking scores failed (reward.endpoint.onFailure = pause).';
      engine.engine.store.setRunState(cells[0]!.id, 'paused', reason);
      engine.engine.changes.notify();
      return / is paused$/;
    },
    disk: async () => {
      const { notices } = engine.engine;
      await engine.client.settings.change.mutate({ diskLimitGiB: null });
      await notices.checkDisk();
      await engine.client.settings.change.mutate({ diskLimitGiB: 1e-9 });
      await notices.checkDisk();
      await engine.client.settings.change.mutate({ diskLimitGiB: null });
      return /^Disk is low$/;
    },
  };

  /**
   * Puts a system in place of the one that the tests' browser lacks (without a window Chromium refuses notifications whatever it is granted): it notes what
   * it is asked to show and says that it has shown it. Nobody looks at any page.
   */
  async function away(context: BrowserContext): Promise<void> {
    await context.addInitScript(() => {
      const shown: object[] = [];
      let permission = localStorage.getItem('asked') ?? 'default'; // as a browser: the same in every tab
      class Shown {
        static requestPermission = () => {
          permission = 'granted';
          localStorage.setItem('asked', permission);
          return Promise.resolve(permission);
        };
        static get permission() {
          return permission;
        }
        onclick: (() => void) | null = null;
        onshow: (() => void) | null = null;
        readonly title: string;
        constructor(title: string) {
          if (permission !== 'granted') throw new TypeError('not allowed');
          this.title = title;
          shown.push(this);
          setTimeout(() => this.onshow?.(), 10);
        }
        close() {}
      }
      Object.assign(globalThis, { Notification: Shown, shown });
      document.hasFocus = () => false;
    });
  }
  const titlesIn = (page: Page) =>
    page.evaluate(() => (globalThis as unknown as { shown: { title: string }[] }).shown.map(({ title }) => title));
  async function arrived(pages: readonly Page[], title: RegExp): Promise<string[]> {
    let all: string[] = [];
    for (let i = 0; i < 200; i++) {
      all = (await Promise.all(pages.map(titlesIn))).flat();
      if (all.some((one) => title.test(one))) return all;
      await pages[0]!.waitForTimeout(100);
    }
    const told = await engine.client.notices.list.query({ limit: 5 });
    throw new Error(`${title} was not shown, but ${all.join()}; told: ${told.map((one) => one.title).join()}`);
  }
  /** Longer than a tab waits before it looks. */
  const whileOthersLook = (page: Page) => page.waitForTimeout(2500);

  for (const [n, event] of (Object.keys(happenings) as NoticeEvent[]).entries())
    test(`${event}: once for all tabs, not again after a reload, not where it is switched off; a click leads to its page`, async () => {
      const { page } = await openPage(browser, engine.pageUrl, '/settings');
      const context = page.context();
      await away(context);
      await page.reload();
      await page.getByLabel(SWITCH).check();
      const other = await context.newPage();
      await other.goto(`${engine.url}/#/library`);
      await other.locator('h1').waitFor();
      await whileOthersLook(other);
      const title = await happenings[event](n);
      const tabs = [page, other];
      await arrived(tabs, title);
      await whileOthersLook(page);
      const all = (await Promise.all(tabs.map(titlesIn))).flat().filter((one) => title.test(one));
      assert.equal(all.length, 1, all.join());
      for (const tab of tabs) {
        const clicked = await tab.evaluate((source) => {
          const { shown } = globalThis as unknown as { shown: { title: string; onclick: (() => void) | null }[] };
          const one = shown.find((notification) => new RegExp(source).test(notification.title));
          one?.onclick?.();
          return one !== undefined;
        }, title.source);
        const leads =
          event === 'disk' ? /#\/settings$/ : event === 'study-finished' ? /#\/studies\/\d+$/ : /#\/runs\/\d+$/;
        if (clicked) await tab.waitForURL(leads);
      }
      await page.goto(`${engine.url}/#/settings`);
      await Promise.all(tabs.map((tab) => tab.reload()));
      await whileOthersLook(page);
      assert.deepEqual((await Promise.all(tabs.map(titlesIn))).flat(), [], 'not again after a reload');
      // Switched off in one tab it is off in the other.
      await page.getByLabel(SWITCH).uncheck();
      const again = await happenings[event](n + 10);
      const corner = tabs.map((tab) =>
        tab.locator('.toasts').getByText(new RegExp(again.source.replace('^', '').replace('$', ''))),
      );
      await Promise.race(corner.map((told) => told.first().waitFor()));
      await whileOthersLook(page);
      assert.deepEqual((await Promise.all(tabs.map(titlesIn))).flat(), [], 'not where it is switched off');
      await context.close();
    });

  test('the test shows a notification and says that it was shown; without the switch it cannot be sent', async () => {
    const { page, complaints } = await openPage(browser, engine.pageUrl, '/settings');
    await away(page.context());
    await page.reload();
    const send = page.getByRole('button', { name: 'Send a test' });
    await send.waitFor();
    assert.ok(await send.isDisabled());
    await page.getByLabel(SWITCH).check();
    await send.click();
    await page.getByText('Shown: the system took the test.').waitFor();
    assert.deepEqual(await titlesIn(page), ['Sophia Lab']);
    assert.deepEqual(await seriousFaults(page), []);
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  test('a browser that refuses says so, with the way to undo it; a test that fails or stays without an answer is told as one', async () => {
    const { page } = await openPage(browser, engine.pageUrl, '/settings');
    await page.getByText('This browser blocks notifications of this page. To undo it, click the icon').waitFor();
    assert.ok(await page.getByLabel(SWITCH).isDisabled());
    // Allowed again in the browser, the switch can be used without loading the page again.
    await page.evaluate(() => Object.defineProperty(Notification, 'permission', { get: () => 'granted' }));
    await page.context().grantPermissions(['notifications'], { origin: engine.url }); // the browser tells the page of the change
    await page.getByLabel(SWITCH).check();
    for (const [ends, says] of [
      ['error', 'The browser could not show it'],
      ['', 'The system did not say that it showed the test'],
    ] as const) {
      await page.evaluate((event) => {
        class Silent extends EventTarget {
          static permission = 'granted';
          onerror: (() => void) | null = null;
          close() {}
          constructor() {
            super();
            if (event === 'error') setTimeout(() => this.onerror?.(), 10);
          }
        }
        Object.assign(globalThis, { Notification: Silent });
      }, ends);
      await page.getByRole('button', { name: 'Send a test' }).click();
      await page.getByText(says).waitFor();
    }
    await page.context().close();
  });
});

test('why there are no notifications is said in words, with what to do in this browser', () => {
  const firefox = { userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' };
  const safari = {
    userAgent: 'Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
  };
  assert.match(refusalOf('denied', firefox)!, /clear "Blocked" beside "Send notifications"/);
  assert.match(refusalOf('denied', safari)!, /settings for websites/);
  assert.match(refusalOf('insecure', safari)!, /https and localhost only.*ssh -L/);
  assert.match(refusalOf('unsupported', safari)!, /has no system notifications/);
  assert.equal(refusalOf('granted', firefox) ?? refusalOf('default', firefox), null);
});
