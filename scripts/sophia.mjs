/**
 * Runs a verb of the command line: set-up first, the page where the verb shows it, Electron's binary for `start`.
 * `npm start` is `bin/sophia start`.
 */
import { runOnNode24 } from './run.mjs';
import { setUp } from './setup.mjs';

/** Does what the verb in `args` needs beforehand, then runs it; ends this process with its exit code. */
export async function sophia(args) {
  const verb = args.find((word) => !word.startsWith('-'));
  if ((verb === 'start' || verb === 'serve') && !args.includes('--help')) {
    try {
      await prepare(verb);
    } catch (error) {
      console.error(`sophia: ${error.message}`);
      process.exit(1);
    }
  }
  await runOnNode24('src/main/cli/main.ts', args);
}

async function prepare(verb) {
  const { tensorflow, time } = await setUp();
  const [{ note }, { buildPage }] = await Promise.all([import('./setup/progress.mjs'), import('./setup/page.mjs')]);
  // Set-up said so itself when it has just tried.
  if (tensorflow.state !== 'ready' && Date.now() - time > 1000) {
    const { cost } = await import('./setup/tensorflow/tensorflow.mjs');
    note(`TensorFlow backend absent: ${tensorflow.why}; ${cost}`);
  }
  await buildPage();
  if (verb !== 'start') return;
  const { findElectron } = await import('./setup/electron.mjs');
  const electron = await findElectron();
  if (electron.path) process.env.SOPHIA_ELECTRON = electron.path;
  else note(`${electron.why}: the page is served for the browser instead of a window`);
}
