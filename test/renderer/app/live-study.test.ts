import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { studyYaml, type TestEngine, testEngine } from '../../setup/with-engine.ts';
import { browserProblem, openPage } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();

describe('the page in a browser', { skip }, () => {
  let browser: Browser;
  let engine: TestEngine;
  pageSuite((started, opened) => {
    [engine, browser] = [started, opened];
  });

  test('an empty home says what to do, and the token leaves the address', async () => {
    const { page, complaints } = await openPage(browser, engine.pageUrl);
    await page.getByText('No studies yet').waitFor();
    assert.doesNotMatch(page.url(), /token/);
    await page.reload();
    await page.getByText('No studies yet').waitFor();
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  test('a study is watched live: matrix, curves, stop, resume, table', { timeout: 60_000 }, async () => {
    const yaml = studyYaml({ name: 'live', script: 'fake:ms=100', steps: 60, seeds: '[0]' });
    const { studyId } = await engine.client.studies.start.mutate({ yaml });
    const { page, complaints } = await openPage(browser, engine.pageUrl, `/studies/${studyId}`);
    await page.getByRole('heading', { name: 'live' }).waitFor();
    await page.locator('td', { hasText: 'running' }).first().waitFor();
    await page.locator('section[aria-label="Outcome reward"] canvas').waitFor();
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.locator('td', { hasText: 'stopped' }).nth(1).waitFor();
    await page.getByRole('button', { name: 'Resume unfinished runs' }).click();
    await page.getByText('2 runs finished', { exact: true }).click({ timeout: 30_000 });
    await page.locator('td:has-text("finished")').nth(1).waitFor();
    const results = page.getByRole('region', { name: 'Results' });
    await results
      .locator('td', { hasText: '±' })
      .or(results.locator('td', { hasText: '[' }))
      .first()
      .waitFor();
    const verdict = page.getByRole('region', { name: 'Verdict', exact: true });
    await verdict.getByText('one seed cannot tell an effect from the variation between runs').first().waitFor();
    const { rows } = await engine.client.tables.get.query({ id: studyId });
    const mean = (rows[0]!.cells[0]!.mean! * 100).toFixed(1);
    await results.locator('tbody tr').first().locator('td', { hasText: mean }).first().waitFor();
    const points = await page.locator('section[aria-label="Outcome reward"]').textContent();
    // A count is told where points are left out: every step of both runs is drawn once, though they were stopped and resumed.
    assert.doesNotMatch(points ?? '', /\d of \d/);
    const shapes = page.getByRole('img', { name: /^Outcome reward of .* over its steps$/ }).locator('polyline');
    await page.waitForFunction(() =>
      [...document.querySelectorAll('td polyline')].every(
        (one) => one.getAttribute('points')?.split(' ').length === 60,
      ),
    );
    assert.equal(await shapes.count(), 2, 'a curve beside each run, grown with it');
    await page.getByRole('link', { name: 'Rollouts', exact: true }).click();
    await page.locator('input[aria-label="Step"][max="60"]').waitFor(); // the list was read while the run had fewer steps
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  test('a run that is added while its study is looked at has every point of it', { timeout: 60_000 }, async () => {
    const yaml = studyYaml({ name: 'added', script: 'fake:ms=1', steps: 300, seeds: '[0, 1]', variants: '[grpo]' });
    const { studyId } = await engine.client.studies.start.mutate({ yaml });
    await engine.engine.queue.whenIdle();
    const [newest] = await engine.client.runs.list.query({ studyId });
    await engine.client.runs.delete.mutate({ id: newest!.id });
    const { page, complaints } = await openPage(browser, engine.pageUrl, `/studies/${studyId}`);
    const chart = page.locator('section[aria-label="Outcome reward"]');
    await chart.locator('.labels li').waitFor();
    assert.doesNotMatch((await chart.locator('.labels li').getAttribute('title')) ?? '', /n = 2/);
    await engine.client.studies.fill.mutate({ id: studyId });
    await engine.engine.queue.whenIdle();
    await chart.locator('.labels li[title*="n = 2"]').waitFor(); // the last steps of both
    assert.doesNotMatch((await chart.textContent()) ?? '', /\d of \d/); // and none is left out
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  test('the table is copied and saved', async () => {
    const { page } = await openPage(browser, engine.pageUrl, '/studies/1');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy the table' }).click();
    await page.getByRole('menuitem', { name: 'LaTeX', exact: true }).click();
    await page.getByText('Copied as LaTeX').waitFor();
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /\\toprule/);
    await page.getByRole('button', { name: 'Save the table' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'XLSX' }).click(),
    ]);
    assert.equal(download.suggestedFilename(), 'live.xlsx');
    await page.context().close();
  });

  test('texts from a study file are shown as text', async () => {
    const description = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
    const yaml = studyYaml({ name: 'markup' }).replace('Made for a test.', JSON.stringify(description));
    const { studyId } = await engine.client.studies.start.mutate({ yaml });
    const { page, complaints } = await openPage(browser, engine.pageUrl, `/studies/${studyId}`);
    await page.getByText(description).first().waitFor();
    assert.notEqual(await page.title(), 'owned');
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  test('a failed run shows its reason; an unknown study and address say so', async () => {
    const { studyId } = await engine.client.studies.start.mutate({
      yaml: studyYaml({ name: 'broken', script: 'fake:throw@2', seeds: '[0]' }),
    });
    await engine.engine.queue.whenIdle();
    const { page } = await openPage(browser, engine.pageUrl, `/studies/${studyId}`);
    await page.getByText('Loss is NaN at step 2. Lower the rate.').first().waitFor();
    await page.evaluate(() => (location.hash = '#/studies/999'));
    await page.getByText('There is no study number 999').waitFor();
    await page.evaluate(() => (location.hash = '#/nowhere'));
    await page.getByText('There is no such page').waitFor();
    await page.goBack();
    await page.getByText('There is no study number 999').waitFor();
    await page.context().close();
  });

  test('moving to the trash can be undone', async () => {
    const { page } = await openPage(browser, engine.pageUrl);
    await page.getByRole('button', { name: 'Actions for broken' }).click();
    await page.getByRole('menuitem', { name: 'Move to the trash' }).click();
    await page.getByRole('link', { name: 'broken' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('link', { name: 'broken' }).waitFor();
    await page.context().close();
  });

  test('a page that fails says so, and the rest goes on', async () => {
    const { page } = await openPage(browser, engine.pageUrl, '/settings');
    const nonsense = { result: { data: { studies: [{ id: 1, archivedAt: null, name: 'without anything else' }] } } };
    await page.route(/studies\.list/, async (route) => {
      // questions of one moment travel together: the others are answered as they are
      const asked = new URL(route.request().url()).pathname.split('/').at(-1)?.split(',') ?? [];
      const answered = (await (await route.fetch()).json()) as unknown[];
      await route.fulfill({ json: answered.map((answer, i) => (asked[i] === 'studies.list' ? nonsense : answer)) });
    });
    await page.getByRole('link', { name: 'Studies', exact: true }).click();
    await page.getByText('This page failed').waitFor();
    await page.unroute(/studies\.list/);
    await page.getByRole('button', { name: 'Reload the page' }).click();
    await page.getByRole('link', { name: 'broken' }).waitFor();
    await page.context().close();
  });

  test('a wrong token is told apart from an engine that is gone', async () => {
    const { page } = await openPage(browser, engine.pageUrl.replace(engine.token, 'wrong'));
    await page.getByText('This link is from an earlier start of the engine').first().waitFor();
    await page.context().close();
  });

  test('when the engine goes the page says so, and goes on when it is back', { timeout: 60_000 }, async () => {
    const first = await testEngine();
    const { page } = await openPage(browser, first.pageUrl);
    await page.getByText('No studies yet').waitFor();
    await first.stop();
    await page.getByText('The engine does not answer. Reconnecting').waitFor();
    const second = await testEngine({ home: first.home, port: Number(new URL(first.url).port), token: first.token });
    await page.getByText('The engine does not answer. Reconnecting').waitFor({ state: 'detached', timeout: 20_000 });
    await second.client.studies.start.mutate({ yaml: studyYaml({ name: 'afterwards', seeds: '[0]' }) });
    await page.getByRole('link', { name: 'afterwards' }).waitFor();
    await page.context().close();
    await second.stop();
    rmSync(first.home, { recursive: true, force: true });
  });

  test('a page of another origin cannot reach the engine', async () => {
    const foreign = await testEngine();
    const { page } = await openPage(browser, foreign.pageUrl);
    const answer = await page.evaluate(
      ([url, token]) =>
        fetch(`${url}/api/engine.status`, { headers: { Authorization: `Bearer ${token}` } }).then(
          (response) => String(response.status),
          (error: Error) => error.name,
        ),
      [engine.url, engine.token] as const,
    );
    assert.equal(answer, 'TypeError');
    await page.context().close();
    await foreign.end();
  });
});
