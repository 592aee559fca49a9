/** An archive of runs of the real trainer: one of them run again gives the same bits; an altered archive is refused before anything is run. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { unzipSync, zipSync } from 'fflate';
import { Engine } from '../../src/main/engine/engine.ts';
import { verifyArchive } from '../../src/main/engine/verify-archive.ts';
import { archiveToFile } from '../../src/main/store/archive/write-archive.ts';
import { parseStudy } from '../../src/shared/study/study.ts';

const STUDY = `name: real
variants: [grpo, full]
seeds: [0]
settings:
  training: { totalSteps: 3, questionsPerStep: 4, numGenerations: 4, checkpointEvery: 3, learningRate: 1.0e-3 }
  generation: { maxCompletionLength: 32 }
  evaluation: { every: 3, benchmarks: [chart-test], questions: 4, sampled: false }
`;

test('a real run of an archive, run again, is the same bit by bit; an altered checkpoint is named', {
  timeout: 600_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sophia-verify-test-'));
  const engine = new Engine({ home: join(folder, 'home'), parallel: 2 });
  try {
    const { studyId } = engine.startStudy(parseStudy(STUDY, 'test'));
    await engine.queue.whenIdle();
    const runs = engine.store.studyMatrix(studyId, []).cells.map(({ id }) => engine.store.run(id));
    assert.deepEqual(
      runs.map((run) => [run.variant, run.state, run.reason]),
      [
        ['grpo', 'finished', null],
        ['full', 'finished', null],
      ],
    );
    assert.notEqual(runs[0]!.weightsHash, runs[1]!.weightsHash, 'each arm has learnt something of its own');
    const archive = join(folder, 'real.zip');
    await archiveToFile(engine.store, studyId, archive, { program: 'test' });
    const found = await verifyArchive(archive, { run: 'full/0' });
    assert.deepEqual([found.identical, found.differences, found.environment], [true, [], []]);
    assert.ok(found.rows > 3 * 16, 'metrics, responses and evaluations were compared');

    const entries = unzipSync(readFileSync(archive));
    const weights = Object.keys(entries).find((name) => /^runs\/\d+\/.*\.safetensors$/.test(name))!;
    const bytes = entries[weights]!;
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(archive, zipSync(entries, { level: 0 }));
    await assert.rejects(verifyArchive(archive, { run: 'full/0' }), (error: Error) =>
      error.message.includes(`"${weights}" was altered`),
    );
  } finally {
    await engine.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
});
