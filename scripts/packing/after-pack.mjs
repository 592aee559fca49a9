/** electron-builder's hook once all files are there. */
import { compileAhead } from './compile-ahead.mjs';
import { stripLibraries } from './strip-libraries.mjs';

export default async function afterPack(context) {
  stripLibraries(context);
  await compileAhead(context);
}
