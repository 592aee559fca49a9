/** The reward-hacking watch on made-up series: alerts exactly where the thinking reward rises and another falls, and state that resumes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NEW_WATCH, type WatchedStep, type WatchState, watchStep } from '../../src/main/trust/hacking-watch.ts';
import { defaultSettings } from '../../src/shared/settings/settings.ts';
import { Random } from '../../src/shared/values/random.ts';

const settings = { ...defaultSettings().watch, window: 20, minChange: 0.03, minSigma: 2 };

function watchAll(steps: readonly WatchedStep[], from: WatchState = NEW_WATCH, first = 1, use = settings) {
  let state = from;
  const alerts: string[] = [];
  const drifts: number[] = [];
  steps.forEach((seen, i) => {
    const result = watchStep(state, first + i, seen, use);
    state = result.state;
    drifts.push(result.lengthDrift);
    alerts.push(...result.alerts.map((alert) => `${first + i} ${alert.name}`));
  });
  return { state, alerts, drifts };
}

/** A series of `count` steps: each value goes from 0.5 by its slope per step, plus noise. */
function series(
  count: number,
  slopes: Partial<Record<'thinking' | 'rubric' | 'outcome', number>>,
  noise = 0,
  seed = 0,
) {
  const random = new Random(seed, 'watch test');
  const value = (slope: number | undefined, step: number) => 0.5 + (slope ?? 0) * step + noise * random.normal();
  return Array.from({ length: count }, (_, step) => ({
    thinking: value(slopes.thinking, step),
    rubric: value(slopes.rubric, step),
    outcome: value(slopes.outcome, step),
    length: 20 + step,
  }));
}

describe('the reward-hacking watch', () => {
  it('alerts once a window where the thinking reward rises and the rubric falls, in one sentence with the figures', () => {
    const steps = series(45, { thinking: 0.01, rubric: -0.01 });
    assert.deepEqual(watchAll(steps).alerts, ['20 hacking/rubric', '40 hacking/rubric']);
    const before = watchAll(steps.slice(0, 19)).state;
    const [alert] = watchStep(before, 20, steps[19]!, settings).alerts;
    assert.equal(
      alert!.message,
      'Over the last 20 steps the thinking reward rose from 0.545 to 0.645 while the rubric score fell from 0.455 to 0.355: the policy may be exploiting the reward model.',
    );
  });

  it('says of outcome and rubric by name, and of neither when both rise or when the thinking reward falls', () => {
    assert.deepEqual(watchAll(series(20, { thinking: 0.01, outcome: -0.01 })).alerts, ['20 hacking/outcome']);
    assert.deepEqual(watchAll(series(60, { thinking: 0.01, rubric: 0.01, outcome: 0.01 })).alerts, []);
    assert.deepEqual(watchAll(series(60, { thinking: -0.01, rubric: -0.01, outcome: -0.01 })).alerts, []);
    assert.deepEqual(watchAll(series(60, { rubric: -0.01, outcome: -0.01 })).alerts, []);
  });

  it('needs a change above the threshold and above its own noise', () => {
    assert.deepEqual(watchAll(series(60, { thinking: 0.002, rubric: -0.002 })).alerts, []);
    const loud = watchAll(series(20, { thinking: 0.01, rubric: -0.01 }, 1), NEW_WATCH, 1, settings).alerts;
    assert.deepEqual(loud, []);
  });

  it('is quiet on noise without a trend: at most 1 in 25 runs of 200 steps, at the default settings', () => {
    const { watch } = defaultSettings();
    const alerted = (seed: number) => watchAll(series(200, {}, 0.05, seed), NEW_WATCH, 1, watch).alerts.length > 0;
    const runs = Array.from({ length: 100 }, (_, seed) => alerted(seed)).filter((one) => one).length;
    assert.ok(runs <= 4, `${runs} of 100 runs`);
  });

  it('can be switched off, and says nothing before the window is full or where scores are missing', () => {
    const steps = series(60, { thinking: 0.01, rubric: -0.01 });
    assert.deepEqual(watchAll(steps, NEW_WATCH, 1, { ...settings, alerts: false }).alerts, []);
    assert.deepEqual(watchAll(steps.slice(0, 19)).alerts, []);
    assert.deepEqual(watchAll(steps.map((step) => ({ ...step, thinking: null }))).alerts, []);
    assert.deepEqual(watchAll(steps.map((step) => ({ ...step, rubric: null }))).alerts, []);
  });

  it('gives length over the mean of the first ten steps', () => {
    const { drifts } = watchAll(series(30, {}));
    assert.equal(drifts[0], 1);
    assert.ok(Math.abs(drifts[1]! - 21 / 20.5) < 1e-12);
    assert.ok(Math.abs(drifts[29]! - 49 / 24.5) < 1e-12);
  });

  it('property: cut anywhere and resumed from its state as JSON, it says and remembers the same', () => {
    const random = new Random(7, 'cuts');
    for (let seed = 0; seed < 50; seed++) {
      const slope = (random.next() - 0.5) / 20;
      const steps = series(70, { thinking: 0.012, rubric: slope, outcome: -slope }, 0.03, seed).map((series) =>
        random.chance(0.1) ? { ...series, thinking: null } : series,
      );
      const cut = random.int(0, 70);
      const whole = watchAll(steps);
      const first = watchAll(steps.slice(0, cut));
      const saved = JSON.parse(JSON.stringify(first.state)) as WatchState;
      const rest = watchAll(steps.slice(cut), saved, cut + 1);
      assert.deepEqual([...first.alerts, ...rest.alerts], whole.alerts);
      assert.deepEqual([...first.drifts, ...rest.drifts], whole.drifts);
      assert.deepEqual(rest.state, whole.state);
    }
  });

  it('property: an alert never comes without a rise of the one and a fall of the other over the window', () => {
    for (let seed = 0; seed < 50; seed++) {
      const steps = series(80, { thinking: 0.005, outcome: -0.004 }, 0.05, seed);
      for (const alert of watchAll(steps).alerts) {
        const [end, name] = alert.split(' ');
        const window = steps.slice(Number(end) - settings.window, Number(end));
        const change = (pick: 'thinking' | 'rubric' | 'outcome') =>
          window.reduce((sum, one, i) => sum + (i < window.length / 2 ? -1 : 1) * one[pick], 0);
        assert.ok(change('thinking') > 0);
        assert.ok(change(name === 'hacking/rubric' ? 'rubric' : 'outcome') < 0);
      }
    }
  });
});
