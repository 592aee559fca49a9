/** `sophia run stop|resume RUN`: through the engine that runs on the home, or, to resume without one, in this process. */
import type { Command } from 'commander';
import { SophiaError } from '../../../shared/errors.ts';
import type { EngineParts } from '../../engine/engine-options.ts';
import { resolveHome } from '../../store/open/home.ts';
import type { GlobalOptions } from '../common/verb.ts';

/** Adds the sub-verbs. */
export function defineRunControl(command: Command, parts: EngineParts): void {
  command
    .command('stop')
    .description('Stop a run at its next step; it can be resumed.')
    .argument('<run>', 'name or number')
    .action((run: string, _options, self: Command) => stop(run, self.optsWithGlobals<GlobalOptions>()));
  command
    .command('resume')
    .description('Continue a run from its last checkpoint, or from an older one.')
    .argument('<run>', 'name or number')
    .option(
      '--from-step <step>',
      'continue from the checkpoint of this step (0: from nothing); later steps are kept as a branch',
      wholeStep,
    )
    .action((run: string, _options, self: Command) => resume(run, self.optsWithGlobals<ResumeOptions>(), parts));
}

interface ResumeOptions extends GlobalOptions {
  readonly fromStep?: number;
}

function wholeStep(text: string): number {
  if (!/^(0|[1-9]\d{0,8})$/.test(text))
    throw new SophiaError(
      'usage',
      `--from-step takes the step of a checkpoint, or 0 to start again from nothing, not "${text}".`,
    );
  return Number(text);
}

async function stop(reference: string, options: GlobalOptions): Promise<void> {
  const home = resolveHome(options.home);
  const { answerOf, runningEngine } = await import('../common/engine-client.ts');
  const engine = runningEngine(home);
  const id = await findRun(home, reference);
  if (engine === null) throw new SophiaError('conflict', `No engine is running on ${home}, so no run is running.`);
  await answerOf(engine.runs.stop.mutate({ id }));
  say(options, id, 'stopping');
}

async function resume(reference: string, options: ResumeOptions, parts: EngineParts): Promise<void> {
  const home = resolveHome(options.home);
  const { answerOf, runningEngine } = await import('../common/engine-client.ts');
  const { fromStep } = options;
  const id = await findRun(home, reference);
  const engine = runningEngine(home);
  const cut = fromStep === undefined ? null : await whatIsCut(home, id, fromStep);
  const tell = () => cut !== null && console.error(cut); // on the error stream, so that --json stays whole
  if (engine !== null) {
    await answerOf(engine.runs.resume.mutate({ id, ...(fromStep !== undefined && { fromStep }) }));
    tell();
    return say(options, id, 'queued');
  }
  const { runInProcess } = await import('../common/run-in-process.ts');
  await runInProcess({
    home,
    parts,
    begin(engine) {
      engine.resumeRun(id, fromStep);
      tell(); // it was not refused
      return [engine.store.run(id)];
    },
    end(engine) {
      const { state, reason, name } = engine.store.run(id);
      if (state !== 'finished') throw new SophiaError('data', `Run ${name} ${state}: ${reason ?? ''}`);
      say(options, id, 'finished');
    },
  });
}

/** What a resume from this step leaves behind, in words; null: nothing. */
async function whatIsCut(home: string, id: number, fromStep: number): Promise<string | null> {
  const { openStore } = await import('../../store/store.ts');
  const { cutText } = await import('../../../shared/run/rewind-warning.ts');
  const store = openStore(home, { readonly: true });
  try {
    const checkpoints = store.checkpoints(id).filter((checkpoint) => checkpoint.step > fromStep).length;
    return cutText(store.run(id), fromStep, checkpoints);
  } finally {
    store.close();
  }
}

async function findRun(home: string, reference: string): Promise<number> {
  const { openStore } = await import('../../store/store.ts');
  const store = openStore(home, { readonly: true });
  try {
    return store.findRun(reference);
  } finally {
    store.close();
  }
}

function say(options: GlobalOptions, id: number, state: string): void {
  console.log(options.json ? JSON.stringify({ id, state }) : `Run ${id}: ${state}.`);
}
