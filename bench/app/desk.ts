/**
 * `node scripts/run.mjs bench/app/desk.ts HOME STUDY [--write]`: what one waits for at the desk on a finished study: its verdict, its report, the
 * reader of a response, and how even the frames are while curves are zoomed and moved. Medians of five after a first that is not
 * counted. Prints a line per figure; with --write, into its own part of bench/RESULTS.md. Deliberately absent: homes of a size of their own
 * (bench/app/browser.ts).
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { median } from 'simple-statistics';
import { startEngine } from '../../src/main/engine/start-engine.ts';
import { studyVerdict } from '../../src/main/store/verdict/verdict.ts';
import { openBrowser, openPage } from '../../test/renderer/browser.ts';
import { clientOf } from '../../test/setup/with-engine.ts';
import { DESK_HEADING, writeDesk } from '../results-file.ts';
import { framesOf } from './frames.ts';

const REPEATS = 5;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean', default: false } },
});
const [home, name] = positionals;
if (home === undefined || name === undefined)
  throw new Error('Usage: node scripts/run.mjs bench/app/desk.ts HOME STUDY [--write]');

const started = await startEngine({ home });
const { store } = started.engine;
const client = clientOf(started.url, started.token);
const study = store.listStudies().find((one) => one.name === name);
if (study === undefined) throw new Error(`${home} has no study ${name}`);
const cells = store.studyMatrix(study.id, []).cells;
const [run] = cells.filter(({ state }) => state === 'finished');
if (run === undefined) throw new Error(`No run of ${name} has finished`);
const browser = await openBrowser();
const lines: string[] = [];
const note = (what: string, measured: string, goal: string) => {
  lines.push(`| ${what} | ${measured} | ${goal} |`);
  console.log(`${what}: ${measured} (goal ${goal})`);
};
const seconds = (value: number) => `${value.toFixed(value < 1 ? 3 : 2)} s`;
try {
  const { id } = study;
  note(`verdict of ${cells.length} runs`, seconds(await took(() => studyVerdict(store, id))), '< 0.3 s for 24');
  note(`report of ${cells.length} runs`, seconds(await took(() => client.reports.file.query({ id }))), '< 5 s');
  const { page } = await openPage(browser, started.pageUrl, `/rollouts?run=${run.id}&step=${run.step}`);
  await page.getByRole('article').first().waitFor();
  await page.waitForTimeout(1000);
  note('reader, click to response drawn', seconds(await took(() => readerOpens(page), closeReader(page))), '< 0.1 s');
  for (const [to, what] of [
    [`/compare?study=${id}`, `curves of ${cells.length} runs`],
    [`/runs/${run.id}`, 'curves of one run'],
  ] as const) {
    await page.evaluate((address) => {
      location.hash = address;
    }, to);
    const card = 'section[aria-label="Outcome reward"]';
    await page.locator(card).locator('canvas').waitFor();
    for (const way of ['zoom', 'pan'] as const) {
      const { fps, slow, cpu, longest } = await framesOf(page, card, way);
      note(
        `frames while ${way === 'zoom' ? 'zooming' : 'panning'}, ${what}`,
        `${fps.toFixed(0)} a second, one in twenty over ${slow.toFixed(0)} ms; the main thread ${cpu.toFixed(1)} ms each, at most ${longest.toFixed(0)}`,
        '60; 16.7 ms',
      );
    }
  }
} finally {
  await browser.close();
  await started.stop();
}
if (values.write) {
  const [load = 0] = loadavg();
  writeDesk(
    [
      DESK_HEADING,
      '',
      `\`node scripts/run.mjs bench/app/desk.ts HOME ${name} --write\` on ${new Date().toISOString().slice(0, 10)}; ${cpus().length} cores, load ${load.toFixed(1)}.`,
      'Medians of five. Frames are of a browser that draws without a GPU: what it paints counts as its main thread’s.',
      '',
      '| what | measured | goal |',
      '| --- | ---: | --- |',
      ...lines,
    ].join('\n'),
  );
}

/** Median seconds of some work, after a first time that is not counted; `between` is not counted either. */
async function took(work: () => unknown, between?: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i <= REPEATS; i++) {
    const began = performance.now();
    const own = await work();
    times.push(typeof own === 'number' ? own : (performance.now() - began) / 1000);
    await between?.();
  }
  return median(times.slice(1));
}

/** Seconds from a click on "read" to the frame after the response's text stands in the reader; told by the page itself. */
function readerOpens(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const began = performance.now();
    document.querySelector<HTMLElement>('article button[aria-label^="Read response"]')?.click();
    while (document.querySelector('.dialog.reader .answer .rich')?.textContent?.trim() === undefined)
      await new Promise((resolve) => requestAnimationFrame(resolve));
    await new Promise((resolve) => requestAnimationFrame(resolve));
    return (performance.now() - began) / 1000;
  });
}

function closeReader(page: Page): () => Promise<void> {
  return async () => {
    await page.keyboard.press('Escape');
    await page.locator('.dialog.reader').waitFor({ state: 'detached' });
  };
}
