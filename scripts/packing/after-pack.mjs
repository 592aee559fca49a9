/** electron-builder's hook once all files are there. */
import { bundleEngine } from './bundle-engine.mjs';
import { compileAhead } from './compile-ahead.mjs';
import { stripLibraries } from './strip-libraries.mjs';

export default async function afterPack(context) {
  stripLibraries(context);
  await bundleEngine(context);
  await compileAhead(context);
}
