/**
 * `sophia trm train BUILD`: fine-tunes a model on a built set into HOME/models/NAME, where a study finds it by its name. Stopped or killed, the same command goes on from the newest
 * checkpoint; losses and state are in the database.
 */

import { mkdirSync, rmSync } from 'node:fs';
import { SophiaError } from '../../../../shared/errors.ts';
import type { BackendChoice } from '../../../../shared/kinds/backend.ts';
import { THINKING } from '../../../../shared/kinds/thinking.ts';
import { TRM_KINDS } from '../../../../shared/trm/models.ts';
import { canonicalJson } from '../../../../shared/values/hash.ts';
import { modelFolder, modelsFolder } from '../../../model/folder/find-model.ts';
import { hashModel, loadConfig, loadModel, saveModel, storedFormat } from '../../../model/folder/model-folder.ts';
import { checkModelName } from '../../../model/folder/model-library.ts';
import { inside } from '../../../model/io/path-names.ts';
import { EMBEDDED, givenPixels } from '../../../rollouts/encode-question.ts';
import type { Store } from '../../../store/store.ts';
import type { BuiltPair } from '../../../store/trm/builds.ts';
import { useBackend } from '../../../tensor/backend.ts';
import { saveWithAdapter } from '../../../train/checkpoint.ts';
import type { TrmRecord } from '../../../trm/data/record.ts';
import { loraOf, type RaterTraining, trainingSteps, trainRater } from '../../../trm/rating/train-rater.ts';
import { trainedCard } from '../../../trm/rating/trained-card.ts';
import { refuseTooLarge } from '../../../trm/rating/training-memory.ts';
import type { GlobalOptions } from '../../common/verb.ts';
import { print, withStore } from '../../common/with-store.ts';
import { checkedJudge, type JudgeFlags, judgeOf } from '../judge-flags.ts';
import { type QuestionFinder, questionFinder } from '../questions.ts';

/** What the command line gives. */
export interface TrainFlags extends GlobalOptions, Omit<RaterTraining, 'loraRank' | 'loraAlpha'>, JudgeFlags {
  readonly loraRank: number;
  readonly loraAlpha: number;
  readonly maxPixels?: number;
  readonly as?: string;
  readonly base: string;
  readonly backend: BackendChoice;
  readonly threads: number;
}

/** Steps whose losses are committed together. */
const COMMIT_EVERY = 10;

/** Trains to the end, or until stopped. */
export function train(buildName: string, flags: TrainFlags): Promise<void> {
  return withStore(flags, async (store) => {
    const build = store.trmBuild(buildName);
    const questions = questionFinder(store);
    const records = recordsOf(store, questions, build.id);
    const training = trainingOf(flags);
    const judge = checkedJudge(judgeOf(flags));
    const name = flags.as ?? build.name;
    const folder = inside(modelsFolder(store.paths.home), name);
    const workFolder = inside(store.paths.home, `trm/${name}.work`);
    const totalSteps = trainingSteps(records.length, training);
    const baseFolder = modelFolder(flags.base, store.paths.home);
    const within = `models/${name}`; // a home may be moved
    const format = storedFormat(baseFolder);
    refuseTooLarge({ dir: baseFolder, config: loadConfig(baseFolder), format }, flags.loraRank);
    const details = { name, kind: build.kind, buildId: build.id, base: flags.base, folder: within, settings: training };
    const id = begin(store, { ...details, totalSteps });
    mkdirSync(workFolder, { recursive: true });
    await useBackend(flags.backend, { threads: flags.threads });
    const lora = loraOf({ dir: baseFolder }, training);
    const base = loadModel(baseFolder, { dtype: lora === null ? 'float32' : 'auto' });
    const pixels = givenPixels({ minPixels: null, maxPixels: flags.maxPixels ?? null });
    const how = { ...EMBEDDED, loadImage: questions.pixels, judge, ...(pixels !== undefined && { pixels }) };
    const losses = lossWriter(store, id);
    try {
      const log = (line: string) => flags.json !== true && console.log(line);
      const run = { workFolder, stage: 'trm', log, onStep: losses.add };
      const weights = trainRater(base, build.kind, records, training, run, how);
      losses.flush();
      const flow = store.trmFlow(build.id);
      const card = trainedCard({ name, build, flow, base: flags.base, training, totalSteps });
      const model = { config: base.config, weights, tokenizer: base.tokenizer, card, origin: base.dir };
      if (lora === null) saveModel(folder, model);
      else saveWithAdapter(folder, { ...model, dtype: format }, lora);
    } catch (error) {
      losses.flush();
      store.setTrmModelState(id, 'failed', (error as Error).message);
      throw error;
    }
    store.setTrmModelState(id, 'finished', null, hashModel(folder));
    rmSync(workFolder, { recursive: true, force: true });
    const { thinking } = TRM_KINDS[build.kind];
    print(flags, { ...store.trmModel(id), folder }, [
      `Trained "${name}" on ${records.length} pairs: ${folder}`,
      `Next: bin/sophia trm validate ${name}, or in a study reward: { thinking: ${thinking} }, model: { ${THINKING[thinking].modelSetting}: ${name} }`,
    ]);
  });
}

/** The model's row: made now, or gone on with when it was begun with the same settings. */
function begin(store: Store, model: Parameters<Store['addTrmModel']>[0]): number {
  if (!store.hasTrmModel(model.name)) {
    checkModelName(store.paths.home, model.name);
    return store.addTrmModel(model);
  }
  const known = store.trmModel(model.name);
  const same = known.buildId === model.buildId && canonicalJson(known.settings) === canonicalJson(model.settings);
  if (known.state === 'finished' || !same)
    throw new SophiaError(
      'conflict',
      `There is already a trained TRM "${model.name}"${same ? '' : ', started with other settings'}.`,
      'Choose another name with --as.',
    );
  store.setTrmModelState(known.id, 'training');
  return known.id;
}

/** How a rater is trained by the options; what came later is there only where it is given, so that trainings begun before go on. */
function trainingOf({ epochs, batchSize, firstRate, lastRate, seed, ...more }: TrainFlags): RaterTraining {
  const { loraRank, loraAlpha, maxPixels, judgeSystem, judgePrompt } = more;
  return {
    epochs,
    batchSize,
    firstRate,
    lastRate,
    seed,
    ...(loraRank > 0 && { loraRank, loraAlpha }),
    ...(maxPixels !== undefined && { maxPixels }),
    ...(judgeSystem !== undefined && { judgeSystem }),
    ...(judgePrompt !== undefined && { judgePrompt }),
  };
}

/** The set's pairs as training records. */
function recordsOf(store: Store, questions: QuestionFinder, buildId: number): TrmRecord[] {
  const pairs = store.builtPairs(buildId);
  if (pairs.length === 0) throw new SophiaError('usage', 'This build has no pairs to train on.');
  return pairs.map((pair: BuiltPair) => {
    const question = questions.find(pair.questionId);
    if (question === null)
      throw new SophiaError(
        'usage',
        `Pair ${pair.position} asks "${pair.questionId}", of which this home knows the name alone.`,
        'Import its data set and collect again, or give the question whole (question_json).',
      );
    return { ...pair, question };
  });
}

function lossWriter(store: Store, id: number) {
  let open: { step: number; loss: number }[] = [];
  let since = performance.now();
  const flush = () => {
    store.recordTrmSteps(id, open, (performance.now() - since) / 1000);
    open = [];
    since = performance.now();
  };
  return {
    add: (step: number, loss: number) => {
      open.push({ step, loss });
      if (open.length >= COMMIT_EVERY) flush();
    },
    flush,
  };
}
