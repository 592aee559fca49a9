/**
 * Makes dist/trl/rules.mjs: the rules of a run (rules/serve-rules.ts) in one file, for a Node beside a trainer that is not this program. Does
 * nothing while it is up to date.
 */
import { existsSync, readdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../../', import.meta.url));
const source = path.join(root, 'src/main/trainers/trl/rules/serve-rules.ts');

/** The file. */
export const rulesFile = path.join(root, 'dist/trl/rules.mjs');

/** What CommonJS packages in the bundle call for Node's own modules. */
const REQUIRE =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

/** Builds it where a source is newer; resolves to its path. A packed app has it and no sources to compare with. */
export async function buildRules() {
  if (existsSync(rulesFile) && (!hasBuilder() || statSync(rulesFile).mtimeMs > newestSource())) return rulesFile;
  const { build } = await import('esbuild');
  const unfinished = `${rulesFile}.${process.pid}`; // runs that start at once build at once, and copy a whole file
  await build({
    entryPoints: [source],
    outfile: unfinished,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    plugins: [noDrawing],
    banner: { js: REQUIRE },
    logLevel: 'warning',
  });
  renameSync(unfinished, rulesFile);
  return rulesFile;
}

/** Pictures are drawn where the questions are written, and are files then: the rules need no drawing library. */
const noDrawing = {
  name: 'no-drawing',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@napi-rs\/canvas$/ }, ({ path: name }) => ({ path: name, namespace: 'no-drawing' }));
    onLoad({ filter: /.*/, namespace: 'no-drawing' }, () => ({
      contents: `const none = () => { throw new Error('The rules draw nothing.'); };
        export { none as createCanvas, none as loadImage }; export const GlobalFonts = { has: none, registerFromPath: none };`,
    }));
  },
};

const hasBuilder = () => existsSync(path.join(root, 'node_modules/esbuild'));

function newestSource() {
  const folders = ['src/main', 'src/shared'].map((name) => path.join(root, name));
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name)),
  );
  return Math.max(...files.map((file) => statSync(file).mtimeMs));
}
