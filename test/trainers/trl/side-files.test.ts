/** A checkpoint of trainer trl has the files beside the weights that the native trainer carries over, by one rule in two languages. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { copySideFiles } from '../../../src/main/model/folder/side-files/side-files.ts';
import { PACKAGE } from '../../../src/main/trainers/trl/environment/pinned-packages.ts';

const SIDE = ['config.json', 'generation_config.json', 'preprocessor_config.json', 'processor_config.json'];
const TOKENIZER = [
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.json',
];
const MORE = [
  'merges.txt',
  'spiece.model',
  'chat_template.json',
  'chat_template.jinja',
  'LICENSE',
  'video_preprocessor_config.json',
];
const NOT = [
  'model.safetensors',
  'model.safetensors.index.json',
  'trainer_state.json',
  'adapter_config.json',
  'README.md',
  'sophia.json',
];

test('every file beside the weights comes along, and nothing of a trainer', () => {
  const [policy, made] = [mkdtempSync(join(tmpdir(), 'policy-')), mkdtempSync(join(tmpdir(), 'made-'))];
  for (const name of [...SIDE, ...TOKENIZER, ...MORE, ...NOT]) writeFileSync(join(policy, name), '{}');
  mkdirSync(join(policy, 'old.json'));
  const code =
    'import pathlib, sys; from sophia_trl.checkpoints import side_files; [print(p.name) for p in side_files(pathlib.Path(sys.argv[1]))]';
  const { stdout, stderr } = spawnSync(process.env.PYTHON ?? 'python3', ['-c', code, policy], {
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: PACKAGE, PYTHONDONTWRITEBYTECODE: '1' },
  });
  const carried = stdout.trim().split('\n').sort();
  assert.deepEqual(carried, [...SIDE, ...TOKENIZER, ...MORE].sort(), stderr);
  copySideFiles(policy, made, 'float32');
  assert.deepEqual(
    readdirSync(made)
      .filter((name) => name !== 'sophia.json')
      .sort(),
    carried,
  );
});
