/**
 * How even frames are while a chart is zoomed and moved by the mouse: frames a second, the time that 95 in 100 stay below, and the processor time
 * of the page's main thread per frame, which a machine's other work does not lengthen. Each in a pass of its own, as tracing costs frames. Input
 * comes every 15 ms and waits for nothing, as a mouse's does.
 */
import type { CDPSession, Page } from 'playwright-core';

export interface Frames {
  readonly fps: number;
  /** Milliseconds that 95 in 100 frames stay below. */
  readonly slow: number;
  /** Milliseconds of the main thread's processor time per frame, painting with it: mean, and the most in one task. */
  readonly cpu: number;
  readonly longest: number;
}

const SECONDS = 4;
const INPUT_MS = 15;
/** The Shift key in DevTools' protocol. */
const SHIFT = 8;

/** Frames while a part is selected and all shown again, over and over, or while a part is moved to and fro. */
export async function framesOf(page: Page, card: string, what: 'zoom' | 'pan'): Promise<Frames> {
  const plot = page.locator(card).locator('.u-over');
  // Charts that come near are loaded and drawn, and those above push this one out of sight again.
  for (const wait of [3000, 2000]) {
    await page.locator(card).evaluate((section) => section.scrollIntoView({ block: 'start' }));
    await page.waitForTimeout(wait);
  }
  const box = await plot.boundingBox();
  if (box === null) throw new Error('no chart');
  const session = await page.context().newCDPSession(page);
  const mouse = (type: 'Moved' | 'Pressed' | 'Released', share: number, modifiers = 0, clickCount = 1): void => {
    const button = 'left' as const;
    const place = { x: box.x + box.width * share, y: box.y + box.height / 2 };
    void session
      .send('Input.dispatchMouseEvent', {
        ...{ type: `mouse${type}`, ...place, button, buttons: type === 'Released' ? 0 : 1, modifiers },
        ...(type !== 'Moved' && { clickCount }),
      })
      .catch(() => {}); // the page has been closed
  };
  const rest = (): Promise<void> => page.waitForTimeout(INPUT_MS);
  if (what === 'pan') {
    mouse('Pressed', 0.3);
    for (let i = 0; i <= 10; i++, await rest()) mouse('Moved', 0.3 + 0.04 * i);
    mouse('Released', 0.7);
    await page.waitForTimeout(1000);
    mouse('Pressed', 0.7, SHIFT);
  }
  /** When frames began while the hand moved. */
  const moved = async (): Promise<number[]> => {
    const counting = countFrames(page);
    let isOver = false;
    void counting.then(() => {
      isOver = true;
    });
    for (let i = 0; !isOver; i++, await rest()) {
      if (what === 'pan') {
        mouse('Moved', 0.7 - 0.5 * Math.abs(Math.sin(i / 40)), SHIFT);
        continue;
      }
      const at = i % 40;
      if (at === 0) mouse('Pressed', 0.3);
      if (at < 20) mouse('Moved', 0.3 + 0.02 * at);
      if (at === 20) mouse('Released', 0.7);
      if (at === 30)
        for (const clicks of [1, 2]) for (const type of ['Pressed', 'Released'] as const) mouse(type, 0.5, 0, clicks);
    }
    return counting;
  };
  const times = await moved();
  const tasks = await traced(session);
  const frames = (await moved()).length;
  const busy = await tasks();
  mouse('Released', 0.5);
  await page.keyboard.press('Escape');
  await session.detach();
  const gaps = times.slice(1).map((at, i) => at - (times[i] ?? at));
  const sorted = [...gaps].sort((a, b) => a - b);
  const whole = (times.at(-1) ?? 0) - (times[0] ?? 0);
  return {
    fps: (1000 * gaps.length) / whole,
    slow: sorted[Math.floor(0.95 * sorted.length)] ?? 0,
    cpu: busy.reduce((sum, ms) => sum + ms, 0) / frames,
    longest: Math.max(...busy),
  };
}

/** When frames begin, for some seconds. */
function countFrames(page: Page): Promise<number[]> {
  return page.evaluate(
    (ms) =>
      new Promise<number[]>((resolve) => {
        const times: number[] = [];
        const began = performance.now();
        const count = (at: number) => {
          times.push(at);
          if (performance.now() - began >= ms) resolve(times);
          else requestAnimationFrame(count);
        };
        requestAnimationFrame(count);
      }),
    SECONDS * 1000,
  );
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly tdur?: number;
}

/** Begins to trace; the function ends it and gives the processor time of each task of the page's main thread, in milliseconds. */
async function traced(session: CDPSession): Promise<() => Promise<number[]>> {
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  const traceConfig = { includedCategories: ['devtools.timeline', 'disabled-by-default-devtools.timeline'] };
  await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig });
  return async () => {
    const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
    await session.send('Tracing.end');
    await complete;
    const page = events.find(({ name }) => name === 'FireAnimationFrame');
    return events
      .filter(({ name, ph, pid, tid }) => name === 'RunTask' && ph === 'X' && pid === page?.pid && tid === page.tid)
      .map(({ tdur = 0 }) => tdur / 1000);
  };
}
