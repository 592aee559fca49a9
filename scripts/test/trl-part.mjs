/** Whether the tests beside TRL itself run: asked for, or, with SOPHIA_TEST_TRL=cached, wherever their environment is there already. */
import { spawnSync } from 'node:child_process';
import { trlEnvironment } from '../../src/main/trainers/trl/environment/environment-folder.ts';
import { OWN_PYTHON } from '../../src/main/trainers/trl/environment/find-python.ts';
import { pinnedPackages } from '../../src/main/trainers/trl/environment/pinned-packages.ts';

/** What an environment must have for them; loading PyTorch from a cold disk takes a while. */
const NEEDED = ['torch', 'transformers', 'trl', 'peft', 'accelerate'];
const PATIENCE_MS = 300_000;

/**
 * Turns `cached` into a yes or a no and returns what to say of a no; null where there is nothing to say. An environment that is not there, is broken or
 * has other versions than the pinned ones is no failure: nothing is fetched for these tests.
 */
export function settleTrlPart(environment = process.env) {
  if (environment.SOPHIA_TEST_TRL !== 'cached') return null;
  const why = whyNot(environment);
  if (why === null) {
    environment.SOPHIA_TEST_TRL = '1';
    return null;
  }
  delete environment.SOPHIA_TEST_TRL;
  return `skip trainer trl beside TRL itself: ${why}. To run it: SOPHIA_TEST_TRL=1 npm test -- trl/torch (sets it up once, about 6 GB)`;
}

function whyNot(environment) {
  const own = environment[OWN_PYTHON];
  const { python, folder, isReady } = trlEnvironment();
  if (!own && !isReady) return `its environment is not in the cache (${folder})`;
  const script = `import importlib, sys\nfor name in sys.argv[1:]: print(name, importlib.import_module(name).__version__)`;
  const asked = spawnSync(own || python, ['-c', script, ...NEEDED], {
    env: environment,
    encoding: 'utf8',
    timeout: PATIENCE_MS,
  });
  const where = own || folder;
  if (asked.status !== 0) {
    const line = (asked.stderr ?? '').trim().split('\n').at(-1) || asked.error?.message || 'it does not run';
    return `its environment in ${where} is broken (${line.slice(0, 200)})`;
  }
  const pinned = new Map(pinnedPackages().map((one) => one.split('==')));
  const other = asked.stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .find(([name, version]) => version.split('+')[0] !== pinned.get(name));
  return other === undefined ? null : `its environment in ${where} has ${other.join(' ')}, not ${pinned.get(other[0])}`;
}
