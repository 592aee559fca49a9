/** `sophia model info|logits`: looks at any checkpoint folder of a known family, and computes its logits for a given input. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { BACKENDS, type BackendChoice } from '../../../shared/kinds/backend.ts';
import { namesOf } from '../../../shared/kinds/kind.ts';
import { firstOf } from '../../../shared/values/list.ts';
import type { CheckpointReport } from '../../model/folder/checkpoint-report.ts';
import type { GlobalOptions } from '../common/verb.ts';
import { defineTransfer } from './transfer.ts';

/** Adds the sub-verbs. */
export function define(command: Command): void {
  command
    .command('info <folder>')
    .description(
      'Show the sizes of a checkpoint and check every weight against config.json. Exit code 1 if one does not fit.',
    )
    .action((folder: string, _options, self: Command) => info(folder, self.optsWithGlobals<GlobalOptions>()));
  command
    .command('logits <folder> <input> <output>')
    .description(
      'Compute the logits of every position: INPUT is JSON with input_ids or text, and images; OUTPUT is a safetensors file.',
    )
    .addOption(new Option('--backend <name>', 'backend').choices(namesOf(BACKENDS)).default('auto'))
    .action((folder: string, input: string, output: string, _options, self: Command) =>
      logits(folder, input, output, self.optsWithGlobals<GlobalOptions & { backend: BackendChoice }>()),
    );
  defineTransfer(command);
}

async function info(folder: string, { json }: GlobalOptions): Promise<void> {
  const { reportCheckpoint, reportFault } = await import('../../model/folder/checkpoint-report.ts');
  const report = reportCheckpoint(await resolveFolder(folder));
  console.log(json ? JSON.stringify(report, null, 2) : await describe(folder, report));
  const fault = reportFault(folder, report.problems);
  if (fault !== null) throw fault;
}

/** A folder as given, or an embedded model by its name (training knows these, and is slow to load). */
async function resolveFolder(given: string): Promise<string> {
  if (existsSync(join(given, 'config.json'))) return given;
  return (await import('../../model/folder/find-model.ts')).modelFolder(given);
}

async function describe(
  folder: string,
  { family, config, parameters, bytes, formats, layout, files, chatTemplate, warnings, unused }: CheckpointReport,
): Promise<string> {
  const { familyOf } = await import('../../model/families/registry.ts');
  const { text } = config;
  const million = (n: number) => `${(n / 1e6).toFixed(n < 1e7 ? 2 : 0)} M`;
  const here = (yes: boolean) => (yes ? 'yes' : 'no');
  const lines = [
    ['model', `${family} (${config.modelType}), ${folder}`],
    [
      'parameters',
      `${million(parameters.total)} (text ${million(parameters.text)}, vision ${million(parameters.vision)})`,
    ],
    [
      'weights',
      `${(bytes / 2 ** 20).toFixed(1)} MiB of ${formats.join(', ')}, ${layout === 'released' ? 'released' : 'prefixed'} names`,
    ],
    [
      'text',
      `${text.numHiddenLayers} layers of ${text.hiddenSize}, ${text.numAttentionHeads} heads on ${text.numKeyValueHeads}, inner ${text.intermediateSize}, vocabulary ${text.vocabSize}, ${text.tieWordEmbeddings ? 'tied' : 'untied'}`,
    ],
    [
      'positions',
      `rope theta ${text.ropeTheta}, sections ${text.mropeSection.join('+')}${text.mropeInterleaved ? ' interleaved' : ''}, at most ${text.maxPositionEmbeddings}`,
    ],
    ['vision', familyOf(config).describeVision(config)],
    [
      'files',
      `tokenizer ${here(files.tokenizer)}, preprocessor ${here(files.preprocessor)}, generation ${here(files.generation)}`,
    ],
    [
      'chat',
      chatTemplate === null ? `no template: laid out as ${family} is by default` : `template of ${chatTemplate}`,
    ],
    ...warnings.map((warning) => ['warning', warning]),
    ...(unused.length > 0 ? [['not used', `${unused.length} weights, such as ${unused[0]}`]] : []),
  ];
  return lines.map(([name = '', value]) => `${name.padEnd(12)}${value}`).join('\n');
}

async function logits(
  folder: string,
  input: string,
  output: string,
  { backend, json }: GlobalOptions & { backend: BackendChoice },
): Promise<void> {
  const { useBackend } = await import('../../tensor/backend.ts');
  const { loadConfig } = await import('../../model/folder/model-folder.ts');
  const { loadWeights } = await import('../../model/folder/load-weights.ts');
  const { logitsByGraph } = await import('../../model/families/plain-pass.ts');
  const { writeSafetensors } = await import('../../model/io/safetensors.ts');
  const { readModelInputs } = await import('./model-inputs.ts');
  const dir = await resolveFolder(folder);
  const config = loadConfig(dir);
  const inputs = readModelInputs(input, dir, config);
  const { name } = await useBackend(backend);
  const values = logitsByGraph(
    config,
    loadWeights(dir, config, { dtype: 'auto' }).weights,
    inputs,
  ).dataSync<'float32'>();
  const shape = [inputs.inputIds.length, firstOf(inputs.inputIds, 'row of tokens').length];
  writeSafetensors(output, [
    { name: 'logits', shape: [...shape, config.text.vocabSize], data: values },
    { name: 'input_ids', shape, data: Int32Array.from(inputs.inputIds.flat()) },
    { name: 'attention_mask', shape, data: Int32Array.from(inputs.attentionMask.flat()) },
  ]);
  const report = { output, shape: [...shape, config.text.vocabSize], backend: name };
  console.log(json ? JSON.stringify(report) : `logits [${report.shape.join(', ')}] written to ${output} (${name})`);
}
