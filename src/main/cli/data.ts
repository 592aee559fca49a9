/** `sophia data import|list|preview`: brings in real data sets, lists them, draws a sheet of embedded or imported questions. */

import { writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type BenchmarkName, PUBLISHED_BENCHMARKS, VL_REWARDBENCH } from '../../shared/benchmarks/published.ts';
import { SophiaError } from '../../shared/errors.ts';
import { DATA_FORMATS, type DataFormat } from '../../shared/kinds/data-format.ts';
import { namesOf } from '../../shared/kinds/kind.ts';
import { PROMPT_STYLES, type PromptStyle } from '../../shared/kinds/prompt.ts';
import {
  ANSWER_TYPES,
  CATEGORIES,
  type Category,
  SPLIT_NAME,
  SPLITS,
  type Split,
  TRAINED_SPLIT,
} from '../../shared/question.ts';
import { overlapText } from '../../shared/split-overlap.ts';
import { WORLDS, type WorldName } from '../../shared/worlds/worlds.ts';
import { MAX_PIXELS_HELP, MIN_PIXELS_HELP, whole } from './common/numbers.ts';
import type { GlobalOptions } from './common/verb.ts';

/** Problems that are spelled out in the terminal; all of them are in the data set's problems.jsonl. */
const SHOWN_PROBLEMS = 10;

const KEYS_HELP = `
Keys of a record, the same in every format (the first one found is used):
  question | problem | prompt | query          text, or a chat; <image> marks say where several images stand
  answer | solution | label | ground_truth     text or number; <answer> tags are removed
  answer_type | problem_type | question_type   ${namesOf(ANSWER_TYPES).join(', ')}, or the official names; else detected from the answer
  options | choices                            list or dict of texts, shown below the question (also columns A, B, ...)
  image | path | images | image_1, image_2     path inside the image folder, bytes, or base64; one or several
  conversations | messages                     questions and answers in turn (LLaVA, OpenAI)
  id | problem_id, category, split, data_type
Only split "train" is trained on; any other is a benchmark: evaluation.benchmarks: [NAME/SPLIT].`;

interface ImportFlags extends GlobalOptions {
  format?: DataFormat;
  name?: string;
  images?: string;
  category?: Category;
  split?: string;
  benchmark?: BenchmarkName | typeof VL_REWARDBENCH;
  checkImages: boolean;
  keepImages?: boolean;
}

/** Adds the sub-verbs. */
export function define(command: Command): void {
  command
    .command('import <file>')
    .description(
      'Import a data file: a JSON list (the official SophiaVL-R1 data, LLaVA), JSON lines, Parquet (the hub, EasyR1), TSV or CSV.',
    )
    .addOption(
      new Option('--format <format>', 'format (default: by the file extension)').choices(namesOf(DATA_FORMATS)),
    )
    .option('--name <name>', 'name of the data set (default: the file name)')
    .option('--images <dir>', "folder that image paths are relative to (default: the file's folder)")
    .addOption(new Option('--category <category>', 'category of records without one').choices(CATEGORIES))
    .option(
      '--split <split>',
      'split of records without one (default: as the file is named, test-00000-of-00001.parquet, else train)',
      splitName,
    )
    .addOption(
      new Option('--benchmark <name>', "a published benchmark's file: its own prompt and rule of scoring").choices([
        ...namesOf(PUBLISHED_BENCHMARKS),
        VL_REWARDBENCH,
      ]),
    )
    .option('--keep-images', 'copy the image files into the data set')
    .option('--no-check-images', 'check only that image files exist, without reading them')
    .addHelpText('after', KEYS_HELP)
    .action((file: string, _options, self: Command) => importFile(file, self.optsWithGlobals<ImportFlags>()));
  command
    .command('list')
    .description('List the imported data sets.')
    .action((_options, self: Command) => list(self.optsWithGlobals<GlobalOptions>()));
  command
    .command('preview')
    .description('Draw a sheet of questions as a PNG file, or show what a model is given for them (--prompt).')
    .addOption(new Option('--world <world>', 'world').choices(namesOf(WORLDS)).default('everyday'))
    .addOption(new Option('--category <category>', 'category of the everyday world (default: all)').choices(CATEGORIES))
    .addOption(new Option('--split <split>', 'split').choices(SPLITS).default('train'))
    .option('--count <n>', 'questions', whole(1, 200), 12)
    .option('--seed <n>', 'seed', whole(0, 999_999_999), 0)
    .option('--out <file>', 'PNG file to write')
    .option('--prompt <model>', 'print the prompts that this model is given, with their token ids')
    .addOption(
      new Option('--style <style>', 'style of these prompts').choices(namesOf(PROMPT_STYLES)).default('official'),
    )
    .option('--source <set>', 'an imported set to take these questions from', 'embedded')
    .option('--max-pixels <n>', MAX_PIXELS_HELP, whole(1), null)
    .option('--min-pixels <n>', MIN_PIXELS_HELP, whole(1), null)
    .action((_options, self: Command) => preview(self.optsWithGlobals<GlobalOptions & PreviewFlags>()));
}

