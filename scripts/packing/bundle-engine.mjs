/**
 * The packed engine as a few files (engine/ beside its src/): Node opens them in half the time of the 600 modules that it would read one by one. Packages with
 * native parts stay packages. src/ stays too: the runs' processes are started from it, and its hash is the version of the code.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

/** The bundle's entry among the engine's files; src/main/shell/engine/engine-process.ts looks for it. */
export const ENGINE = 'engine/engine-entry.mjs';

/** What CommonJS packages in the bundle call for Node's own modules; under a name of its own, as sources import createRequire themselves. */
const REQUIRE =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

export async function bundleEngine({ appOutDir, packager }) {
  const unpacked = path.join(packager.getResourcesDir(appOutDir), 'app.asar.unpacked');
  await build({
    entryPoints: [path.join(unpacked, 'src/main/shell/engine/engine-entry.ts')],
    outdir: path.join(unpacked, path.dirname(ENGINE)),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    external: ['better-sqlite3', '@napi-rs/canvas', '@tensorflow/*'],
    plugins: [ownPlaces(unpacked)],
    banner: { js: REQUIRE },
    logLevel: 'warning',
  });
}

/** Files of src/ find migrations, models, workers by where they lie themselves: in the bundle each still goes by its own place. */
const ownPlaces = (unpacked) => ({
  name: 'own-places',
  setup({ onLoad }) {
    const sources = path.join(unpacked, 'src');
    onLoad({ filter: /\.ts$/ }, ({ path: file }) => {
      const text = readFileSync(file, 'utf8');
      if (!file.startsWith(sources) || !text.includes('import.meta')) return undefined;
      const from = path.relative(path.join(unpacked, path.dirname(ENGINE)), file).replaceAll('\\', '/');
      const url = `new URL('${from}', import.meta.url)`;
      const contents = text
        .replaceAll('import.meta.url', `${url}.href`)
        .replaceAll('import.meta.dirname', `process.getBuiltinModule('node:url').fileURLToPath(new URL('.', ${url}))`);
      return { contents, loader: 'ts' };
    });
  },
});
