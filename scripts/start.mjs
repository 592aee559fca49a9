/** `npm start`: set-up, the page, Electron's binary where there is a display, then the verb `start`. */
import { runOnNode24 } from './run.mjs';
import { findElectron } from './setup/electron.mjs';
import { buildPage } from './setup/page.mjs';
import { note } from './setup/progress.mjs';
import { cost } from './setup/tensorflow.mjs';
import { setUp } from './setup.mjs';

try {
  const { tensorflow } = await setUp();
  if (tensorflow.state !== 'ready') note(`TensorFlow backend absent: ${tensorflow.why}; ${cost}`);
  await buildPage();
  const electron = await findElectron();
  if (electron.why) note(`${electron.why}; the page opens in the browser instead`);
  if (electron.path) process.env.SOPHIA_ELECTRON = electron.path;
} catch (error) {
  console.error(`sophia: ${error.message}`);
  process.exit(1);
}
await runOnNode24('src/main/cli/main.ts', ['start', ...process.argv.slice(2)]);