function splitName(text: string): string {
  const name = text.trim().toLowerCase();
  if (SPLIT_NAME.test(name)) return name;
  throw new InvalidArgumentError('Give a name of letters, digits, dots and dashes.');
}

async function importFile(file: string, flags: ImportFlags): Promise<void> {
  const { formatOfName } = await import('../tasks/import/import-dataset.ts');
  const { datasetFolder, storeDataset } = await import('../tasks/import/dataset-folder.ts');
  const { resolveHome } = await import('../store/open/home.ts');
  const home = resolveHome(flags.home);
  const name = flags.name ?? basename(file).replace(/\.[^.]*$/, '');
  if (flags.benchmark === VL_REWARDBENCH) return importPairs(home, file, name, flags);
  const show = process.stderr.isTTY && !flags.json;
  const { manifest, result } = await storeDataset(home, file, {
    format: flags.format ?? formatOfName(file),
    name,
    imageRoot: flags.images,
    ...(flags.benchmark !== undefined && { benchmark: flags.benchmark }),
    category: flags.category,
    split: flags.split,
    checkImages: flags.checkImages,
    keepImages: flags.keepImages ?? false,
    onProgress: (records) => {
      if (show && records % 1000 === 0) process.stderr.write(`\r${records} records`);
    },
  });
  if (show) process.stderr.write('\r\x1b[K');
  if (flags.json) {
    console.log(JSON.stringify({ ...manifest, problemList: result.problems }, null, 2));
    return;
  }
  console.log(`Data set "${name}": ${manifest.questions} questions imported, ${manifest.problems} records skipped.`);
  const splits = Object.entries(manifest.splits ?? {});
  if (splits.length > 1 || splits[0]?.[0] !== TRAINED_SPLIT)
    console.log(
      `  splits: ${splits.map(([split, count]) => `${split} ${count}`).join(', ')} (only train is trained on)`,
    );
  for (const overlap of result.overlaps) console.log(`  Warning: ${overlapText(overlap)}`);
  for (const { line, record, reason } of result.problems.slice(0, SHOWN_PROBLEMS)) {
    console.log(`  line ${line}${line === record ? '' : ` (record ${record})`}: ${printable(reason)}`);
  }
  const more = result.problems.length - SHOWN_PROBLEMS;
  if (more > 0) console.log(`  and ${more} more in ${join(datasetFolder(home, name), 'problems.jsonl')}`);
}

/** Ranked pairs, which raters are validated on. */
async function importPairs(home: string, file: string, name: string, { images, json }: ImportFlags): Promise<void> {
  const { storePairSet } = await import('../trm/pair-sets.ts');
  const { set, problems } = await storePairSet(home, file, { name, images });
  if (json) return console.log(JSON.stringify({ ...set, problemList: problems }, null, 2));
  console.log(`Ranked pairs "${name}": ${set.records} records imported, ${problems.length} skipped.`);
  for (const { line, reason } of problems.slice(0, SHOWN_PROBLEMS)) console.log(`  line ${line}: ${printable(reason)}`);
  console.log(`  Validate raters on them: bin/sophia trm validate RATERS --file ${name}`);
}

