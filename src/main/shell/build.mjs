/** Bundles the window's process and its preload script into dist/shell (Electron loads no TypeScript); does nothing while both are up to date. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(folder, '../../..');
const outputs = ['main', 'preload'].map((name) => path.join(root, `dist/shell/${name}.cjs`));

/** Builds where a source (of the shell, or of shared/, which it uses) is newer than a bundle; resolves to the main bundle's path. */
export async function buildShell() {
  const sources = [folder, path.join(root, 'src/shared')].flatMap((one) =>
    readdirSync(one).map((name) => statSync(path.join(one, name)).mtimeMs),
  );
  const newest = Math.max(...sources);
  if (outputs.every((output) => existsSync(output) && statSync(output).mtimeMs > newest)) return outputs[0];
  const { build } = await import('esbuild');
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
  return outputs[0];
}
