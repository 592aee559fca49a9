/** A run with real weights that nobody trained: it began with one embedded model and has a checkpoint that is another. For tests of answers. */
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { EMBEDDED_MODELS } from '../../src/main/model/folder/find-model.ts';
import { hashModel } from '../../src/main/model/folder/model-folder.ts';
import { loadTokenizer } from '../../src/main/model/folder/tokenizer.ts';
import { contentHash } from '../../src/main/model/io/content-hash.ts';
import { runFolder } from '../../src/main/store/open/home.ts';
import type { Store } from '../../src/main/store/store.ts';
import { questionsOf } from '../../src/main/tasks/benchmarks.ts';
import { parseStudy } from '../../src/shared/study/study.ts';
import { environment, sampleResponse, sampleStep } from '../store/helpers.ts';

const RESPONSES = ['so the answer is 4 .', '8 minus 1 is 7 . so the answer is 7 .'];

/** Begins with the base model of the world `shortcut` and has that of `flattery` as its checkpoint of step 2. Returns the ids of two such runs. */
export function answeringRuns(store: Store): readonly [number, number] {
  const study = parseStudy(
    `name: answering
settings:
  model: { policy: tiny-vl-shortcut }
  data: { world: shortcut }
  generation: { maxCompletionLength: 24 }
  training: { totalSteps: 2, questionsPerStep: 1, numGenerations: 2 }
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
  const tokenizer = loadTokenizer(join(EMBEDDED_MODELS, 'tiny-vl-shortcut'));
  for (const id of ids) {
    const { attempt } = store.startRun(id);
    const modelHash = hashModel(join(EMBEDDED_MODELS, 'tiny-vl-shortcut'));
    store.recordEvent(id, attempt, { kind: 'started', step: 0, environment: { ...environment, modelHash } });
    const question = questionsOf('shortcut-no-cue', 1)[0];
    if (question === undefined) throw new Error('no question');
    store.recordEvent(id, attempt, { kind: 'questions', step: 0, questions: [question] });
    const responses = RESPONSES.map((text, i) =>
      sampleResponse(1, i, {
        questionId: question.id,
        text,
        tokens: tokenizer.encode(text).length + 1,
        truncated: false,
      }),
    );
    store.recordEvent(id, attempt, sampleStep(1, { responses }));
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
