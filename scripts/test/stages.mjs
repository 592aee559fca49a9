/** The checks of the sources as a whole; each counts as one test. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { modules, root } from '../setup/paths.mjs';
import { run } from '../setup/process.mjs';

/** The stages that apply to this clone: [{ name, check }], `check` resolves to { ok, output, skipped? }. */
export function stages() {
  const page = existsSync(path.join(root, 'src/renderer/tsconfig.json'));
  return [
    { name: 'format and lint', check: lint },
    { name: 'types', check: () => tool('typescript/bin/tsc', ['--noEmit', '-p', 'tsconfig.json']) },
    ...(page
      ? [
          { name: 'types of the page', check: pageTypes },
          { name: 'page build', check: pageBuild },
        ]
      : []),
  ];
}

function lint() {
  return tool('@biomejs/biome/bin/biome', [
    'check',
    '--colors=off',
    '--max-diagnostics=100',
    '--diagnostic-level=warn',
  ]);
}

function pageTypes() {
  const args = [
    '--workspace',
    'src/renderer',
    '--tsconfig',
    'tsconfig.json',
    '--output',
    'human',
    '--fail-on-warnings',
  ];
  return tool('svelte-check/bin/svelte-check', args);
}

async function pageBuild() {
  const { buildPage } = await import('../setup/page.mjs');
  try {
    await buildPage();
    return { ok: true, output: '' };
  } catch (error) {
    return { ok: false, output: error.message };
  }
}

async function tool(file, args) {
  const { ok, out, err } = await run(process.execPath, [path.join(modules, file), ...args], { cwd: root });
  return { ok, output: `${out}${err}` };
}
