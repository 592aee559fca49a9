/** What the engine is given to do in bench/app/answers.ts: files that take long to look at, an archive, a log, a home of an older version. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCanvas } from '@napi-rs/canvas';
import { archiveToFile } from '../../src/main/store/archive/write-archive.ts';
import { openStore } from '../../src/main/store/store.ts';
import { storeDataset } from '../../src/main/tasks/import/dataset-folder.ts';
import { METRICS } from '../../src/shared/run/metrics.ts';
import { parseStudy } from '../../src/shared/study/study.ts';
import { writeOlder } from '../../test/setup/older-database.ts';
import { sampleResponse, sampleStep } from '../../test/store/helpers.ts';

const FILL = fileURLToPath(new URL('./fill.ts', import.meta.url));

/** Fills a home with so many responses (bench/app/fill.ts): a run for each thousand. */
export function fillHome(home: string, responses: number): void {
  const runs = Math.max(40, Math.round(responses / 1000 / 20) * 20);
  const sizes = ['--runs', `${runs}`, '--steps', '300', '--metrics', '20', '--responses', `${responses}`];
  const { status } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', FILL, home, ...sizes], {
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`bench/app/fill.ts ended with ${status}`);
}

/** Puts the home's database back to what the version before the last migration would have: the next start migrates it, after a backup. */
export function makeOlder(home: string): void {
  const database = join(home, 'sophia.db');
  const older = `${database}.older`;
  rmSync(older, { force: true });
  writeOlder(database, older);
  for (const end of ['-wal', '-shm', '']) rmSync(`${database}${end}`, { force: true });
  writeFileSync(database, readFileSync(older));
  rmSync(older);
}

/** The archive of a study of four runs, 300 steps each, 64 responses a step: rows as a run writes them, which an import takes. */
export async function longArchive(home: string): Promise<string> {
  const file = join(home, 'bench-files/long.zip');
  const store = openStore(join(home, 'bench-files/long'));
  store.database.pragma('synchronous = OFF');
  const yaml = 'name: long\nvariants: [grpo, full]\nseeds: [0, 1]\nsettings: {training: {totalSteps: 300}}';
  const { studyId } = store.addStudy(parseStudy(yaml, 'long.yaml'));
  const metrics = Object.fromEntries(Object.keys(METRICS).map((name) => [name, 0.5]));
  for (const { id } of store.listRuns({ studyId })) {
    const { attempt } = store.startRun(id);
    for (let step = 1; step <= 300; step++) {
      const responses = Array.from({ length: 64 }, (_, i) =>
        sampleResponse(step, i & 7, { questionId: `chart/train/${step * 16 + (i >> 2)}`, sample: i & 3 }),
      );
      store.recordEvent(id, attempt, sampleStep(step, { metrics, responses }));
    }
    store.setRunState(id, 'stopped', null);
  }
  await archiveToFile(store, studyId, file, { program: 'bench' });
  store.close();
  return file;
}

/** A log of 30,000 steps with 20 metrics, as TRL writes one in JSON lines. */
export function longLog(home: string): string {
  const file = join(home, 'bench-files/long.jsonl');
  const names = Array.from({ length: 20 }, (_, i) => `rewards/part_${i}`);
  const line = (step: number) =>
    JSON.stringify({ step, ...Object.fromEntries(names.map((name, i) => [name, Math.sin(step + i)])) });
  writeFileSync(file, Array.from({ length: 30_000 }, (_, i) => `${line(i + 1)}\n`).join(''));
  return file;
}

/** Data sets and a model that take long to look at; returns what the home holds, in words. */
export async function prepare(home: string): Promise<string> {
  const folder = join(home, 'bench-files');
  mkdirSync(folder, { recursive: true });
  for (const [name, side] of [
    ['large', 5000],
    ['huge', 8000],
    ['small', 100],
  ] as const) {
    const canvas = createCanvas(side, side);
    const context = canvas.getContext('2d');
    for (let i = 0; i < 200; i++) {
      context.fillStyle = `hsl(${i * 37} 60% 50%)`;
      context.fillRect((i * 131) % side, (i * 211) % side, side / 5, side / 7);
    }
    writeFileSync(join(folder, `${name}.png`), canvas.toBuffer('image/png'));
  }
  const line = (id: string, image: string) =>
    JSON.stringify({ id, question: `How many bars are there in ${id}?`, answer: '7', image: `${image}.png` });
  const lines = Array.from({ length: 20_000 }, (_, i) => line(`q${i}`, 'small'));
  writeFileSync(join(folder, 'large.jsonl'), [line('large', 'large'), line('huge', 'huge'), ...lines].join('\n'));
  await storeDataset(home, join(folder, 'large.jsonl'), { name: 'large', format: 'jsonl' });
  const model = join(home, 'models/padded');
  mkdirSync(model, { recursive: true });
  writeFileSync(join(model, 'config.json'), '{}');
  writeFileSync(join(model, 'model.safetensors'), Buffer.alloc(400 << 20, 3));
  const bytes = statSync(join(home, 'sophia.db')).size;
  return `a database of ${Math.round(bytes / 2 ** 20)} MiB`;
}
