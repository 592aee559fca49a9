/** The meter of a phase's load. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { loadMeter } from '../../src/main/train/load-meter.ts';

/** Keeps one core busy for some milliseconds of processor time. */
function spin(ms: number): void {
  const before = process.cpuUsage();
  for (let used = 0; used < ms; ) {
    const { user, system } = process.cpuUsage(before);
    used = (user + system) / 1000;
  }
}

it('counts the work it is given, and nothing between', async () => {
  const meter = loadMeter();
  assert.equal(meter.load().cpuCores, null, 'nothing was measured yet');
  assert.equal(
    await meter.during(async () => {
      spin(30);
      return 7;
    }),
    7,
  );
  const first = meter.load();
  spin(60);
  assert.equal(meter.load().seconds, first.seconds);
  await meter.during(async () => spin(30));
  const both = meter.load();
  assert.ok(both.seconds > first.seconds);
  assert.ok(both.cpuCores! * both.seconds >= 0.059, 'processor seconds of both pieces');
  assert.ok(both.freeMiB > 0);
});
