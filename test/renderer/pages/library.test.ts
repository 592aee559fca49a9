import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { TestEngine } from '../../setup/with-engine.ts';
import { browserProblem } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();
const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const MODEL = fileURLToPath(new URL('../../../models/tiny-vl-base', import.meta.url));
const RECORDS = [
  '{"id":"a1","question":"How many squares are there?","answer":"3","answer_type":"numeric","image":"plain.png"}',
  '{"id":"a2","question":"No answer"}',
  'not json',
  '{"id":"a1","question":"twice","answer":"1"}',
];

describe('models and data', { skip }, () => {
  let engine: TestEngine;
  let folder: string;
  const visit = pageSuite((started) => {
    engine = started;
    folder = mkdtempSync(join(tmpdir(), 'sophia-library-'));
    writeFileSync(join(folder, 'pilot.jsonl'), RECORDS.join('\n'));
    cpSync(join(FIXTURES, 'images/plain.png'), join(folder, 'plain.png'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('an embedded model shows its card, hash and configuration', () =>
    visit('/library?model=tiny-vl-trm', async (page) => {
      const detail = page.getByRole('region', { name: 'Selected model' });
      await detail.getByRole('cell', { name: 'untrained' }).first().waitFor();
      await detail.getByText(/^[0-9a-f]{64}$/).waitFor();
      await detail.getByText('Configuration').click();
      await detail.getByText('spatialMergeSize').waitFor();
      await detail.getByText('Qwen2.5-VL (qwen2_5_vl)').waitFor();
      await detail.getByText('chat_template.jinja').waitFor();
    }));

  test('a model is imported by path; markup in its card stays text; it is removed', () =>
    visit('/library', async (page) => {
      const source = join(folder, 'my-model');
      cpSync(MODEL, source, { recursive: true });
      writeFileSync(
        join(source, 'README.md'),
        '# Card\n<img src=x onerror="document.title=\'owned\'">\n\n[bad](javascript:alert(1)) **bold**',
      );
      writeFileSync(join(source, 'optimizer.pt'), 'left behind');
      await page.getByRole('button', { name: 'Import a model' }).click();
      await page.getByLabel(/^Folder path on the server/).fill(source);
      await page.getByLabel('Name', { exact: true }).fill('mine');
      await page.getByRole('button', { name: 'Import', exact: true }).click();
      const detail = page.getByRole('region', { name: 'Selected model' });
      await detail.getByRole('heading', { name: 'mine' }).waitFor();
      await detail.getByText('<img src=x').waitFor();
      assert.equal(await detail.locator('img, a').count(), 0);
      assert.notEqual(await page.title(), 'owned');
      assert.equal(existsSync(join(engine.home, 'models/mine/optimizer.pt')), false);
      await detail.getByRole('button', { name: 'Remove' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
      await page.getByText('mine removed').waitFor();
      assert.equal(existsSync(join(engine.home, 'models/mine')), false);
    }));

  test('a model whose weights do not fit its configuration is refused by name', () =>
    visit('/library', async (page) => {
      const source = join(folder, 'broken-model');
      cpSync(MODEL, source, { recursive: true });
      const config = JSON.parse(readFileSync(join(source, 'config.json'), 'utf8')) as { num_hidden_layers: number };
      writeFileSync(
        join(source, 'config.json'),
        JSON.stringify({ ...config, num_hidden_layers: config.num_hidden_layers + 1 }),
      );
      await page.getByRole('button', { name: 'Import a model' }).click();
      await page.getByLabel(/^Folder path on the server/).fill(source);
      await page.getByLabel('Name', { exact: true }).click();
      await page.getByRole('button', { name: 'Import', exact: true }).click();
      await page
        .getByRole('alert')
        .getByText(/weight ".*" is missing/)
        .waitFor();
      assert.deepEqual(
        (await engine.client.models.list.query()).filter((one) => one.kind !== 'embedded'),
        [],
      );
    }));

  test('a data file from the browser: broken records by line and reason, questions with pictures', () =>
    visit('/library?tab=data', async (page) => {
      await page.getByText('No imported data sets').waitFor();
      await page.getByRole('button', { name: 'Import data' }).first().click();
      writeFileSync(join(folder, 'alone.jsonl'), RECORDS[0]!);
      await page.getByLabel('File from this browser').setInputFiles(join(folder, 'alone.jsonl'));
      await page.getByRole('button', { name: 'Import', exact: true }).click();
      await page
        .getByRole('alert')
        .getByText(/no usable record/)
        .waitFor(); // its picture was not sent along
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('button', { name: 'Import data' }).first().click();
      await page.getByLabel(/^Path on the server/).fill(join(folder, 'pilot.jsonl'));
      await page.getByLabel('Name', { exact: true }).click();
      assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'pilot');
      await page.getByRole('button', { name: 'Import', exact: true }).click();
      const left = page.getByRole('table', { name: 'Skipped records' });
      await left.getByText('is that of line 1').waitFor();
      assert.deepEqual(await left.locator('tbody tr td:first-child').allTextContents(), ['2', '3', '4']);
      await page.getByRole('link', { name: 'Browse questions' }).click();
      await page.getByRole('img', { name: 'Picture of question pilot/a1' }).waitFor();
      await page.getByRole('searchbox', { name: 'Words' }).fill('zebra');
      await page.getByText('No question matches these filters').waitFor();
    }));

  test('dropped files are uploaded, pictures too, and nothing is left in the uploads', async () => {
    await visit('/library', async (page) => {
      const texts = {
        'set/pilot.jsonl': RECORDS[0]!,
        'set/plain.png': readFileSync(join(folder, 'plain.png')).toString('base64'),
      };
      await page.getByRole('button', { name: 'Import data' }).waitFor();
      await page.evaluate(async (given) => {
        const bytes = Uint8Array.from(atob(given['set/plain.png']), (one) => one.charCodeAt(0));
        const drop = new DataTransfer();
        drop.items.add(new File([given['set/pilot.jsonl']], 'pilot.jsonl'));
        drop.items.add(new File([bytes], 'plain.png'));
        dispatchEvent(new DragEvent('drop', { dataTransfer: drop }));
      }, texts);
      await page.getByLabel('Name', { exact: true }).fill('dropped');
      await page.getByRole('button', { name: 'Import', exact: true }).click();
      await page.getByRole('region', { name: 'Selected data set' }).getByRole('heading', { name: 'dropped' }).waitFor();
    });
    assert.equal(readdirSync(join(engine.home, 'datasets/dropped/images')).length, 1);
    assert.deepEqual(readdirSync(join(engine.home, 'uploads')), []);
  });

  test('embedded questions have their scene, and more come while scrolling', () =>
    visit('/library?tab=questions&category=chart&split=hard', async (page) => {
      const detail = page.getByRole('region', { name: 'Selected question' });
      await detail.getByText('chart/hard/000000').waitFor();
      await detail.getByText('program').waitFor();
      const list = page.getByRole('grid', { name: 'Questions' });
      await list.focus();
      await page.keyboard.press('End');
      await detail.getByText('chart/hard/000099').waitFor();
      await page.locator('[aria-rowcount="201"]').waitFor(); // the next hundred has come
      await page.keyboard.press('ArrowDown');
      await detail.getByText('chart/hard/000100').waitFor();
    }));

  test('an upload cannot leave its batch', async () => {
    const send = (query: string, token = engine.token) =>
      fetch(`${engine.url}/upload?${query}`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}` },
        body: 'x',
      });
    for (const path of ['../x', 'a/../../x', '/etc/x', 'a\\..\\x', '', '.', 'c:x'])
      assert.equal((await send(`batch=abcdefgh12&path=${encodeURIComponent(path)}&at=0`)).status, 400, path);
    assert.equal((await send('batch=../../x&path=x&at=0')).status, 400);
    assert.equal((await send('batch=abcdefgh12&path=x&at=5')).status, 400);
    assert.equal((await send('batch=abcdefgh12&path=x&at=0', 'wrong')).status, 401);
  });
});
