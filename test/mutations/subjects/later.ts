/** Kinds that came later: the settings of a home with its clusters, views with their panels, adapters, benchmark files, events and packages of the TRL trainer. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadModel } from '../../../src/main/model/folder/model-folder.ts';
import { readPeftAdapter, writePeftAdapter } from '../../../src/main/model/folder/peft-adapter.ts';
import { createAdapters, DECODER_LINEAR } from '../../../src/main/model/network/adapters/lora.ts';
import { importPack } from '../../../src/main/services/studies/import-pack.ts';
import { confirmedKeys } from '../../../src/main/store/settings/confirmed-keys.ts';
import { readHomeSettings } from '../../../src/main/store/settings/home-settings.ts';
import { openStore } from '../../../src/main/store/store.ts';
import { useBackend } from '../../../src/main/tensor/backend.ts';
import { disposeTree } from '../../../src/main/tensor/tree.ts';
import { PACK_FILES } from '../../../src/main/trainers/trl/pack/pack-file.ts';
import { readRewardBench } from '../../../src/main/trm/vl-rewardbench.ts';
import { SophiaError } from '../../../src/shared/errors.ts';
import { eventLine, parseEventLine } from '../../../src/shared/run/event-lines.ts';
import { type RunView, USUAL_VIEW } from '../../../src/shared/run-table/view.ts';
import { parseStudy, studyHash } from '../../../src/shared/study/study.ts';
import { sampleEvaluation, sampleResponse, sampleStep } from '../../store/helpers.ts';
import { tinyModelFolder } from '../../train/tiny-model.ts';
import type { Files } from '../mutation.ts';
import { type Prepared, type Subject, workFolder } from '../subject.ts';

const REWARD_BENCH = fileURLToPath(new URL('../../fixtures/vl-rewardbench/sample.parquet', import.meta.url));

/** Puts files into a folder that holds nothing else then. */
function put(folder: string, files: Files): void {
  rmSync(folder, { recursive: true, force: true });
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
}

const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value, null, 1));

const settings: Subject = {
  name: 'settings of a home',
  weight: 1,
  async prepare(): Promise<Prepared> {
    const home = workFolder();
    const cluster = { name: 'lab', address: 'http://127.0.0.1:8265', tokenVariable: 'LAB_TOKEN', storage: '/shared' };
    const good = {
      'settings.json': bytesOf({
        ...readHomeSettings(home).settings,
        clusters: [{ ...cluster, gpus: 1, cpus: 2, memoryGiB: 0, packages: 'pip' }],
      }),
      'confirmed-keys.json': bytesOf({ confirmed: [{ variable: 'A_KEY', origin: 'https://judge.example' }] }),
    };
    return {
      good,
      async take(files) {
        put(home, files);
        for (const { variable, origin } of confirmedKeys(home))
          if (!/^[A-Z][A-Z0-9_]*$/.test(variable) || new URL(origin).origin !== origin)
            throw new Error(`confirms ${variable} for ${origin}`);
        const { problem } = readHomeSettings(home);
        if (problem !== null) throw new SophiaError('data', problem);
        return null;
      },
      end: () => rmSync(home, { recursive: true, force: true }),
    };
  },
};

const view: Subject = {
  name: 'view of a study',
  weight: 1,
  async prepare(): Promise<Prepared> {
    const home = workFolder();
    const store = openStore(home);
    const { studyId } = store.addStudy(parseStudy('name: a\nvariants: [grpo]', 'a.yaml'));
    const good: RunView = {
      ...USUAL_VIEW,
      ...{
        columns: ['variant', 'reward.alpha', 'kl:best'],
        sort: '-accuracy/test',
        filter: 'seed in (1, 2) and kl < 1',
      },
      ...{ charts: ['kl'], panels: [{ x: 'reward.alpha', y: 'accuracy/test' }], sweep: 'accuracy/test' },
      brushes: [{ column: 'reward.alpha', low: 0.1, high: null }],
    };
    const id = store.addView(studyId, 'mine', good);
    const set = store.database.prepare('UPDATE study_views SET view = ? WHERE id = ?');
    return {
      good: { '': Buffer.from(JSON.stringify(good)) },
      async take(files) {
        set.run(files['']!.toString('utf8'), id);
        if (store.views(studyId).length !== 1) throw new Error('the view is gone');
        store.listStudies();
        return null;
      },
      end() {
        store.close();
        rmSync(home, { recursive: true, force: true });
      },
    };
  },
};

