/** docs/cli.md says what the command line can do: every verb and option, as Commander has them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CLI_DOCS, cliReference, withReference } from '../../scripts/docs/cli-reference.ts';
import { verbs } from '../../src/main/cli/verbs.ts';

const text = readFileSync(CLI_DOCS, 'utf8');

test('docs/cli.md is what npm run cli-docs writes', async () => {
  assert.equal(text, withReference(text, await cliReference()), 'Run npm run cli-docs and commit docs/cli.md.');
});

test('each verb has a heading, the options that all verbs share stand in the introduction', () => {
  for (const name of Object.keys(verbs)) assert.match(text, new RegExp(`^## ${name}$`, 'm'));
  const main = readFileSync(new URL('../../src/main/cli/command-line.ts', import.meta.url), 'utf8');
  const shared = [...main.matchAll(/\.option\(\s*'(--[a-z]+)/g)].map(([, flag]) => flag!);
  assert.deepEqual(shared, ['--home', '--json', '--debug']);
  const introduction = text.slice(0, text.indexOf('\n## '));
  for (const flag of shared) assert.ok(introduction.includes(`\`${flag}`), flag);
});

test('an option that the file lacks is found', async () => {
  const reference = await cliReference();
  const without = reference.replace(/^- `--resume`.*\n/m, '');
  assert.notEqual(without, reference);
  assert.notEqual(withReference(text, without), text);
});
