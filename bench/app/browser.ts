/**
 * `node scripts/run.mjs bench/app/browser.ts HOME`: the page on a home that bench/app/fill.ts made, in the real browser: how long views take to be drawn,
 * frames per second while zooming and panning, memory, and the page's share of a core while runs append. Prints one line per figure and,
 * with --write, puts them into their own part of bench/RESULTS.md.
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { median } from 'simple-statistics';
import { startEngine } from '../../src/main/engine/start-engine.ts';
import { openBrowser, openPage } from '../../test/renderer/browser.ts';
import { PAGE_HEADING, writePage } from '../results-file.ts';
import { framesOf } from './frames.ts';

const REPEATS = 5;

interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly goal: string;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean', default: false } },
});
const [home] = positionals;
if (home === undefined) throw new Error('Usage: node scripts/run.mjs bench/app/browser.ts HOME [--write]');

const started = await startEngine({ home });
const { store } = started.engine;
const runs = store
  .listRuns()
  .slice(0, 100)
  .map((run) => run.id);
const browser = await openBrowser();
const figures: Figure[] = [];
const note = (what: string, value: number, unit: string, goal: string) => {
  figures.push({ what, value, unit, goal });
  console.log(`${what.padEnd(52)} ${value.toFixed(decimals(unit)).padStart(8)} ${unit.padEnd(10)} goal ${goal}`);
};
try {
  note('Studies, opened to drawn', await openedIn('/studies', 'main table, main h1'), 's', '< 1 s');
  const { page, seconds } = await overlaid(`#/compare?runs=${runs.join(',')}`);
  note(`100 runs overlaid, click to drawn (median of ${REPEATS})`, seconds, 's', '< 0.5 s');
  const card = 'section[aria-label="Outcome reward"]';
  for (const way of ['zoom', 'pan'] as const) {
    const { fps, cpu } = await framesOf(page, card, way);
    const doing = way === 'zoom' ? 'zooming' : 'panning';
    note(`frames while ${doing}`, fps, 'frames/s', '60');
    note(`main thread per frame while ${doing}`, cpu, 'ms', '< 16.7 ms');
  }
  note('response search, three words', await searched(page), 's', '< 0.3 s');
  note('memory of the page', await heapMiB(page), 'MiB', '< 500 MiB');
  note('share of a core while 10 runs append, all metrics', await busyWhileAppending(page), '%', '< 5 %');
} finally {
  await browser.close();
  await started.stop();
}
if (values.write) writeSection();

function decimals(unit: string): number {
  return unit === 's' ? 2 : unit === '%' || unit === 'ms' ? 1 : 0;
}

/** Median seconds from a fresh page to its first content. */
async function openedIn(to: string, selector: string): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < REPEATS; i++) {
    const began = performance.now();
    const { page } = await openPage(browser, started.pageUrl, to);
    await page.locator(selector).first().waitFor();
    times.push((performance.now() - began) / 1000);
    await page.context().close();
  }
  return median(times);
}

/** Median seconds from Studies to the overlay, each time on a fresh page; with the last of these. */
async function overlaid(hash: string): Promise<{ page: Page; seconds: number }> {
  const times: number[] = [];
  for (;;) {
    const { page } = await openPage(browser, started.pageUrl, '/studies', { width: 1280, height: 800 });
    await page.locator('h1').first().waitFor();
    await page.waitForTimeout(1000); // what Studies itself still loads is none of the overlay's
    times.push(await drawn(page, hash, 'canvas'));
    if (times.length === REPEATS) return { page, seconds: median(times) };
    await page.context().close();
  }
}