const adapter: Subject = {
  name: 'adapter',
  weight: 1,
  async prepare(): Promise<Prepared> {
    await useBackend('auto', { threads: 1 });
    const folder = join(workFolder(), 'adapter');
    mkdirSync(folder);
    const source = tinyModelFolder();
    const { config, weights } = loadModel(source);
    const adapters = createAdapters(weights, DECODER_LINEAR, 2, 7);
    writePeftAdapter(folder, config, adapters, { base: 'tiny', rank: 2, alpha: 4 });
    disposeTree({ ...weights, ...adapters });
    rmSync(dirname(source), { recursive: true, force: true });
    const names = ['adapter_config.json', 'adapter_model.safetensors'];
    return {
      good: Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name))])),
      async take(files) {
        put(folder, files);
        disposeTree(readPeftAdapter(folder, config).adapters);
        return null;
      },
      end: () => rmSync(dirname(folder), { recursive: true, force: true }),
    };
  },
};

const benchmark: Subject = {
  name: 'benchmark file',
  weight: 1,
  async prepare(): Promise<Prepared> {
    const folder = workFolder();
    const file = join(folder, 'sample.parquet');
    return {
      good: { '': readFileSync(REWARD_BENCH) },
      async take(files) {
        writeFileSync(file, files['']!);
        const { groups, loadImage } = await readRewardBench(file, null);
        try {
          loadImage(groups[0]!.question);
        } catch (error) {
          if (!(error instanceof SophiaError)) throw error; // the picture alone may be damaged
        }
        return null;
      },
      end: () => rmSync(folder, { recursive: true, force: true }),
    };
  },
};

/** What a run of the TRL trainer says, a line each. */
function lines(): string {
  const events = [
    ...[1, 2, 3].map((step) => sampleStep(step, { responses: [sampleResponse(step, 0), sampleResponse(step, 1)] })),
    sampleEvaluation(3, 'chart-test', 2),
  ];
  return events
    .map((event, i) => `${eventLine({ sequence: i + 1, at: 1_700_000_000_000 + i, event: event as never })}\n`)
    .join('');
}

const events: Subject = {
  name: 'event lines',
  weight: 1,
  prepare: async () => ({
    good: { '': Buffer.from(lines()) },
    async take(files) {
      for (const [i, line] of files['']!.toString('utf8').split('\n').entries())
        if (line !== '') parseEventLine(line, `events.jsonl line ${i + 1}`);
      return null;
    },
  }),
};

const PACK_STUDY = 'name: packed\nvariants: [full]\nseeds: [0]\nsettings: {training: {totalSteps: 3}}\n';

const packed: Subject = {
  name: 'packed study',
  weight: 1,
  async prepare(): Promise<Prepared> {
    const work = workFolder();
    const folder = join(work, 'pack');
    const store = openStore(join(work, 'home'));
    const { database } = store;
    const hash = studyHash(parseStudy(PACK_STUDY, 'packed'));
    const pack = {
      version: 1,
      study: { name: 'packed', hash, yaml: PACK_STUDY },
      runs: [{ name: 'full-0', variant: 'full', seed: 0 }],
      models: [],
    };
    const attempt = { id: 'a1', fromStep: 0, startedAt: 1_700_000_000_000 };
    return {
      good: {
        [PACK_FILES.pack]: bytesOf(pack),
        'out/full-0/attempt-001/attempt.json': bytesOf(attempt),
        'out/full-0/attempt-001/events.jsonl': Buffer.from(lines()),
      },
      async take(files) {
        put(folder, files);
        try {
          const { studyId, runs } = importPack(store, folder);
          store.studyMatrix(studyId);
          for (const { problem } of runs)
            if (problem?.includes('\n') === true) throw new Error(`not one line: ${problem}`);
        } finally {
          database.exec('DELETE FROM studies');
        }
        return null;
      },
      end() {
        store.close();
        rmSync(work, { recursive: true, force: true });
      },
    };
  },
};

/** Every one. */
export const laterSubjects: readonly Subject[] = [settings, view, adapter, benchmark, events, packed];
