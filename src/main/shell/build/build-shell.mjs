/**
 * Makes dist/shell: the window's process and its preload script as bundles (Electron loads no TypeScript), and the window's icon (nor does it read SVG).
 * Does nothing while all are up to date.
 */
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const folder = path.join(root, 'src/main/shell');
const outputs = ['main.cjs', 'preload.cjs', 'icon.png'].map((name) => path.join(root, 'dist/shell', name));
const icon = path.join(root, 'src/renderer/icon.svg');
const ICON_PIXELS = 256;

/** Files that the window is made of: of the shell, of shared/, which it uses, and its icon. */
export function shellSources() {
  const folders = [folder, path.join(root, 'src/shared')];
  const files = folders.flatMap((from) => readdirSync(from, { recursive: true }).map((name) => path.join(from, name)));
  return [...files, icon];
}

/** Builds where a source is newer than what was made; resolves to the main bundle's path. */
export async function buildShell() {
  const newest = Math.max(...shellSources().map((file) => statSync(file).mtimeMs));
  if (outputs.every((output) => existsSync(output) && statSync(output).mtimeMs > newest)) return outputs[0];
  const [{ build }, { drawIcon }] = await Promise.all([import('esbuild'), import('./icon.mjs')]);
  await build({
    entryPoints: { main: path.join(folder, 'main.ts'), preload: path.join(folder, 'preload.ts') },
    outdir: path.dirname(outputs[0]),
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node18',
    external: ['electron'],
    logLevel: 'warning',
  });
  writeFileSync(outputs[2], await drawIcon(icon, ICON_PIXELS));
  return outputs[0];
}
