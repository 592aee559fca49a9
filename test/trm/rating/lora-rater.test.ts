/** A rater trained by LoRA, as real checkpoints are: adapters alone learn, a training goes on where it was cut off, the result loads and rates. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { hashModel, loadModel, type Model } from '../../../src/main/model/folder/model-folder.ts';
import { readPeftAdapter } from '../../../src/main/model/folder/peft-adapter.ts';
import { makeTokenizer } from '../../../src/main/model/folder/tokenizer.ts';
import { isAdapter } from '../../../src/main/model/network/adapters/lora.ts';
import { createGenerator } from '../../../src/main/model/network/decode.ts';
import { pickWeights } from '../../../src/main/model/network/weights.ts';
import { judgeTexts } from '../../../src/main/rewards/thinking/prompt.ts';
import { makeTrm } from '../../../src/main/rewards/thinking/sources/trm.ts';
import { EMBEDDED, encodeForJudge, questionImages } from '../../../src/main/rollouts/encode-question.ts';
import { createSampler } from '../../../src/main/rollouts/generate-responses.ts';
import { generateQuestion } from '../../../src/main/tasks/worlds/everyday/generate.ts';
import { useBackend } from '../../../src/main/tensor/backend.ts';
import { saveWithAdapter } from '../../../src/main/train/checkpoint.ts';
import { weightsHash } from '../../../src/main/train/prepare/prepare-run.ts';
import type { TrmRecord } from '../../../src/main/trm/data/record.ts';
import { ratingExample } from '../../../src/main/trm/rating/rater-examples.ts';
import { loraOf, trainRater } from '../../../src/main/trm/rating/train-rater.ts';
import { refuseTooLarge, trainingBytes } from '../../../src/main/trm/rating/training-memory.ts';
import { parseSettings } from '../../../src/shared/settings/setting-paths.ts';
import { tinyModelFolder } from '../../train/tiny-model.ts';

const GOOD = 'i see the bars and compare their heights .';
const BAD = 'no idea , i guess .';
const records: TrmRecord[] = Array.from({ length: 12 }, (_, i) => ({
  question: generateQuestion('train', i),
  thinking: i % 2 === 0 ? GOOD : BAD,
  text: '',
  truncated: false,
  outcomeReward: 1,
  step: 1,
  score: i % 2 === 0 ? 0.9 : 0.1,
}));
const training = { epochs: 52, batchSize: 6, firstRate: 0.02, lastRate: 0.01, seed: 1, loraRank: 4, loraAlpha: 16 };
const work = () => mkdtempSync(join(tmpdir(), 'lora-rater-'));

/** A model whose tokenizer has no score tokens, as those of released checkpoints. */
function withoutScores(model: Model): Model {
  const { tokenizerJson, tokenizerConfig, template } = model.tokenizer.files;
  const { added_tokens, ...rest } = tokenizerJson as { added_tokens: { content: string }[] };
  const renamed = added_tokens.map((token) =>
    /^\d\.\d$/.test(token.content) ? { ...token, content: `[was ${token.content}]` } : token,
  );
  return { ...model, tokenizer: makeTokenizer({ ...rest, added_tokens: renamed }, tokenizerConfig, template) };
}

describe('a rater trained by LoRA', () => {
  let base: Model;
  before(async () => {
    await useBackend('auto', { threads: 1 });
    base = loadModel(tinyModelFolder());
  });
  const trained = (workFolder: string, { stopAt = Number.POSITIVE_INFINITY, log = (_line: string) => {} } = {}) => {
    const losses: number[] = [];
    const weights = trainRater(loadModel(base.dir), 'holistic', records, training, {
      workFolder,
      stage: 'trm',
      log,
      onStep: (step, loss) => {
        losses.push(loss);
        if (step === stopAt) throw new Error('killed');
      },
    });
    return { weights, losses };
  };

  it('learns in its adapters alone, and is saved merged with the adapter beside, from which PEFT would make the same', async () => {
    const { weights, losses } = trained(work());
    assert.ok(losses.at(-1)! < 0.7 * losses[0]!, losses.join(' '));
    const own = Object.keys(weights).filter((name) => !isAdapter(name));
    assert.equal(weightsHash(pickWeights(weights, own)), weightsHash(base.weights), 'the base is as it was');
    const folder = join(work(), 'rater');
    saveWithAdapter(folder, { ...base, weights, origin: base.dir }, loraOf(base, training)!);
    const { rank, alpha, base: named, adapters } = readPeftAdapter(join(folder, 'adapter'), base.config);
    assert.deepEqual([rank, alpha, named], [4, 16, base.dir]);
    assert.equal(weightsHash(adapters), weightsHash(pickWeights(weights, Object.keys(weights).filter(isAdapter))));
    assert.notEqual(hashModel(folder), base.hash);
    const settings = parseSettings({ model: { trm: folder } });
    const { rewarder } = makeTrm({ settings, policy: () => base, home: undefined, encode: EMBEDDED });
    const question = records[0]!.question;
    const said = await rewarder.score([GOOD, BAD].map((thinking) => ({ question, thinking, response: thinking })));
    assert.ok((said[0]!.score ?? 0) > (said[1]!.score ?? 1), JSON.stringify(said));
  });

  it('keeps its adapters alone at a checkpoint, and goes on from there to the same bits', () => {
    const whole = trained(work());
    const cut = work();
    assert.throws(() => trained(cut, { stopAt: 103 }), /killed/);
    const kept = join(cut, 'trm/step-000100');
    assert.equal(existsSync(join(kept, 'model.safetensors')), false);
    assert.ok(existsSync(join(kept, 'adapter/adapter_model.safetensors')));
    const log: string[] = [];
    const again = trained(cut, { log: (line) => log.push(line) });
    assert.match(log[0]!, /continues after step 100/);
    assert.equal(weightsHash(again.weights), weightsHash(whole.weights));
    assert.deepEqual(again.losses, whole.losses.slice(100));
  });

  it('learns to write its score as it will be asked where it has no score tokens', () => {
    const model = withoutScores(base);
    const judge = { systemText: 'Be strict.', prompt: 'Of {question} think {reasoning} . rate' };
    const [record] = records;
    const { prompt, response } = ratingExample(model, record!, { ...EMBEDDED, judge });
    const asked = encodeForJudge(
      model,
      record!.question,
      judgeTexts(record!, judge),
      questionImages(model, record!.question, EMBEDDED),
    );
    assert.deepEqual(prompt.ids, asked.prompt.ids, 'what a study asks it');
    assert.deepEqual(response.at(-1), model.config.text.eosTokenIds[0]);
    assert.deepEqual(response.slice(0, -1), model.tokenizer.encode('<answer>0.9</answer>'));
    assert.ok(createSampler(model, createGenerator(model.config)));
  });

  it('is refused before anything is loaded where memory cannot hold it, with what would fit', () => {
    const { config, dir } = base;
    const all = trainingBytes(config, 'F32', 0);
    const adapters = trainingBytes(config, 'F32', 16);
    assert.ok(adapters < all);
    const refused = (loraRank: number, available: number) => () =>
      refuseTooLarge({ dir, config, format: 'F32' }, loraRank, available);
    assert.doesNotThrow(refused(0, all));
    assert.throws(refused(0, all - 1), { code: 'environment', message: /Training all weights of .* needs 0\.\d GiB/ });
    assert.throws(refused(0, all - 1), (error: { fix?: string }) => /--lora-rank 16/.test(error.fix ?? ''));
    assert.throws(refused(16, 1000), (error: { fix?: string }) => /smaller base/.test(error.fix ?? ''));
  });
});
