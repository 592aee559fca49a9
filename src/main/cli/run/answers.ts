/** `sophia run answers RUN --step S --against RUN:STEP`: greedy answers of two checkpoints to the same questions, kept and held against each other. */
import type { Command } from 'commander';
import { ASKED_QUESTIONS, type ComparedAnswers, parsedEnd } from '../../../shared/answers/asked-answers.ts';
import { SophiaError } from '../../../shared/errors.ts';
import type { AnswerWeights, comparedAnswers } from '../../services/answers/answer-weights.ts';
import type { ReadStore, Store } from '../../store/store.ts';
import { whole } from '../common/numbers.ts';
import { plain } from '../common/print-rows.ts';
import type { GlobalOptions } from '../common/verb.ts';

interface AnswersOptions extends GlobalOptions {
  readonly step?: number;
  readonly against: string;
  readonly benchmark?: string;
  readonly questions: number;
  readonly threads: number;
}

type Compared = ReturnType<typeof comparedAnswers>;

/** Adds the sub-verb. */
export function defineRunAnswers(command: Command): void {
  command
    .command('answers <run>')
    .description('compare what two checkpoints answer to the same questions; answers that are missing are generated')
    .option(
      '--step <step>',
      'the checkpoint: after this step (default: the newest; 0: the weights it began with)',
      whole(0),
    )
    .option('--against <run:step>', 'the other one: RUN:STEP, or STEP of the same run', '0')
    .option('--benchmark <name>', "the questions (default: the first benchmark of the run's evaluations)")
    .option('--questions <n>', 'the first n of it', whole(1, ASKED_QUESTIONS.most), ASKED_QUESTIONS.usual)
    .option('--threads <n>', 'threads of the backend', whole(1, 256), 2)
    .action((run: string, _options: unknown, self: Command) => answers(run, self.optsWithGlobals<AnswersOptions>()));
}

async function answers(reference: string, options: AnswersOptions): Promise<void> {
  const { HOST_VARIABLE } = await import('../../jobs/verbs/command-line.ts');
  const { resolveHome } = await import('../../store/open/home.ts');
  const { openStore } = await import('../../store/store.ts');
  const { answerOf, runningEngine } = await import('../common/engine-client.ts');
  const { comparedAnswers: compared } = await import('../../services/answers/answer-weights.ts');
  const home = resolveHome(options.home);
  const engine = process.env[HOST_VARIABLE] === undefined ? runningEngine(home) : null;
  const say = options.json === true ? (line: string) => console.error(line) : console.log;
  const page = { show: 'all', limit: ASKED_QUESTIONS.most, offset: 0 } as const;
  let asked: ComparedAnswers;
  let found: Compared;
  if (engine !== null) {
    const { followJob } = await import('../common/follow-job.ts');
    const reader = openStore(home, { readonly: true });
    try {
      asked = await askedOf(reader, reference, options);
      const { id, command } = await answerOf(engine.answers.start.mutate(asked));
      say(`The running engine of this home does this: ${plain(command)}`);
      const jobs = () => engine.answers.jobs.query();
      await followJob(id, { jobs, stop: () => engine.answers.stop.mutate({ id }) }, (line) => say(plain(line)));
      found = compared(reader, asked, page);
    } finally {
      reader.close();
    }
    // What its process said is the result already.
    if (options.json !== true) return;
  } else {
    const { withStore } = await import('../common/with-store.ts');
    [asked, found] = await withStore(options, async (store) => {
      const wanted = await askedOf(store, reference, options);
      await giveBoth(store, wanted, options.threads, (line) => say(plain(line)));
      return [wanted, compared(store, wanted, page)];
    });
  }
  if (options.json === true) console.log(JSON.stringify({ ...asked, ...found }, null, 2));
  else for (const line of resultLines(asked, found)) console.log(plain(line));
}

/** What is asked, with everything filled in that was not given. */
async function askedOf(store: ReadStore, reference: string, options: AnswersOptions): Promise<ComparedAnswers> {
  const { weightsOf } = await import('../../services/answers/answer-weights.ts');
  const { answerChoices } = await import('../../services/answers/answer-choices.ts');
  const runId = store.findRun(reference);
  const { name } = store.run(runId);
  const step = options.step ?? weightsOf(store, runId).at(-1)?.step;
  const other = parsedEnd(options.against, name);
  const benchmark = options.benchmark ?? (await answerChoices(store, runId)).benchmarks[0];
  if (step === undefined)
    throw new SophiaError('usage', `Run ${plain(name)} has no weights on this machine.`, 'Its checkpoints are gone.');
  if (benchmark === undefined)
    throw new SophiaError('usage', `Run ${plain(name)} has no benchmark.`, 'Name one with --benchmark.');
  const from = { runId: store.findRun(other.run), step: other.step };
  return { from, to: { runId, step }, benchmark, questions: options.questions };
}

