/** A TRM that writes its score is refused by trainer trl before anything is trained: its rater reads score tokens alone. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { RUN_FILES } from '../../../src/main/trainers/trl/run-file.ts';
import { writeRun } from '../../../src/main/trainers/trl/write-run.ts';
import { parseSettings } from '../../../src/shared/settings/setting-paths.ts';

const folder = mkdtempSync(join(tmpdir(), 'sophia-written-score-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const fixtures = join(import.meta.dirname, '../../fixtures');

test('it is named with what to do instead, for trm and for an untrained policy alike', async () => {
  const trm = join(folder, 'trm');
  cpSync(join(fixtures, 'qwen3vl-a'), trm, { recursive: true });
  for (const name of ['tokenizer.json', 'tokenizer_config.json'])
    cpSync(join(fixtures, 'tokenizer-bpe', name), join(trm, name));
  const write = (patch: object) =>
    writeRun(parseSettings({ trainer: 'trl', training: { totalSteps: 1 }, ...patch }), {
      home: folder,
      folder: join(folder, 'run'),
      codeVersion: 'test',
    });
  const refused = {
    code: 'usage',
    message: /trainer trl reads a TRM's score off its score tokens, and .*trm has none/,
  };
  await assert.rejects(write({ model: { trm }, reward: { thinking: 'trm' } }), refused);
  await assert.rejects(write({ model: { policy: trm }, reward: { thinking: 'untrained' } }), refused);
  assert.ok(!existsSync(join(folder, 'run', RUN_FILES.run)));
});
