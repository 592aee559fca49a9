/** `sophia run tokens RUN --step S`: computes log-probability, entropy and KL of every token of a recorded step from the nearest checkpoint, and keeps them. */
import type { Command } from 'commander';
import { SophiaError } from '../../../shared/errors.ts';
import type { Question } from '../../../shared/question.ts';
import { groupBy } from '../../../shared/values/group-by.ts';
import { whole } from '../common/numbers.ts';
import { plain } from '../common/print-rows.ts';
import type { GlobalOptions } from '../common/verb.ts';

interface TokensOptions extends GlobalOptions {
  readonly step: number;
  readonly threads: number;
}

/** Values of a request to the engine: base64 of some hundred kilobytes. */
const MOST_SENT = 400_000;

/** Adds the sub-verb. */
export function defineRunTokens(command: Command): void {
  command
    .command('tokens <run>')
    .description('compute log-probability, entropy and KL of every token of a step from the nearest checkpoint')
    .requiredOption('--step <step>', 'the step whose responses are looked at', whole(1))
    .option('--threads <n>', 'threads of the backend', whole(1, 256), 2)
    .action((run: string, _options: unknown, self: Command) => tokens(run, self.optsWithGlobals<TokensOptions>()));
}

async function tokens(reference: string, options: TokensOptions): Promise<void> {
  const { openStore } = await import('../../store/store.ts');
  const { resolveHome, runFolder } = await import('../../store/open/home.ts');
  const { checkpointPlace, isOnDisk } = await import('../../store/read/checkpoint-place.ts');
  const { nearestWeights, weightsWords } = await import('../../services/runs/token-weights.ts');
  const home = resolveHome(options.home);
  const { step } = options;
  const reader = openStore(home, { readonly: true });
  let found: ReturnType<typeof read>;
  function read() {
    const run = reader.run(reader.findRun(reference));
    const rows = reader.stepResponses(run.id, step);
    if (rows.length === 0)
      throw new SophiaError(
        'usage',
        `Run ${plain(run.name)} has no responses of step ${step}.`,
        `Its last step is ${run.step}.`,
      );
    const { recorded, responses } = reader.stepTokens(run.id, step);
    const questions = new Map<string, Question | null>(
      rows.map((row) => [row.questionId, reader.question(row.questionId)]),
    );
    const groups = [...groupBy(rows, (row) => row.group).values()].map((responses) => {
      const question = questions.get(responses[0]?.questionId ?? '');
      if (question == null)
        throw new SophiaError('data', `A question of step ${step} was not stored whole.`, 'Token values need it.');
      return { question, responses };
    });
    const there = reader.checkpoints(run.id).filter((checkpoint) => isOnDisk(reader.paths, checkpoint));
    const weights = nearestWeights(step, there, run.settings.sft.steps === 0);
    const folder = weights.checkpoint === null ? null : checkpointPlace(reader.paths, weights.checkpoint);
    return {
      run,
      groups,
      weights,
      folder,
      isRecorded: recorded === responses,
      runFolder: runFolder(reader.paths, run.id),
    };
  }
  try {
    found = read();
  } finally {
    reader.close();
  }
  const { run, groups, weights } = found;
  if (found.isRecorded) {
    const said = `Run ${run.name} kept the values of step ${step} while it trained. They are exact: nothing is computed.`;
    console.log(
      options.json === true ? JSON.stringify({ run: run.name, step, computed: 0, recorded: true }) : plain(said),
    );
    return;
  }
  const words = weightsWords(weights, step);
  if (options.json !== true) console.error(plain(`Step ${step} of ${run.name}: ${words}.`));
  const { useBackend } = await import('../../tensor/backend.ts');
  const { tokensAfterwards } = await import('../../train/tokens/tokens-afterwards.ts');
  const backend = await useBackend(run.settings.backend, { threads: options.threads });
  const values = tokensAfterwards(run.settings, backend, found.runFolder, found.folder, groups);
  await keep(home, run.id, step, values, { step: weights.step, hash: weights.checkpoint?.hash ?? null });
  const computed = values.filter((value) => value !== null).length;
  const failed = values.length - computed;
  if (options.json === true)
    console.log(
      JSON.stringify({
        run: run.name,
        step,
        computed,
        failed,
        weightsStep: weights.step,
        weightsHash: weights.checkpoint?.hash ?? null,
      }),
    );
  else
    console.log(
      plain(
        `${computed} of ${values.length} responses have token values now${failed === 0 ? '' : `; ${failed} cut into other tokens than it was written in ${failed === 1 ? 'has' : 'have'} none`}. Open one in the reader and press t.`,
      ),
    );
}

/** Keeps the values: through the engine that has the home, or as its owner. */
async function keep(
  home: string,
  runId: number,
  step: number,
  values: readonly (string | null)[],
  weights: { readonly step: number; readonly hash: string | null },
): Promise<void> {
  const { answerOf, runningEngine } = await import('../common/engine-client.ts');
  const engine = runningEngine(home);
  if (engine === null) {
    const { openStore } = await import('../../store/store.ts');
    const store = openStore(home);
    try {
      store.keepTokens(runId, step, 0, values, weights);
    } finally {
      store.close();
    }
    return;
  }
  for (let from = 0; from < values.length; ) {
    let to = from + 1;
    for (let size = values[from]?.length ?? 0; to < values.length; to++) {
      size += values[to]?.length ?? 0;
      if (size > MOST_SENT) break;
    }
    await answerOf(engine.responses.keepTokens.mutate({ runId, step, from, values: values.slice(from, to), weights }));
    from = to;
  }
}