/** Generates what is missing of both ends; a stop is heard between batches, and what was answered is kept. */
async function giveBoth(
  store: Store,
  { from, to, benchmark, questions }: ComparedAnswers,
  threads: number,
  say: (line: string) => void,
): Promise<void> {
  const { answerKey, answerWeights } = await import('../../services/answers/answer-weights.ts');
  const { onStopSignal } = await import('../common/stop-signal.ts');
  const ends = [from, to].map((end) => answerWeights(store, end));
  const stop = onStopSignal(() => {});
  try {
    for (const weights of ends) {
      const isStopped = await giveAnswers(store, weights, benchmark, questions, threads, say, () => stop.asked);
      if (isStopped) throw new SophiaError('interrupted', 'Stopped. Asked again, it goes on where it was.');
    }
  } finally {
    stop.end();
  }
  for (const weights of ends)
    if (store.findAnswers(answerKey(weights, benchmark, questions)) === null)
      throw new SophiaError('internal', `No answers of ${weights.run} were kept.`);
}

/** Generates the answers of one end; true where it was stopped before they were whole. */
async function giveAnswers(
  store: Store,
  weights: AnswerWeights,
  benchmark: string,
  wanted: number,
  threads: number,
  say: (line: string) => void,
  isStopped: () => boolean,
): Promise<boolean> {
  const { answersDependOn } = await import('../../../shared/answers/asked-answers.ts');
  const { answerKey } = await import('../../services/answers/answer-weights.ts');
  const { contentHash } = await import('../../model/io/content-hash.ts');
  const { benchmarkQuestions } = await import('../../train/evaluation/benchmark-questions.ts');
  const { run, runId, step, settings, hash, folder } = weights;
  const { home } = store.paths;
  const { benchmarks, loadImage } = benchmarkQuestions([benchmark], wanted, settings.data.world, home);
  const [asked, ...more] = benchmarks;
  if (asked === undefined || more.length > 0)
    throw new SophiaError(
      'usage',
      `"${benchmark}" is ${benchmarks.length} benchmarks.`,
      `Name one: ${benchmarks.map(({ name }) => name).join(', ')}.`,
    );
  const key = answerKey(weights, benchmark, wanted);
  const known = store.findAnswers(key);
  const where = `${run}, step ${step}`;
  if (known !== null && known.done === known.asked && known.benchmarkHash === asked.hash) {
    say(`${where}: answered before`);
    return false;
  }
  const { questions } = asked;
  const set = store.openAnswers({
    ...{ runId, step, weightsHash: hash, benchmark, benchmarkHash: asked.hash, wanted, asked: questions.length },
    ...{ how: answersDependOn(settings), howHash: key.howHash },
  });
  if (folder !== null && contentHash(folder).hash !== hash)
    throw new SophiaError(
      'altered',
      `The checkpoint of ${where} was altered or cut short (its hash differs): ${folder}`,
    );
  const { useBackend } = await import('../../tensor/backend.ts');
  const { storedPolicy } = await import('../../train/prepare/stored-policy.ts');
  const { answersAfterwards } = await import('../../train/evaluation/answers-afterwards.ts');
  await useBackend(settings.backend, { threads });
  const policy = storedPolicy(settings, home, folder);
  try {
    if (folder === null && policy.model.hash !== hash)
      throw new SophiaError('altered', `The model "${settings.model.policy}" was altered since ${run} began with it.`);
    say(`${where}: ${set.done} of ${questions.length} questions answered`);
    for await (const { from, put, answers } of answersAfterwards(settings, policy, questions, loadImage, set.done)) {
      store.giveAnswers(set.id, from, put, answers);
      say(`${where}: ${from + put.length} of ${questions.length} questions answered`);
      if (isStopped() && from + put.length < questions.length) return true;
    }
  } finally {
    policy.dispose();
  }
  return false;
}

/** The comparison in words. */
function resultLines({ benchmark }: ComparedAnswers, { from, to, changes, isOutdated, different }: Compared): string[] {
  if (isOutdated) return [`The questions of ${benchmark} have changed between both answers. Run this again.`];
  if (changes === null) return [];
  const { counts, difference } = changes;
  const points = (share: number) => `${share < 0 ? '-' : '+'}${Math.abs(100 * share).toFixed(1)}`;
  const sure =
    difference === null
      ? []
      : [
          `difference ${points(difference.difference)} points, 95 % interval ${points(difference.low)} to ${points(difference.high)}; McNemar's p ${difference.p < 0.001 ? '< 0.001' : difference.p.toFixed(3)}`,
        ];
  return [
    `${counts.both} questions of ${benchmark}, greedy: ${to.run}, step ${to.step} against ${from.run}, step ${from.step}`,
    `right ${counts.kept + counts.lost} -> ${counts.kept + counts.gained}: wrong to right ${counts.gained}, right to wrong ${counts.lost}, right in both ${counts.kept}, wrong in both ${counts.wrong}; in other words ${counts.reworded}`,
    ...sure,
    ...(different.length === 0 ? [] : [`Both runs differ in: ${different.join(', ')}.`]),
  ];
}
