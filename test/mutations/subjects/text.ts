/** Logs of other programs and study files. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { whatIfRun } from '../../../src/main/services/runs/what-if.ts';
import { exportRun } from '../../../src/main/store/interop/export-run.ts';
import { importLog } from '../../../src/main/store/interop/import-log.ts';
import { openStore } from '../../../src/main/store/store.ts';
import { SophiaError } from '../../../src/shared/errors.ts';
import type { LogFormat } from '../../../src/shared/run/log-formats.ts';
import { parseStudy, planRuns, studyHash, studyYaml } from '../../../src/shared/study/study.ts';
import { type Prepared, type Subject, workFolder } from '../subject.ts';

const LOGS: Readonly<Record<LogFormat, string>> = {
  'trainer-state': JSON.stringify({
    global_step: 3,
    log_history: [1, 2, 3].map((step) => ({
      step,
      epoch: step / 3,
      loss: 1 / step,
      reward: step,
      eval_loss: Number.NaN,
    })),
  }),
  trl: "{'loss': 0.5, 'reward': nan, 'kl': 0.01, 'epoch': 0.1}\n 50%|##  | {'loss': 0.4, 'reward': 0.2}\n{\"step\": 3, \"loss\": 0.1}\n",
  verl: 'step:1 - actor/pg_loss:0.1 - critic/score/mean:0.5\n{"step": 2, "data": {"actor/pg_loss": 0.2}}\nstep:3 - val/x:1\n',
};

function log(format: LogFormat): Subject {
  return {
    name: `log (${format})`,
    weight: 1,
    async prepare(): Promise<Prepared> {
      const work = workFolder();
      const file = join(work, 'log.txt');
      const store = openStore(join(work, 'home'));
      const { database } = store;
      return {
        good: { '': Buffer.from(LOGS[format]) },
        async take(files) {
          writeFileSync(file, files['']!);
          try {
            const { runId, study } = await importLog(store, file, format);
            store.listRuns();
            const { id } = store.listStudies().find(({ name }) => name === study)!;
            store.studyMatrix(id);
            store.metricSeries([runId], 'loss', { maxPoints: 50 });
            store.stepStretches(runId);
            exportRun(store, runId, 'jsonl', join(work, 'out.jsonl'));
            try {
              whatIfRun(store, runId, {});
            } catch (error) {
              if (!(error instanceof SophiaError)) throw error; // such a run has no responses
            }
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
}

const STUDY = `name: soak
description: Made for a test.
variants: [grpo, {mine: {base: full, title: Mine, reward: {alpha: 0.5}}}]
seeds: [0, 1]
baseline: grpo
settings:
  training: { totalSteps: 12, learningRate: 1.0e-4, lrSchedulerType: linear }
  evaluation: { every: 6, questions: 3, benchmarks: [test] }
  reward: &reward { alpha: 0.3 }
`;

const studyFile: Subject = {
  name: 'study file',
  weight: 3,
  prepare: async () => ({
    good: { '': Buffer.from(STUDY) },
    async take(files) {
      const text = files['']!.toString('utf8');
      const study = parseStudy(text, 'study.yaml');
      planRuns(study);
      // What was understood can be written down and is understood again.
      if (studyHash(parseStudy(studyYaml(study), 'again')) !== studyHash(study))
        throw new Error('written down it is another study');
      return null;
    },
  }),
};

/** Every one. */
export const textSubjects: readonly Subject[] = [log('trainer-state'), log('trl'), log('verl'), studyFile];
