/** A run with real weights that nobody trained: it began with one embedded model and has a checkpoint that is another. For tests of answers. */
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { EMBEDDED_MODELS } from '../../src/main/model/folder/find-model.ts';
import { hashModel } from '../../src/main/model/folder/model-folder.ts';
import { contentHash } from '../../src/main/model/io/content-hash.ts';
import { runFolder } from '../../src/main/store/open/home.ts';
import type { Store } from '../../src/main/store/store.ts';
import { parseStudy } from '../../src/shared/study/study.ts';
import { environment } from '../store/helpers.ts';

/** Begins with the base model of the world `shortcut` and has that of `flattery` as its checkpoint of step 2. Returns the ids of two such runs. */
export function answeringRuns(store: Store): readonly [number, number] {
  const study = parseStudy(
    `name: answering
settings:
  model: { policy: tiny-vl-shortcut }
  data: { world: shortcut }
  generation: { maxCompletionLength: 24 }
  training: { totalSteps: 2 }
variants: [grpo]
seeds: [0, 1]
`,
    'answering.yaml',
  );
  const { studyId } = store.addStudy(study);
  const ids = store
    .listRuns({ studyId })
    .map((run) => run.id)
    .sort((a, b) => a - b);
  for (const id of ids) {
    const { attempt } = store.startRun(id);
    const modelHash = hashModel(join(EMBEDDED_MODELS, 'tiny-vl-shortcut'));
    store.recordEvent(id, attempt, { kind: 'started', step: 0, environment: { ...environment, modelHash } });
    const folder = join(runFolder(store.paths, id), 'checkpoints', 'step-000002');
    mkdirSync(folder, { recursive: true });
    cpSync(join(EMBEDDED_MODELS, 'tiny-vl-flattery'), folder, { recursive: true });
    const { hash, bytes } = contentHash(folder);
    store.recordEvent(id, attempt, { kind: 'checkpoint', step: 2, uri: 'checkpoints/step-000002', hash, bytes });
    store.recordEvent(id, attempt, { kind: 'finished', step: 2, seconds: 1, weightsHash: 'w' });
    store.setRunState(id, 'finished');
  }
  const [first = 0, second = 0] = ids;
  return [first, second];
}
