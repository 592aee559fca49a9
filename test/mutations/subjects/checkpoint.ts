/** Folders of checkpoints: what the recorded hash says of an altered one, and what loading one does whose hash nobody looked at. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pickCheckpoint } from '../../../src/main/jobs/pick-checkpoint.ts';
import { loadModel } from '../../../src/main/model/folder/model-folder.ts';
import { contentHash } from '../../../src/main/model/io/content-hash.ts';
import { useBackend } from '../../../src/main/tensor/backend.ts';
import { disposeTree } from '../../../src/main/tensor/tree.ts';
import { loadCheckpoint, saveCheckpoint } from '../../../src/main/train/checkpoint.ts';
import { SophiaError } from '../../../src/shared/errors.ts';
import { hashOf } from '../../../src/shared/values/hash.ts';
import { tinyModelFolder } from '../../train/tiny-model.ts';
import type { Files } from '../mutation.ts';
import { type Prepared, type Subject, workFolder } from '../subject.ts';

const CONFIG_HASH = 'c'.repeat(64);

/** A checkpoint of a tiny model, and its files. */
async function goodCheckpoint() {
  await useBackend('auto', { threads: 1 });
  const folder = workFolder();
  const source = tinyModelFolder();
  const { config, tokenizer, weights } = loadModel(source);
  const record = { step: 2, updates: 2, tokens: 10, configHash: CONFIG_HASH };
  const name = Object.keys(weights)[0]!;
  const moments = { first: { [name]: weights[name]! }, second: { [name]: weights[name]! }, updates: 2 };
  const { path, hash } = saveCheckpoint(join(folder, 'checkpoints'), { config, tokenizer, weights }, moments, record);
  disposeTree(weights);
  rmSync(dirname(source), { recursive: true, force: true });
  const good = Object.fromEntries(readdirSync(path).map((name) => [name, readFileSync(join(path, name))]));
  const put = (files: Files) => {
    rmSync(path, { recursive: true, force: true });
    for (const [name, bytes] of Object.entries(files)) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), bytes);
    }
  };
  return { folder, path, hash, config, good, put };
}

const byHash: Subject = {
  name: 'checkpoint',
  weight: 2,
  async prepare(): Promise<Prepared> {
    const { folder, path, hash, good, put } = await goodCheckpoint();
    const known = [{ step: 2, uri: 'checkpoints/step-000002', hash }];
    const check = async (place: string, wanted: string) => contentHash(place).hash === wanted;
    return {
      good,
      async take(files) {
        put(files);
        const { resume, problems } = await pickCheckpoint(known, folder, check);
        if (resume === null) throw new SophiaError('data', problems.join(' '));
        return contentHash(path).hash;
      },
      end: () => rmSync(folder, { recursive: true, force: true }),
    };
  },
};

const byLoading: Subject = {
  name: 'checkpoint whose hash fits',
  weight: 2,
  async prepare(): Promise<Prepared> {
    const { folder, path, config, good, put } = await goodCheckpoint();
    return {
      good,
      async take(files) {
        put(files);
        const { weights, adapters, optimizer } = loadCheckpoint(path, config, CONFIG_HASH);
        disposeTree(weights, adapters, optimizer.first, optimizer.second);
        disposeTree(loadModel(path).weights);
        hashOf(optimizer.updates);
        return null;
      },
      end: () => rmSync(folder, { recursive: true, force: true }),
    };
  },
};

/** Both. */
export const checkpointSubjects: readonly Subject[] = [byHash, byLoading];
