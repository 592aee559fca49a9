/** The part in view that charts share: how it is moved and how narrow it gets, and which chart is drawn when while it moves. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type uPlot from 'uplot';
import { DrawInTurn } from '../../../src/renderer/charts/lines/part/draw-in-turn.ts';
import { moved, widened } from '../../../src/renderer/charts/lines/part/gestures.ts';
import { pointsIn } from '../../../src/shared/values/curves.ts';

describe('a part in view', () => {
  const chartOf = (min: number, max: number, distr = 1) =>
    ({ data: [[1, 1000]], scales: { x: { min, max, distr } } }) as unknown as uPlot;

  test('moves by a share of its width and stays within the data', () => {
    assert.deepEqual(moved(chartOf(100, 300), 0.25), [150, 350]);
    assert.deepEqual(moved(chartOf(100, 300), -1), [1, 201]);
    assert.deepEqual(moved(chartOf(700, 900), 5), [800, 1000]);
  });

  test('along a logarithm it moves by powers', () => {
    const [from, to] = moved(chartOf(10, 100, 3), 1) ?? [];
    assert.deepEqual([from, to].map(Math.round as (place?: number) => number), [100, 1000]);
  });

  test('has at least two places of x: the nearest, where a drag selects less', () => {
    const places = [0, 10, 20, 30];
    assert.deepEqual(widened([12, 17], places), [10, 20]);
    assert.deepEqual(widened([12, 22], places), [10, 20]);
    assert.deepEqual(widened([8, 22], places), [8, 22]);
    assert.deepEqual(widened([10, 20], places), [10, 20]);
    assert.deepEqual(widened([31, 35], places), [20, 30]);
    assert.deepEqual(widened([3, 4], [5]), [3, 4]);
  });

  test('its points are counted by their place, not by their step', () => {
    assert.equal(pointsIn({ steps: [1, 2, 3], values: [1, null, 3] }, [2, 3]), 2);
    assert.equal(pointsIn({ steps: [1, 2, 3], values: [1, 2, 3], x: [10, null, 30] }, [2, 30]), 2);
  });
});

describe('charts that are drawn in turn', () => {
  /** A page whose frames come when told to; `drawn` says what each drew. */
  function page() {
    let next: ((at: number) => void) | undefined;
    const drawn: string[] = [];
    const turns = new DrawInTurn((frame) => (next = frame));
    const charts = new Map<string, object>();
    const chart = (name: string) => charts.get(name) ?? charts.set(name, {}).get(name)!;
    return {
      drawn,
      draw: (name: string, look: { isHeld?: boolean; isSeen?: boolean } = {}) =>
        turns.draw(chart(name), () => drawn.push(name), { isHeld: false, isSeen: true, ...look }),
      forget: (name: string) => turns.forget(chart(name)),
      /** What the frame at a time drew. */
      frame(at: number): string[] {
        const before = drawn.length;
        const frame = next;
        next = undefined;
        frame?.(at);
        return drawn.slice(before);
      },
      get isAsked() {
        return next !== undefined;
      },
    };
  }
  const NAMES = 'abcdefghijkl'.split('');

  test('the one under the hand is drawn at once, the others in frames to come, each once', () => {
    const { draw, drawn, frame } = page();
    draw('held', { isHeld: true });
    for (const name of NAMES) draw(name);
    assert.deepEqual(drawn, ['held']);
    let at = 0;
    while (drawn.length < 13 && at < 1000) frame((at += 16.7));
    assert.deepEqual(drawn.slice(1), NAMES);
  });

  test('those on the screen come first; one that is gone is not drawn; the last wish counts', () => {
    const { draw, forget, frame } = page();
    draw('far', { isSeen: false });
    draw('gone');
    draw('seen');
    forget('gone');
    assert.deepEqual(frame(0), ['seen', 'far']);
  });

  test('late frames draw fewer, frames in time more; each chart has its turn while the hand moves on', () => {
    const { draw, drawn, frame } = page();
    const [fast, slow] = [16.7, 60].map((ms) => {
      let at = 1e6 * ms;
      let most = 0;
      for (let i = 0; i < 20; i++) {
        for (const name of NAMES) draw(name);
        most = frame((at += ms)).length;
      }
      return most;
    });
    assert.equal(fast, NAMES.length);
    assert.equal(slow, 1);
    drawn.length = 0;
    let at = 2e9;
    for (let i = 0; i < 24; i++) {
      for (const name of NAMES) draw(name);
      frame((at += 60));
    }
    assert.deepEqual(new Set(drawn), new Set(NAMES));
  });

  test('once all are drawn no frame is asked for', () => {
    const turns = page();
    turns.draw('a');
    for (let at = 0; at < 5; at++) turns.frame(at * 16.7);
    assert.equal(turns.isAsked, false);
  });
});