async function list({ home, json }: GlobalOptions): Promise<void> {
  const { listDatasets } = await import('../tasks/import/dataset-folder.ts');
  const { resolveHome } = await import('../store/open/home.ts');
  const { listPairSets } = await import('../trm/pair-sets.ts');
  const { printRows } = await import('./common/print-rows.ts');
  const sets = listDatasets(resolveHome(home));
  const pairs = json ? [] : listPairSets(resolveHome(home));
  for (const { name, records } of pairs) console.log(`Ranked pairs "${name}": ${records} records.`);
  if (json) console.log(JSON.stringify(sets, null, 2));
  else if (sets.length === 0 && pairs.length > 0) return;
  else if (sets.length === 0) console.log('No data sets yet. Import one with: bin/sophia data import FILE');
  else {
    const columns = [
      { head: 'name', text: (set: (typeof sets)[number]) => set.name },
      { head: 'questions', text: (set: (typeof sets)[number]) => set.questions, right: true },
      { head: 'skipped', text: (set: (typeof sets)[number]) => set.problems, right: true },
      { head: 'format', text: (set: (typeof sets)[number]) => set.format },
      { head: 'hash', text: (set: (typeof sets)[number]) => set.questionsHash.slice(0, 12) },
      { head: 'imported', text: (set: (typeof sets)[number]) => set.importedAt.slice(0, 16).replace('T', ' ') },
      { head: 'from', text: (set: (typeof sets)[number]) => set.source },
    ];
    console.log(printRows(sets, columns));
  }
}

interface PreviewFlags {
  world: WorldName;
  category?: Category;
  split: Split;
  count: number;
  seed: number;
  out?: string;
  prompt?: string;
  style: PromptStyle;
  source: string;
  minPixels: number | null;
  maxPixels: number | null;
}

async function preview({
  world,
  category,
  split,
  count,
  seed,
  out,
  json,
  home,
  prompt: model,
  style,
  source,
  minPixels,
  maxPixels,
}: GlobalOptions & PreviewFlags): Promise<void> {
  const { previewSheet } = await import('../tasks/preview.ts');
  const { browsedQuestion } = await import('../tasks/worlds/browse.ts');
  if (category !== undefined && world !== 'everyday')
    throw new SophiaError('usage', `The world ${world} has no categories to choose from.`, 'Leave --category out.');
  const indices = Array.from({ length: count }, (_, i) => i);
  const questions = indices.map((index) => browsedQuestion(world, split, index, seed, category));
  if (model !== undefined) {
    const { promptText, shownPrompts } = await import('../services/questions/shown-prompts.ts');
    const { resolveHome } = await import('../store/open/home.ts');
    const pixels = { minPixels, maxPixels };
    const prompts = await shownPrompts({ home: resolveHome(home), model, style, source, questions, count, pixels });
    console.log(json ? JSON.stringify(prompts) : prompts.map(promptText).join('\n\n'));
    return;
  }
  if (out === undefined) throw new SophiaError('usage', 'Nothing to do.', 'Give --out FILE, or --prompt MODEL.');
  const png = await previewSheet(questions);
  try {
    writeFileSync(out, png);
  } catch (error) {
    throw new SophiaError('environment', `Could not write ${out}: ${(error as Error).message}.`);
  }
  console.log(
    json
      ? JSON.stringify({ out: resolve(out), world, category: category ?? null, split, count, seed })
      : `${count} questions of ${category ?? world}, ${split}: ${out}`,
  );
}

function printable(text: string): string {
  return text.replace(/\p{Cc}|\p{Cf}/gu, '?');
}
