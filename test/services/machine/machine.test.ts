/** The machine's watch: GPUs by a fake nvidia-smi on PATH, by one that fails, and where there is none; and that nothing is asked when nobody looks. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { MachineWatch } from '../../../src/main/services/machine/machine-watch.ts';
import { type GpuReading, parseGpus, readGpus } from '../../../src/main/services/machine/nvidia-smi.ts';

const GIB = 2 ** 30;
const folder = mkdtempSync(join(tmpdir(), 'sophia-smi-'));
const path = process.env.PATH;
afterEach(() => {
  process.env.PATH = path;
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Puts a program of this name first on PATH, and alone there. */
function fakeSmi(script: string): void {
  const file = join(folder, 'nvidia-smi');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  process.env.PATH = folder;
}

describe('nvidia-smi', () => {
  test('each GPU with its use and memory; it is asked for exactly what is read', async () => {
    fakeSmi(`case "$*" in
*--query-gpu=index,name,utilization.gpu,memory.used,memory.total*nounits*)
echo "0, NVIDIA H200, 37, 20480, 143360"
echo "1, Tesla, half of, 0, 1024, 24576";;
*) exit 1;; esac`);
    assert.deepEqual(await readGpus(), {
      gpus: [
        { index: 0, name: 'NVIDIA H200', use: 0.37, memoryUsed: 20 * GIB, memoryTotal: 140 * GIB },
        { index: 1, name: 'Tesla, half of', use: 0, memoryUsed: GIB, memoryTotal: 24 * GIB },
      ],
      problem: null,
    });
  });

  test('what a GPU does not tell is null, never 0', () => {
    assert.deepEqual(parseGpus('0, GRID, [N/A], [Not Supported], 16384\n\nNo devices were found\n'), [
      { index: 0, name: 'GRID', use: null, memoryUsed: null, memoryTotal: 16 * GIB },
    ]);
  });

  test('one that fails is told in its own words', async () => {
    fakeSmi('echo "NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver." >&2; exit 9');
    assert.deepEqual(await readGpus(), {
      gpus: null,
      problem: 'nvidia-smi: NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver.',
    });
  });

  test('where there is none, there are no GPUs and nothing is wrong', async () => {
    rmSync(join(folder, 'nvidia-smi'), { force: true });
    process.env.PATH = folder;
    assert.deepEqual(await readGpus(), { gpus: null, problem: null });
  });
});

describe('the watch', () => {
  const none: GpuReading = { gpus: null, problem: null };

  test('a look gives processor, memory and disk at once, and what is newer to the next look', async () => {
    const watch = new MachineWatch({ home: folder, isBusy: () => false, gpus: async () => none });
    const first = await watch.look();
    const [sample] = first.samples;
    assert.equal(first.samples.length, 1);
    assert.ok(typeof sample?.cpu === 'number' && sample.cpu >= 0 && sample.cpu <= 1, String(sample?.cpu));
    assert.ok((sample?.memoryUsed ?? 0) > 0 && (sample?.memoryUsed ?? 0) < first.memoryTotal);
    assert.ok((sample?.diskFree ?? 0) > 0 && (sample?.diskFree ?? 0) <= (first.diskTotal ?? 0));
    assert.equal(sample?.gpus, null);
    assert.equal(watch.isSampling, true);
    const later = await untilMore(watch, sample?.at ?? 0);
    assert.ok(
      later.samples.every(({ at }) => at > (sample?.at ?? 0)),
      'only newer ones',
    );
    const cpu = later.samples[0]?.cpu;
    assert.ok(typeof cpu === 'number' && cpu >= 0 && cpu <= 1, String(cpu));
    watch.close();
    assert.equal(watch.isSampling, false);
  });

  test('nothing is sampled until someone looks or a run is going', async () => {
    let asked = 0;
    let busy = false;
    const gpus = async () => {
      asked++;
      return none;
    };
    const watch = new MachineWatch({ home: folder, isBusy: () => busy, gpus });
    watch.wake();
    await sleep(50);
    assert.deepEqual([asked, watch.isSampling], [0, false]);
    busy = true;
    watch.wake();
    watch.wake();
    for (let i = 0; i < 100 && asked === 0; i++) await sleep(20);
    assert.deepEqual([asked, watch.isSampling], [1, true]);
    watch.close();
  });

  test('a disk that cannot be read is null; a failing nvidia-smi is told and not asked at every sample', async () => {
    let asked = 0;
    const gpus = async (): Promise<GpuReading> => {
      asked++;
      return { gpus: null, problem: 'nvidia-smi: broken' };
    };
    const watch = new MachineWatch({ home: join(folder, 'gone'), isBusy: () => false, gpus });
    const first = await watch.look();
    assert.deepEqual(
      [first.diskTotal, first.samples[0]?.diskFree, first.gpuProblem],
      [null, null, 'nvidia-smi: broken'],
    );
    await untilMore(watch, first.samples[0]?.at ?? 0);
    assert.equal(asked, 1);
    watch.close();
  });
});

async function untilMore(watch: MachineWatch, after: number) {
  for (;;) {
    const report = await watch.look(after);
    if (report.samples.length > 0) return report;
    await sleep(100);
  }
}
