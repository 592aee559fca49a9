/** A freshly initialised tiny model in a temporary folder, for tests of training that need no skill. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { saveModel } from '../../src/main/model/folder/model-folder.ts';
import { makeTokenizer } from '../../src/main/model/folder/tokenizer.ts';
import { buildTokenizerFiles } from '../../src/main/tasks/language/tokenizer-files.ts';
import { disposeTree } from '../../src/main/tensor/tree.ts';
import { initialWeights } from '../../src/main/train/recipes/initial-weights.ts';
import { tinyConfig } from '../../src/main/train/recipes/tiny-config.ts';

/** Writes the model and returns its folder; two layers keep it quick. */
export function tinyModelFolder(): string {
  const files = buildTokenizerFiles();
  const tokenizer = makeTokenizer(files.tokenizerJson, files.tokenizerConfig, files.template);
  const full = tinyConfig(files.vocabSize, (token) => tokenizer.tokenId(token));
  const config = { ...full, text: { ...full.text, numHiddenLayers: 2, intermediateSize: 64 } };
  const folder = join(mkdtempSync(join(tmpdir(), 'sophia-tiny-')), 'model');
  const weights = initialWeights(config, 3);
  saveModel(folder, { config, weights, tokenizer });
  disposeTree(weights);
  return folder;
}
