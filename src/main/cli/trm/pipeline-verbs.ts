/** The sub-verbs of `sophia trm` behind the data: train, validate, score. */
import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import { RATER_TRAINING } from '../../trm/train-rater.ts';
import { number, whole } from './numbers.ts';

const backend = () =>
  new Option('--backend <name>', 'tensor backend').choices(['auto', 'tensorflow', 'wasm']).default('auto');

/** How an endpoint among the raters is asked. */
const asking = (command: Command) =>
  command
    .option('--key-env <name>', 'endpoint: environment variable that holds the key', 'OPENAI_API_KEY')
    .option('--concurrency <n>', 'endpoint: requests at once', whole(1, 256), 8)
    .option('--timeout <s>', 'endpoint: seconds to wait for an answer', number(0.001, 3600), 60)
    .option('--attempts <n>', 'endpoint: tries of a request', whole(1, 100), 4);

/** Adds them. */
export function defineModelVerbs(command: Command): void {
  command
    .command('train <build>')
    .description('Fine-tunes a model on a build; stopped or killed, the same command goes on.')
    .option('--as <name>', "name of the TRM (default: the build's)")
    .option('--base <model>', 'an embedded model or a folder', 'tiny-vl-base')
    .option('--epochs <n>', 'rounds over the set', whole(1), RATER_TRAINING.epochs)
    .option('--batch-size <n>', 'pairs a step', whole(1), RATER_TRAINING.batchSize)
    .option('--first-rate <r>', 'learning rate at the start', number(0, 1), RATER_TRAINING.firstRate)
    .option('--last-rate <r>', 'learning rate at the end (cosine)', number(0, 1), RATER_TRAINING.lastRate)
    .option('--seed <n>', 'seed', whole(0), RATER_TRAINING.seed)
    .option('--threads <n>', 'threads', whole(1), availableParallelism())
    .addOption(backend())
    .action(async (build: string, _options, self: Command) =>
      (await import('./train.ts')).train(build, self.optsWithGlobals()),
    );
  asking(command.command('validate <raters>'))
    .description(
      'Raters side by side, such as my-trm,untrained=tiny-vl-base,judge=endpoint:MODEL@URL,step:tiny-vl-prm; differences are to the last one.',
    )
    .option('--as <name>', 'name of the validation')
    .option('--questions <n>', 'embedded questions a split', whole(1), 100)
    .option('--file <file>', 'a file of VLRewardBench (Parquet or JSON lines) instead')
    .option('--images <dir>', 'folder of images that the file gives by path')
    .option('--limit <n>', 'most records of the file', whole(1))
    .option('--threads <n>', 'threads', whole(1), availableParallelism())
    .addOption(backend())
    .action(async (raters: string, _options, self: Command) =>
      (await import('./validate.ts')).validate(raters, self.optsWithGlobals()),
    );
  asking(command.command('score <rater> <file>'))
    .description('Scores responses of a JSON lines file with "question" (an embedded id) and "response".')
    .addOption(backend())
    .action(async (rater: string, file: string, _options, self: Command) =>
      (await import('./score.ts')).score(rater, file, self.optsWithGlobals()),
    );
}
