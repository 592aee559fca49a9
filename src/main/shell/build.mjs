/** Bundles the window's process into dist/shell/main.cjs (Electron loads no TypeScript); does nothing while it is up to date. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(folder, '../../..');
const output = path.join(root, 'dist/shell/main.cjs');

/** Builds where a source is newer than the bundle; resolves to the bundle's path. */
export async function buildShell() {
  const newest = Math.max(...readdirSync(folder).map((name) => statSync(path.join(folder, name)).mtimeMs));
  if (existsSync(output) && statSync(output).mtimeMs > newest) return output;
  const { build } = await import('esbuild');
  await build({
    entryPoints: [path.join(folder, 'main.ts')],
    outfile: output,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node18',
    external: ['electron'],
    logLevel: 'warning',
  });
  return output;
}
