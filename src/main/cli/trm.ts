/**
 * `sophia trm ...`: the Thinking Reward Model's pipeline, one step each: collect -> annotate -> build -> train -> validate, and score. Every
 * step leaves its result in the home's database and can be asked for again; the files of the steps are in trm/.
 */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { TRM_KINDS } from '../../shared/trm.ts';
import { DIMENSIONS } from '../tasks/rubric/dimensions.ts';
import { FILTER_DEFAULTS, FILTERS } from '../trm/filters.ts';
import { number, whole } from './trm/numbers.ts';
import { defineModelVerbs } from './trm/pipeline-verbs.ts';

const names = (text: string) => text.split(',').map((name) => name.trim());
const dimensions = oneOf(DIMENSIONS, 'dimension');
const filters = oneOf(Object.keys(FILTERS), 'filter');

/** Adds the sub-verbs. */
export function define(command: Command): void {
  command
    .command('collect <name>')
    .description("Makes a data set of responses of the home's GRPO runs, spread evenly over runs and steps.")
    .option('--runs <names>', 'runs, with commas between (default: all that have steps)', names)
    .option('--study <study>', "one study's runs")
    .option('--count <n>', 'responses to take (default: all)', whole(1))
    .option('--seed <n>', 'seed of the choice', whole(0), 0)
    .action(async (name: string, _options, self: Command) =>
      (await import('./trm/collect.ts')).collect(name, self.optsWithGlobals()),
    );
  command
    .command('annotate <dataset>')
    .description(
      'Scores the pairs of a data set; stopped or killed, the same command goes on and pays for nothing twice.',
    )
    .addOption(new Option('--annotator <kind>', 'who scores').choices(['rubric', 'endpoint']).default('rubric'))
    .option('--as <name>', 'name of the annotation (default: the annotator)')
    .option('--twice', 'ask about every pair twice, for the filter of contradictions')
    .option('--retry-failed', 'ask again where the last answer was a failure')
    .option('--noise <sd>', 'rubric: standard deviation of a normal error', number(0, 1), 0)
    .option('--bias <b>', 'rubric: added to every score', number(-1, 1), 0)
    .option('--without <dimensions>', 'rubric: dimensions left out, with commas between', dimensions, [])
    .option('--seed <n>', 'rubric: seed of the noise', whole(0), 0)
    .option('--url <url>', 'endpoint: OpenAI-compatible base URL, ending in /v1')
    .option('--model <name>', 'endpoint: model to ask')
    .option('--key-env <name>', 'endpoint: environment variable that holds the key', 'OPENAI_API_KEY')
    .option('--concurrency <n>', 'endpoint: requests at once', whole(1, 256), 8)
    .option('--per-minute <n>', 'endpoint: most requests a minute', number(0.001, 1e6))
    .option('--timeout <s>', 'endpoint: seconds to wait for an answer', number(0.001, 3600), 60)
    .option('--attempts <n>', 'endpoint: tries of a request', whole(1, 100), 4)
    .option('--price-in <p>', 'endpoint: price of a million prompt tokens', number(0, 1e6))
    .option('--price-out <p>', 'endpoint: price of a million completion tokens', number(0, 1e6))
    .action(async (dataset: string, _options, self: Command) =>
      (await import('./trm/annotate.ts')).annotate(dataset, self.optsWithGlobals()),
    );
  command
    .command('build <dataset>')
    .description('Filters an annotation and samples it over ten score intervals; prints the flow of counts.')
    .option('--annotation <name>', 'which one (default: the only one)')
    .option('--as <name>', 'name of the build (default: DATASET-KIND)')
    .addOption(new Option('--kind <kind>', 'what a model learns from it').choices(TRM_KINDS).default('holistic'))
    .option('--cap <n>', 'most pairs per score interval', whole(1), 1500)
    .option('--seed <n>', 'seed of the sampling', whole(0), 2)
    .option('--off <filters>', `filters to switch off, of ${Object.keys(FILTERS).join(', ')}`, filters, [])
    .option('--min-words <n>', 'shortest thinking', whole(0), FILTER_DEFAULTS.minWords)
    .option('--max-words <n>', 'longest thinking', whole(1), FILTER_DEFAULTS.maxWords)
    .option('--max-disagreement <d>', 'between two askings', number(0, 1), FILTER_DEFAULTS.maxDisagreement)
    .option('--without <dimensions>', "dimensions left out of the rubric's scores", dimensions, [])
    .action(async (dataset: string, _options, self: Command) =>
      (await import('./trm/build.ts')).build(dataset, self.optsWithGlobals()),
    );
  command
    .command('export <build> <file>')
    .description("Writes a build's pairs as .jsonl or .parquet, with their card beside.")
    .action(async (name: string, file: string, _options, self: Command) =>
      (await import('./trm/files.ts')).exportSet(name, file, self.optsWithGlobals()),
    );
  command
    .command('import <file> <name>')
    .description('Brings such a file in as an annotated data set.')
    .action(async (file: string, name: string, _options, self: Command) =>
      (await import('./trm/files.ts')).importSet(file, name, self.optsWithGlobals()),
    );
  command
    .command('list')
    .description('Lists data sets, annotations, builds, trained TRMs and validations.')
    .action(async (_options, self: Command) => (await import('./trm/list.ts')).list(self.optsWithGlobals()));
  defineModelVerbs(command);
}

function oneOf(known: readonly string[], what: string): (text: string) => string[] {
  return (text) => {
    const wrong = names(text).find((name) => !known.includes(name));
    if (wrong !== undefined) throw new InvalidArgumentError(`"${wrong}" is no ${what}; there are ${known.join(', ')}.`);
    return names(text);
  };
}
