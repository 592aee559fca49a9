/** When the window is built anew. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shellSources } from '../../src/main/shell/build/build-shell.mjs';

test('a change of any source of the window counts, however deep it lies', () => {
  const sources = shellSources().map((file: string) => file.replaceAll('\\', '/'));
  for (const end of ['src/main/shell/main.ts', 'src/shared/errors.ts', 'src/shared/app/shell-bridge.ts', 'icon.svg'])
    assert.ok(
      sources.some((file: string) => file.endsWith(end)),
      end,
    );
});
