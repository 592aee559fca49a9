/**
 * A run trained by TRL as a stream of events: writes the run's files, sees to the Python environment, starts `python -m sophia_trl` and passes on
 * what it says. It ends with this process, and stops when this one is asked to. Deliberately absent: training (trainers/trl/ in Python).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SophiaError } from '../../../shared/errors.ts';
import { parseEventLine } from '../../../shared/run/event-lines.ts';
import type { RunEvent } from '../../../shared/run/run-events.ts';
import { RESUME } from '../../jobs/run-end.ts';
import { homeOfRun } from '../../model/home/home-of-run.ts';
import { localPath } from '../../model/io/local-path.ts';
import { pruneCheckpoints } from '../../train/checkpoint.ts';
import type { TrainingOptions } from '../../train/run-training.ts';
import { PACKAGE } from './environment/pinned-packages.ts';
import { preparedPython } from './environment/python-environment.ts';
import { extraPackages } from './extras.ts';
import { writeRun } from './write-run.ts';

/** Checkpoints kept: the newest, and one to fall back to. */
const KEPT_CHECKPOINTS = 2;

/** Runs to the end, a stop (after a checkpoint), a pause, or an error; rejects where Python could not be started at all. */
export async function* runTrl(options: TrainingOptions): AsyncGenerator<RunEvent> {
  const { settings, runFolder, resume, signal, confirm } = options;
  const step = resume?.step ?? 0;
  const python = yield* preparedPython(step, signal, extraPackages([settings]));
  const folder = join(runFolder, 'trl');
  const codeVersion = process.env.SOPHIA_CODE_VERSION ?? 'source';
  yield { kind: 'phase', step, phase: 'loading', done: 0, total: 1 };
  await writeRun(settings, { home: homeOfRun(runFolder), folder, codeVersion });
  yield { kind: 'phase', step, phase: 'loading', done: 1, total: 1 };
  const from = resume === null ? null : localPath(resume.uri, runFolder);
  if (resume !== null && from === null)
    throw new SophiaError(
      'conflict',
      `The checkpoint of step ${resume.step} is not on this machine: ${resume.uri}.`,
      'Resume the study on its cluster (`sophia study run FILE --on CLUSTER --resume`), or from nothing (--from-step 0).',
    );
  const child = spawn(
    python,
    [
      ...['-u', '-m', 'sophia_trl', folder, '--out', runFolder, '--led', '--threads', String(options.threads)],
      ...(from === null ? [] : ['--resume', from]),
    ],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, SOPHIA_NODE: process.execPath, PYTHONPATH: PACKAGE, PYTHONDONTWRITEBYTECODE: '1' },
    },
  );
  const ended = once(child, 'close');
  ended.catch(() => {}); // told below
  const ask = () => void child.stdin.write('stop\n');
  signal.addEventListener('abort', ask, { once: true });
  child.stdin.on('error', () => {}); // it has ended, which is told below
  try {
    let last: RunEvent | undefined;
    for await (const event of eventsOf(child)) {
      yield event;
      last = event;
      if (event.kind !== 'checkpoint') continue;
      await confirm?.();
      pruneCheckpoints(join(runFolder, 'checkpoints'), KEPT_CHECKPOINTS);
    }
    const [code, cause] = (await ended) as [number | null, NodeJS.Signals | null];
    if (code === 0 || last?.kind === 'failed') return;
    throw new SophiaError(
      'environment',
      `TRL's process ended ${cause === null ? `with code ${code}` : `by ${cause}`}.`,
      `What it wrote is in the log of the run (worker.log in its folder). ${RESUME}`,
    );
  } finally {
    signal.removeEventListener('abort', ask);
    child.kill('SIGKILL');
  }
}

async function* eventsOf(child: ChildProcess): AsyncGenerator<RunEvent> {
  const started = new Promise<never>((_, reject) => {
    child.once('error', (error) =>
      reject(new SophiaError('environment', `Python cannot be started: ${error.message}.`)),
    );
  });
  started.catch(() => {}); // raced below
  const { stdout } = child;
  if (stdout === null) throw new SophiaError('internal', "TRL's process has no output.");
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  for (let count = 1; ; count++) {
    const { done, value } = await Promise.race([lines.next(), started]);
    if (done === true) return;
    yield parseEventLine(value, `line ${count} of TRL's events`).event;
  }
}