/** Seconds from a change of address to the first canvas with curves on it: coloured, where axes and grid are grey. */
async function drawn(page: Page, hash: string, selector: string): Promise<number> {
  return page.evaluate(
    async ([to, wanted]) => {
      const began = performance.now();
      location.hash = to!;
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      for (;;) {
        await frame();
        const canvas = document.querySelector<HTMLCanvasElement>(wanted!);
        const pixels = canvas?.width
          ? canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data
          : undefined;
        let coloured = 0;
        for (let i = 0; pixels !== undefined && i < pixels.length; i += 4) {
          const [red, green, blue] = [pixels[i]!, pixels[i + 1]!, pixels[i + 2]!];
          if (pixels[i + 3]! > 100 && Math.max(red, green, blue) - Math.min(red, green, blue) > 60) coloured += 1;
        }
        if (coloured > 1000) return (performance.now() - began) / 1000;
      }
    },
    [hash, selector],
  );
}

async function searched(page: Page): Promise<number> {
  return page.evaluate(
    async ([token, url]) => {
      const input = encodeURIComponent(JSON.stringify({ filter: { text: 'blue bar eleven' } }));
      const began = performance.now();
      const response = await fetch(`${url}/api/responses.page?input=${input}`, {
        headers: { Authorization: `Bearer ${token}` },
      });
      await response.json();
      if (!response.ok) throw new Error(`the search answered ${response.status}`);
      return (performance.now() - began) / 1000;
    },
    [started.token, started.url],
  );
}

async function heapMiB(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = (await session.send('Runtime.getHeapUsage')) as { usedSize: number };
  return usedSize / 2 ** 20;
}

/**
 * Ten runs get a step each within every second, one after the other, with all the metrics that they have; Chrome tells how much of its
 * time the page's thread computed. Median share of a core over windows of five seconds.
 */
async function busyWhileAppending(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const busy = async () => {
    const { metrics } = (await session.send('Performance.getMetrics')) as {
      metrics: { name: string; value: number }[];
    };
    return metrics.find((metric) => metric.name === 'ThreadTime')!.value;
  };
  const ids = runs.slice(0, 10);
  // The runs' own last values once more, backwards: curves that lie where curves lie cost what they cost.
  const known = store
    .metricNames(ids)
    .map((name) => ({ name, values: store.metricSeries(ids, name).map((series) => series.values) }));
  const attempts = new Map(ids.map((id) => [id, store.startRun(id, { fromStep: store.run(id).step }).attempt]));
  await page.waitForTimeout(2000);
  const shares: number[] = [];
  const SECONDS = 5;
  for (let i = 0; i < REPEATS; i++) {
    const [before, began] = [await busy(), performance.now()];
    for (let tick = 0; tick < SECONDS; tick++) {
      for (const [k, id] of ids.entries()) {
        store.recordEvent(id, attempts.get(id)!, {
          kind: 'step',
          step: store.run(id).step + 1,
          metrics: Object.fromEntries(
            known.map(({ name, values }) => [name, values[k]!.at(-2 - tick - i * SECONDS) ?? null]),
          ),
          responses: [],
        });
        started.engine.changes.notify();
        await page.waitForTimeout(1000 / ids.length);
      }
    }
    shares.push((100 * ((await busy()) - before)) / ((performance.now() - began) / 1000));
  }
  for (const id of ids) store.setRunState(id, 'finished');
  console.log(`  windows: ${shares.map((share) => share.toFixed(1)).join(', ')}`);
  return median(shares);
}

/** Puts the figures into RESULTS.md without touching its other sections. */
function writeSection(): void {
  const [cpu] = cpus();
  const lines = [
    PAGE_HEADING,
    '',
    `\`node scripts/run.mjs bench/app/browser.ts HOME --write\` on ${new Date().toISOString().slice(0, 10)}, a home of bench/app/fill.ts; ${cpus().length} cores (${cpu?.model.trim()}), load ${loadavg()[0]!.toFixed(1)}.`,
    '',
    '| what | measured | goal |',
    '| --- | ---: | --- |',
    ...figures.map(({ what, value, unit, goal }) => `| ${what} | ${value.toFixed(decimals(unit))} ${unit} | ${goal} |`),
    '',
  ];
  writePage(lines.join('\n'));
}
