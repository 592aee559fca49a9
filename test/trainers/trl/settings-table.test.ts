/** What trainer trl does with each setting: all of them are in its table, and what TRL cannot do is refused before anything starts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  clusterOnly,
  settingsMarkdown,
  TRL_SETTINGS,
  trlArguments,
  trlRefusals,
  trlSetting,
} from '../../../src/main/trainers/trl/settings-table.ts';
import { settingLeaves } from '../../../src/shared/settings/setting-paths.ts';
import { defaultSettings, type Settings } from '../../../src/shared/settings/settings.ts';
import { textOf } from '../../setup/source-files.ts';

const settings = (change: (settings: Settings) => void = () => {}): Settings => {
  const all = defaultSettings();
  change(all);
  return all;
};

test('every setting has its entry, and every entry is of a setting', () => {
  const paths = settingLeaves().map(({ path }) => path);
  assert.deepEqual(
    paths.filter((path) => trlSetting(path) === undefined),
    [],
  );
  const unknown = Object.keys(TRL_SETTINGS).filter(
    (key) => !paths.some((path) => path === key || (key.endsWith('.*') && path.startsWith(key.slice(0, -1)))),
  );
  assert.deepEqual(unknown, []);
});

test('the documentation shows the table as it is', () => {
  assert.ok(textOf('docs/scale.md').includes(settingsMarkdown()), 'npm run trl-docs');
});

test("a step's responses are cut into micro-batches as TRL counts them", () => {
  const made = trlArguments(
    settings(({ training }) => {
      Object.assign(training, {
        questionsPerStep: 8,
        numGenerations: 4,
        gradientAccumulationSteps: 2,
        numIterations: 3,
      });
      training.totalSteps = 10;
    }),
  );
  assert.deepEqual(
    [
      made.per_device_train_batch_size,
      made.gradient_accumulation_steps,
      made.steps_per_generation,
      made.num_generations,
    ],
    [16, 2, 2, 4],
  );
  assert.deepEqual([made.num_iterations, made.max_steps], [3, 30]);
});

test('workers divide a micro-batch between them, or are refused', () => {
  const of = (workers: number) =>
    settings(({ training }) => {
      Object.assign(training, { questionsPerStep: 4, numGenerations: 8, gradientAccumulationSteps: 2, workers });
    });
  assert.equal(trlArguments(of(4)).per_device_train_batch_size, 4);
  assert.deepEqual(trlRefusals(of(4)), []);
  assert.match(
    trlRefusals(of(3))[0]!.message,
    /^training\.workers = 3 cannot be had with trainer trl: .* 16 responses/,
  );
  assert.deepEqual([clusterOnly(of(1)).length, clusterOnly(of(2)).map(({ code }) => code)], [0, ['usage']]);
});

test('what TRL cannot do is refused by name', () => {
  assert.deepEqual(trlRefusals(settings()), []);
  const refused = trlRefusals(
    settings((all) => {
      all.loss.klEstimator = 'k1';
      all.reward.trust = 'mc-dropout';
      all.sft.steps = 5;
    }),
  ).map(({ message }) => message);
  assert.equal(refused.length, 3);
  assert.ok(
    refused.includes(
      'loss.klEstimator = "k1" cannot be had with trainer trl: TRL has k3 only. Choose another value, or trainer native.',
    ),
  );
});

test('what only TRL has becomes its arguments, and changes none where it is left alone', () => {
  const given = (own: Partial<Settings['trl']>, training: Partial<Settings['training']> = {}) => {
    const made = trlArguments(
      settings((all) => {
        Object.assign(all.trl, own);
        Object.assign(all.training, { questionsPerStep: 4, numGenerations: 8, ...training });
      }),
    );
    return Object.fromEntries(
      Object.entries(made).filter(([name]) =>
        /^(bf16|fp16|use_vllm|vllm|deepspeed|gradient|per_device|steps_per)/.test(name),
      ),
    );
  };
  const usual = {
    bf16: false,
    gradient_checkpointing: false,
    gradient_accumulation_steps: 1,
    steps_per_generation: 1,
    per_device_train_batch_size: 32,
  };
  assert.deepEqual(given({}), usual);
  assert.deepEqual(given({ dtype: 'mixed' }), { ...usual, bf16: true });
  assert.deepEqual(given({ dtype: 'bfloat16' }, { gradientCheckpointing: true }), {
    ...usual,
    bf16: true,
    gradient_checkpointing: true,
  });
  assert.deepEqual(given({ perDeviceBatchSize: 4 }, { workers: 2 }), {
    ...usual,
    gradient_accumulation_steps: 4,
    steps_per_generation: 4,
    per_device_train_batch_size: 4,
  });
  assert.deepEqual(given({ vllm: 'colocate', vllmMemory: 0.4, vllmMaxModelLength: 2048 }), {
    ...usual,
    use_vllm: true,
    vllm_mode: 'colocate',
    vllm_gpu_memory_utilization: 0.4,
    vllm_max_model_length: 2048,
  });
  assert.deepEqual(given({ vllm: 'server', vllmServer: 'http://gpu-2:8000' }), {
    ...usual,
    use_vllm: true,
    vllm_mode: 'server',
    vllm_server_base_url: 'http://gpu-2:8000',
  });
  const { deepspeed } = given({ deepspeedStage: 2 }) as { deepspeed: { zero_optimization: object } };
  assert.deepEqual(deepspeed.zero_optimization, { stage: 2 });
});

test('settings of TRL that contradict each other are refused by name', () => {
  const refused = (change: (all: Settings) => void) => {
    const [problem, ...more] = trlRefusals(settings(change));
    assert.deepEqual(more, []);
    return problem?.message;
  };
  const cases: [change: (all: Settings) => void, says: RegExp][] = [
    [({ trl }) => void (trl.fourBit = true), /^trl\.fourBit = true .*set model\.loraRank/],
    [
      ({ trl, model }) => {
        Object.assign(trl, { fourBit: true, vllm: 'colocate' });
        model.loraRank = 8;
      },
      /^trl\.fourBit = true .*vLLM is given whole weights/,
    ],
    [({ trl }) => void (trl.perDeviceBatchSize = 7), /^trl\.perDeviceBatchSize = 7 .*64 responses/],
    [
      ({ trl, training }) => {
        trl.perDeviceBatchSize = 8;
        training.gradientAccumulationSteps = 2;
      },
      /leave one of both out/,
    ],
    [({ trl }) => void (trl.vllm = 'server'), /^trl\.vllmServer = "" .*its address/],
    [({ trl }) => void (trl.vllmServer = 'http://h:1'), /with trl\.vllm = server only/],
    [({ trl }) => void (trl.deepspeedStage = 1), /^trl\.deepspeedStage = 1 .*training\.workers is 1/],
    [
      ({ trl, training }) => {
        trl.deepspeedStage = 3;
        training.workers = 2;
      },
      /^trl\.deepspeedStage = 3 .*whole weights/,
    ],
  ];
  for (const [change, says] of cases) assert.match(String(refused(change)), says);
  const fits = ({ trl, training }: Settings) => {
    Object.assign(trl, { deepspeedStage: 2, perDeviceBatchSize: 16 });
    training.workers = 2;
  };
  assert.equal(refused(fits), undefined);
});
