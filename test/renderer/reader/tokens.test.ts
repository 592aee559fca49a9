/** The reader's tokens: coloured, charted, read by pointer and keys; which weights; what to do where none were kept. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { base64Of, type ClipState, packTokenValues } from '../../../src/shared/run/token-values.ts';
import { present } from '../../../src/shared/values/list.ts';
import { sampleQuestion, sampleResponse, sampleStep, startedRun } from '../../store/helpers.ts';
import { browserProblem, seriousFaults } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();

const PIECES = ['<think>', ' two', ' plus', ' <b>five</b>', ' is', ' 7', '</think>', '<answer>', '7', '</answer>', ''];
const TEXT = PIECES.join('');
const CLIPS = PIECES.map((_, t): ClipState => (t === 3 ? 'high' : t === 5 ? 'low' : 'none'));
const values = (clips: readonly ClipState[] | null) =>
  base64Of(
    packTokenValues({
      lengths: PIECES.map((piece) => piece.length),
      logps: PIECES.map((_, t) => (t === 3 ? -4 : -0.125)),
      entropies: PIECES.map((_, t) => t / 8),
      kls: PIECES.map((_, t) => (t === 5 ? 0.5 : 0)),
      clips,
    }),
  );

describe('tokens in the reader', { skip }, () => {
  let name = '';
  let runId = 0;
  const visit = pageSuite((engine) => {
    const { store } = engine.engine;
    const started = startedRun(store);
    ({ runId } = started);
    name = present(
      store.listRuns().find((run) => run.id === runId),
      'run',
    ).name;
    const question = { ...sampleQuestion('chart/train/000002'), scene: null };
    const say = (event: Parameters<typeof store.recordEvent>[2]) => store.recordEvent(runId, started.attempt, event);
    say({ kind: 'questions', step: 0, questions: [question] });
    for (const step of [1, 2, 3]) {
      const responses = [0, 1].map((i) =>
        sampleResponse(step, i, { questionId: question.id, text: i === 0 ? TEXT : 'other', tokens: PIECES.length }),
      );
      say(sampleStep(step, { responses, ...(step === 2 && { tokenValues: [values(CLIPS), values(CLIPS)] }) }));
    }
    store.keepTokens(runId, 3, 0, [values(null)], { step: 1, hash: 'abcdef0123456789' });
  });
  const read = (step: number) => `/rollouts?run=${runId}&read=${runId}/${step}/0/0`;

  test('each is coloured by the chosen measure and read by pointer and keys, as text whatever it holds', () =>
    visit(read(2), async (page) => {
      const reader = page.getByRole('dialog');
      await reader.getByRole('button', { name: 'Tokens', exact: true }).click();
      await reader.getByText('Kept while training, under the weights that wrote the response.').waitFor();
      const tokens = reader.locator('.token');
      assert.equal((await tokens.allTextContents()).join(''), `${TEXT}⟨end⟩`);
      const strength = async (t: number) => {
        const colour = await tokens.nth(t).evaluate((span) => getComputedStyle(span).backgroundColor);
        return Number(/, ([\d.]+)\)$/.exec(colour)?.[1] ?? 1);
      };
      assert.ok((await strength(3)) > 0.4 && (await strength(2)) < 0.1);
      await tokens.nth(3).hover();
      const said = reader.getByRole('status');
      await said.getByText('token 4 of 11, “ <b>five</b>”; log-probability −4.000 (1.8 %)').waitFor();
      assert.deepEqual(await seriousFaults(page), []);
      await reader.getByRole('radio', { name: 'KL to the reference' }).click();
      assert.ok((await strength(5)) > 0.4 && (await strength(3)) === 0);
      const cursor = reader.getByRole('slider', { name: 'KL to the reference by token' });
      await cursor.focus();
      await cursor.press('Home');
      for (let t = 0; t < 5; t++) await cursor.press('ArrowRight');
      await said
        .getByText('token 6 of 11, “ 7”; log-probability −0.125 (88.2 %); entropy 0.625 nats; KL 0.500; clipped low')
        .waitFor();
      assert.match(page.url(), /read=\d+%2F2%2F0%2F0|read=\d+\/2\/0\/0/); // arrows did not go to another step
      await reader.getByRole('radio', { name: 'Clipped' }).click();
      const line = (t: number) => tokens.nth(t).evaluate((span) => getComputedStyle(span).textDecorationLine);
      assert.deepEqual([await line(3), await line(5), await line(4)], ['overline', 'underline', 'none']);
      assert.deepEqual(await seriousFaults(page), []);
    }));

  test('computed afterwards they name their weights, and clipping is not known, not none', () =>
    visit(read(3), async (page) => {
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('t');
      await page
        .getByText('Computed afterwards from checkpoint abcdef012345, after step 1: 1 step before those that wrote it.')
        .waitFor();
      await page.getByRole('radio', { name: 'Clipped' }).click();
      await page.getByText('Only training knows what was clipped').waitFor();
      await page.locator('.token').first().hover();
      await page.getByRole('status').getByText('clipping not known').waitFor();
    }));

  test('where none were kept the command that computes them is there', () =>
    visit(read(1), async (page) => {
      await page.getByRole('dialog').getByRole('button', { name: 'Tokens', exact: true }).click();
      await page.getByText(`bin/sophia run tokens ${name} --step 1`).waitFor();
      assert.deepEqual(await seriousFaults(page), []);
    }));
});
